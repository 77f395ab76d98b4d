package dev.chaski.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes durable what is published in a stream, and tells those who wait for it. Any thread, but for {@link #run}.
 *
 * <p>The lock guards the list of those who wait; it is never held over I/O or a callback.
 */
final class StreamSync {
    private static final Logger LOG = LoggerFactory.getLogger(StreamSync.class);

    private final LogContext context;
    private final StreamLog stream;
    private final AtomicBoolean dirty = new AtomicBoolean();
    private final AtomicBoolean urgent = new AtomicBoolean();
    private final Queue<Segment> unsynced = new ConcurrentLinkedQueue<>(); // sealed, but not yet settled
    private List<Waiter> waiting = new ArrayList<>(); // guarded by the lock

    StreamSync(LogContext context, StreamLog stream) {
        this.context = context;
        this.stream = stream;
    }

    /** The number of its stream. */
    int number() {
        return stream.number();
    }

    /** Something was published, and is to be durable within the sync interval. */
    void markDirty() {
        if (!dirty.get() && dirty.compareAndSet(false, true)) {
            context.syncer.dirty(this);
        }
    }

    boolean isDirty() {
        return dirty.get();
    }

    /** What an earlier process left unsynced is synced within the sync interval. */
    void addFound(List<Segment> found) {
        found.stream().filter(segment -> !segment.checkpoints.isSettled()).forEach(unsynced::add);
        if (!unsynced.isEmpty()) {
            markDirty();
        }
    }

    /** Nothing is appended to a segment any more, though it may not be sealed yet: it is synced a last time. */
    void addSealed(Segment segment) {
        unsynced.add(segment);
    }

    /** Runs a callback when all that is published now is durable; see {@link StreamLog#whenSynced}. */
    void whenSynced(Consumer<@Nullable LogException> callback) {
        synchronized (this) {
            waiting.add(new Waiter(callback, stream.endOffset() - 1));
        }
        if (context.isClosed() || stream.isDeleted()) {
            refuseWaiting();
        } else if (urgent.compareAndSet(false, true)) {
            context.syncer.urgent(this);
        }
    }

    /** Tells those who wait that the stream was closed. */
    void refuseWaiting() {
        tell(takeWaiting(), closed());
    }

    /** Somebody who waits, and the last message published when that began. */
    private record Waiter(Consumer<@Nullable LogException> callback, long lastOffset) {}

    private synchronized List<Waiter> takeWaiting() {
        List<Waiter> taken = waiting;
        waiting = new ArrayList<>();
        return taken;
    }

    /** Why nobody can wait any more. */
    LogException closed() {
        return new LogException(
                LogException.Kind.CLOSED, "stream " + stream.number() + " was closed before it was synced");
    }

    /** Makes durable what is published and tells those who wait. Sync thread, or the closing one after it. */
    void run() {
        urgent.set(false); // both before the counts are read: what comes later asks again
        dirty.set(false);
        List<Waiter> told = takeWaiting();
        @Nullable LogException failure = stream.isDeleted() ? closed() : null;
        if (!stream.isDeleted()) {
            // The active one last, the list read first: what was the last before it is in the queue.
            Segment last = stream.segments().last();
            failure = syncSealed();
            if (last != null) {
                LogException lastFailure = sync(last);
                failure = failure == null ? lastFailure : failure;
            }
        }
        tell(told, failure);
    }

    private @Nullable LogException syncSealed() {
        @Nullable LogException first = null;
        List<Segment> again = new ArrayList<>();
        for (Segment next = unsynced.poll(); next != null; next = unsynced.poll()) {
            LogException failure = sync(next);
            first = first == null ? failure : first;
            if (failure != null && !next.checkpoints.isBroken()) {
                again.add(next); // its files could not be opened
            }
            next.files.closeQuietly();
        }
        unsynced.addAll(again);
        return first;
    }

    private @Nullable LogException sync(Segment segment) {
        try {
            long startNs = System.nanoTime();
            boolean news = segment.checkpoints.sync();
            if (news) {
                context.figures.synced(System.nanoTime() - startNs);
                context.health.synced();
            }
            return null;
        } catch (IOException e) {
            if (stream.isDeleted()) {
                return closed();
            }
            LogException failure = DiskFailure.of(context.disk, segment.files.framesPath(), "cannot sync segment", e);
            context.health.syncFailed(failure);
            context.figures.syncFailed();
            if (!segment.checkpoints.isBroken()) {
                markDirty(); // the interval tries again
            }
            return failure;
        }
    }

    private void tell(List<Waiter> told, @Nullable LogException failure) {
        for (Waiter waiter : told) {
            try {
                waiter.callback.accept(failure == null ? earlierFailure(waiter.lastOffset) : failure);
            } catch (RuntimeException e) {
                LOG.error("a sync callback failed", e);
            }
        }
    }

    /** The failure of an fsync for which nobody waited yet. */
    private @Nullable LogException earlierFailure(long offset) {
        Segment segment = stream.segments().seek(offset);
        return segment != null && segment.checkpoints.mayBeLost(offset)
                ? new LogException(
                        LogException.Kind.IO,
                        "cannot sync segment " + segment
                                + ": an fsync failed before; check the disk and the system's log")
                : null;
    }
}
