package dev.chaski.log;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sync thread. It fsyncs what was appended within the sync interval, and at once the streams that somebody waits
 * for: all who ask while an fsync is under way share the next one. {@link #dirty} and {@link #urgent} from any thread.
 */
final class Syncer implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Syncer.class);

    private final Queue<StreamSync> dirty = new ConcurrentLinkedQueue<>();
    private final Queue<StreamSync> urgent = new ConcurrentLinkedQueue<>();
    private final long intervalNs;
    private final Health health;
    private final ChangeLog changes;
    private final Thread thread;
    private long changesSyncedNs; // the sync thread's
    private volatile boolean stopped;

    /**
     * A sync thread, not yet started.
     *
     * @param intervalMs the longest that a stream waits
     */
    Syncer(int intervalMs, Health health, ChangeLog changes) {
        this.intervalNs = TimeUnit.MILLISECONDS.toNanos(intervalMs);
        this.health = health;
        this.changes = changes;
        this.thread = Thread.ofPlatform().name("chaski-log-sync").daemon().unstarted(this);
    }

    void start() {
        thread.start();
    }

    /** Has a stream synced within the interval. Once until it is. */
    void dirty(StreamSync stream) {
        dirty.add(stream);
    }

    /** Has a stream synced at once. */
    void urgent(StreamSync stream) {
        urgent.add(stream);
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        changesSyncedNs = System.nanoTime();
        while (!stopped) {
            drainUrgent();
            long left = changesSyncedNs + intervalNs - System.nanoTime();
            if (left <= 0) {
                syncChanges();
                drainDirty();
            } else if (urgent.isEmpty()) {
                LockSupport.parkNanos(this, left);
            }
        }
    }

    private void syncChanges() {
        changesSyncedNs = System.nanoTime();
        try {
            changes.syncIfDirty();
        } catch (LogException e) {
            health.syncFailed(e);
        } catch (RuntimeException e) {
            LOG.error("sync of the change log failed", e);
        }
    }

    /** Those who wait are not kept waiting by thousands of streams for which nobody does, nor is the change log. */
    private void drainDirty() {
        for (int left = dirty.size(); left > 0 && !stopped; left--) {
            drainUrgent();
            sync(dirty.poll());
            if (System.nanoTime() - changesSyncedNs >= intervalNs) {
                syncChanges();
            }
        }
    }

    /** No more than ask now: under load they ask again at once, and there is more to do. */
    private void drainUrgent() {
        for (int left = urgent.size(); left > 0 && !stopped; left--) {
            sync(urgent.poll());
        }
    }

    private static void sync(@org.jspecify.annotations.Nullable StreamSync stream) {
        if (stream != null) {
            try {
                stream.run();
            } catch (RuntimeException e) {
                LOG.error("sync of a stream failed stream={}", stream.number(), e);
            }
        }
    }

    /** Ends the thread; what is dirty stays so. */
    void stop() {
        stopped = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
