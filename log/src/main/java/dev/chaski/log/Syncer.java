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
        long last = System.nanoTime();
        while (!stopped) {
            drain(urgent);
            long left = last + intervalNs - System.nanoTime();
            if (left <= 0) {
                last = System.nanoTime();
                syncChanges();
                drainDirty();
            } else if (urgent.isEmpty()) {
                LockSupport.parkNanos(this, left);
            }
        }
    }

    private void syncChanges() {
        try {
            changes.syncIfDirty();
        } catch (LogException e) {
            health.syncFailed(e);
        } catch (RuntimeException e) {
            LOG.error("sync of the change log failed", e);
        }
    }

    /** Those who wait are not kept waiting by thousands of streams for which nobody does. */
    private void drainDirty() {
        for (int left = dirty.size(); left > 0 && !stopped; left--) {
            drain(urgent);
            sync(dirty.poll());
        }
    }

    private void drain(Queue<StreamSync> streams) {
        for (StreamSync stream = streams.poll(); stream != null; stream = streams.poll()) {
            sync(stream);
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
