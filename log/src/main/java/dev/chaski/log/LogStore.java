package dev.chaski.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of streams and one change log, held by one process. Starts the threads that sync, prepare, load and free
 * segments. Any thread.
 */
public final class LogStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogStore.class);

    private final LogContext context;
    private final ChangeLog changes;
    private final Map<Integer, StreamLog> streams = new ConcurrentSkipListMap<>();
    private boolean ended; // guarded by the lock

    private LogStore(LogContext context, ChangeLog changes) {
        this.context = context;
        this.changes = changes;
    }

    /**
     * Opens a folder, making it when missing, and recovers: only what lies after the last sync checkpoint is checked.
     *
     * @param config where and how
     * @param disk the file layer
     * @param clock milliseconds since 1970
     * @return the store
     * @throws LogException LOCKED where another process holds the folder, NEWER_FORMAT, DAMAGED or IO
     */
    public static LogStore open(LogConfig config, Disk disk, LongSupplier clock) throws LogException {
        StoreFolder folder = new StoreFolder(config.folder(), disk);
        folder.open();
        ChangeLog changes = new ChangeLog(disk, folder.changes(), folder.quarantine());
        LogContext context = new LogContext(config, disk, clock, folder, changes);
        LogStore store = new LogStore(context, changes);
        try {
            store.recover();
            context.syncer.start();
            new Housekeeper(context, store.streams.values()).start();
            return store;
        } catch (IOException e) {
            store.abandon();
            throw DiskFailure.of(disk, config.folder(), "cannot open the data folder", e);
        } catch (LogException | RuntimeException e) {
            store.abandon();
            throw e;
        }
    }

    private void recover() throws IOException, LogException {
        boolean grantsKnown = context.blocks.open();
        context.pool.open();
        context.health.check();
        List<Integer> numbers = context.folder.listStreams();
        List<LogException> failures = new ArrayList<>();
        try (Stream<Integer> all = numbers.parallelStream()) {
            all.forEach(number -> recover(number, failures));
        }
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
        if (!grantsKnown && !numbers.isEmpty()) {
            streams.values().forEach(stream -> context.blocks.notBelow(stream.lastBlock()));
            context.damage.add(context.folder.blocks() + " is missing or damaged: message ids go on above those found");
        }
        reserveIds();
    }

    /** A full disk is no reason not to start: what is there is delivered and finished, and that makes room. */
    private void reserveIds() throws LogException {
        try {
            context.blocks.reserveAhead();
        } catch (LogException e) {
            if (e.kind() != LogException.Kind.FULL) {
                throw e;
            }
            context.health.writeFailed(e); // no id is granted that is not reserved
        }
    }

    private void recover(int number, List<LogException> failures) {
        try {
            List<Segment> found = new StreamRecovery(context, number).run();
            if (!found.isEmpty()) {
                streams.put(number, new StreamLog(context, number, found));
            }
        } catch (IOException e) {
            Path folder = context.folder.stream(number);
            LogException curable = DiskFailure.curable(folder, e);
            if (curable != null) {
                add(curable, failures);
                return;
            }
            context.quarantine.setAside(
                    "stream " + number + " cannot be read (" + e + "), it starts empty", "stream", List.of(folder));
        } catch (LogException e) {
            add(e, failures);
        }
    }

    private static void add(LogException failure, List<LogException> failures) {
        synchronized (failures) {
            failures.add(failure);
        }
    }

    /**
     * The numbers of the streams that exist.
     *
     * @return numbers, rising
     */
    public List<Integer> streams() {
        return List.copyOf(streams.keySet());
    }

    /**
     * Opens a stream, making it when missing. The same object for the same number. Cheap: a new stream makes no file
     * before its first append.
     *
     * @param number 1 or more
     * @return the stream
     * @throws LogException where its segments cannot be read
     */
    public StreamLog stream(int number) throws LogException {
        if (number < 1) {
            throw new IllegalArgumentException("stream " + number);
        }
        if (context.isClosed()) {
            throw new LogException(
                    LogException.Kind.CLOSED, "the data folder " + context.config.folder() + " is closed");
        }
        return streams.computeIfAbsent(number, n -> new StreamLog(context, n, List.of()));
    }

    /**
     * Deletes a stream with all its messages, in the background; its readers find the end.
     *
     * @param number of the stream
     */
    public void delete(int number) {
        StreamLog stream = streams.remove(number);
        if (stream != null) {
            stream.delete();
        }
    }

    /**
     * The change log.
     *
     * @return the only one of this store
     */
    public ChangeLog changes() {
        return changes;
    }

    /**
     * What its background threads have done.
     *
     * @return counters that go on
     */
    public StoreFigures figures() {
        return context.figures;
    }

    /**
     * Takes the snapshots that are asked for by a {@link SnapshotRequest}. Cheap where none is. One background thread at
     * a time, the same that frees.
     *
     * @param moment makes everything stand still meanwhile
     * @throws LogException where an answer cannot be given
     * @throws InterruptedException where the thread is to end
     */
    public void answerSnapshots(SnapshotMoment moment) throws LogException, InterruptedException {
        new Snapshots(context, changes, streams.values()).answer(moment);
    }

    /**
     * Whether the store can take messages.
     *
     * @return null when it can, else one line for the operator (disk full, failed fsync, …)
     */
    public @Nullable String unhealthy() {
        return context.health.unhealthy();
    }

    /**
     * Damage found since the start, in the order found.
     *
     * @return one line each
     */
    public List<String> damage() {
        return context.damage.lines();
    }

    /** Syncs everything, stops the threads, unmaps and unlocks. Blocks; not on an event loop. */
    @Override
    public void close() {
        context.refuse();
        context.syncer.stop();
        synchronized (this) {
            if (!ended) {
                streams.values().forEach(StreamLog::close);
                closeQuietly();
            }
        }
        abandon();
    }

    private void closeQuietly() {
        try {
            changes.close();
            context.blocks.close();
        } catch (LogException e) {
            LOG.error("the data folder could not be closed cleanly, the next start recovers error={}", e.getMessage());
        }
    }

    /** Stops the threads, unmaps and unlocks, and writes nothing more: what a crash leaves is all there is. */
    synchronized void abandon() {
        if (ended) {
            return;
        }
        ended = true;
        context.refuse();
        streams.values().forEach(StreamLog::unmap);
        context.stop();
        context.folder.unlock();
    }

    /** What its streams share. */
    LogContext context() {
        return context;
    }
}
