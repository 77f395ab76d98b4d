package dev.chaski.log;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the streams of one store share: settings, the disk, and the threads that work for them. Any thread.
 *
 * <pre>
 *  thread              does                                                       bounded by
 *  chaski-log-sync     fsync, checkpoints, callbacks of those who wait             the streams that are dirty
 *  chaski-log-load     maps, reads in and verifies ahead of the readers            one window per reader
 *  chaski-log-work     makes, frees and unmaps segments, closes what is idle       the segments there are
 *  chaski-log-rewrite  compacts sparse segments, compresses cold ones              one segment of each at a time
 * </pre>
 */
final class LogContext {
    private static final Logger LOG = LoggerFactory.getLogger(LogContext.class);
    private static final int STOP_WAIT_MS = 10_000;

    final LogConfig config;
    final Disk disk;
    /** For segments, which make room for themselves: they must not close others while they hold their own lock. */
    final Disk filesDisk;

    final LongSupplier clock;
    final StoreFolder folder;
    final Damage damage = new Damage();
    final Quarantine quarantine;
    final Health health;
    final StoreFigures figures = new StoreFigures();
    final BlockGrants blocks;
    final SegmentPool pool;
    final SegmentMaker maker;
    final SegmentLoader loader;
    final Compactor compactor;
    final ColdStore coldStore;
    final Syncer syncer;
    final Set<Segment> mapped = ConcurrentHashMap.newKeySet();
    final OpenPairs openPairs;
    /**
     * Held by whoever takes a segment out of its stream, puts another in its place or compresses it, and by a snapshot
     * from its moment until it has linked the files: over the I/O that belongs to it. Background threads only.
     */
    final ReentrantLock exchanging = new ReentrantLock();

    private final ScheduledExecutorService worker;
    private final ScheduledExecutorService loading;
    private final ExecutorService rewriting;
    private volatile boolean closed;

    LogContext(LogConfig config, Disk disk, LongSupplier clock, StoreFolder folder, ChangeLog changes) {
        this.config = config;
        this.filesDisk = disk;
        this.openPairs = new OpenPairs(OpenPairs.affordable(disk.descriptorsMax()));
        this.disk = new SparingDisk(disk, openPairs);
        this.clock = clock;
        this.folder = folder;
        this.quarantine = new Quarantine(this.disk, folder.quarantine(), damage);
        this.health = new Health(config, this.disk);
        this.blocks = new BlockGrants(folder, this.disk, clock);
        this.pool = new SegmentPool(this);
        this.maker = new SegmentMaker(this);
        this.loader = new SegmentLoader(this);
        this.compactor = new Compactor(this, Compactor.RETRY_MS);
        this.coldStore = new ColdStore(this);
        this.syncer = new Syncer(config.syncIntervalMs(), health, changes);
        this.worker = Executors.newSingleThreadScheduledExecutor(named("chaski-log-work"));
        this.loading = Executors.newSingleThreadScheduledExecutor(named("chaski-log-load"));
        this.rewriting = Executors.newSingleThreadExecutor(named("chaski-log-rewrite"));
    }

    private static ThreadFactory named(String name) {
        return Thread.ofPlatform().name(name).daemon().factory();
    }

    boolean isClosed() {
        return closed;
    }

    /** Appends are refused from now on. */
    void refuse() {
        closed = true;
    }

    /** Runs a task on the work thread. After the end, nothing. */
    void background(Runnable task) {
        submit(worker, task);
    }

    /** Runs a task on the work thread later. After the end, nothing. */
    void backgroundIn(long delay, TimeUnit unit, Runnable task) {
        try {
            worker.schedule(guarded(task), delay, unit);
        } catch (RejectedExecutionException e) {
            LOG.debug("too late for a task");
        }
    }

    /** Runs a task on the work thread again and again. */
    void backgroundEvery(long periodMs, Runnable task) {
        worker.scheduleWithFixedDelay(guarded(task), periodMs, periodMs, TimeUnit.MILLISECONDS);
    }

    /** Runs a task on the load thread. After the end, nothing. */
    void load(Runnable task) {
        submit(loading, task);
    }

    /** Runs a long task on the rewrite thread. After the end, nothing. */
    void rewrite(Runnable task) {
        submit(rewriting, task);
    }

    private static void submit(Executor executor, Runnable task) {
        try {
            executor.execute(guarded(task));
        } catch (RejectedExecutionException e) {
            LOG.debug("too late for a task");
        }
    }

    /** Where mappings are closed: on the work thread, or after the end by whoever released the last one. */
    Executor unmapper() {
        return task -> {
            try {
                worker.execute(guarded(task));
            } catch (RejectedExecutionException e) {
                task.run();
            }
        };
    }

    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                LOG.error("a background task failed", e);
                if (e instanceof VirtualMachineError fatal && !(e instanceof InternalError)) {
                    throw fatal;
                }
            }
        };
    }

    /** Stops the threads; tasks that are under way end first, those that wait are dropped. */
    void stop() {
        closed = true;
        syncer.stop();
        rewriting.shutdown();
        loading.shutdownNow();
        worker.shutdown();
        try {
            if (!rewriting.awaitTermination(STOP_WAIT_MS, TimeUnit.MILLISECONDS)
                    || !loading.awaitTermination(STOP_WAIT_MS, TimeUnit.MILLISECONDS)
                    || !worker.awaitTermination(STOP_WAIT_MS, TimeUnit.MILLISECONDS)) {
                LOG.warn("a background thread is still busy, going on without it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
