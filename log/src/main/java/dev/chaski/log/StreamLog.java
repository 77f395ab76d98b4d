package dev.chaski.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of one topic: segments of message frames, each committed by its side file. One writer at a time, which the
 * caller ensures (with a happens-before between two writers); any number of readers; counters from any thread.
 *
 * <p>The lock guards the exchange of the segment list and the list of those who wait for a sync; it is never held over
 * I/O or a callback.
 */
public final class StreamLog {
    private static final Logger LOG = LoggerFactory.getLogger(StreamLog.class);

    private final LogContext context;
    private final int number;

    // The writer's.
    private @Nullable ActiveSegment active;
    private long plannedBytes;
    private long usedSinceMs;
    private boolean nextAsked;

    private final AtomicReference<@Nullable ActiveSegment> prepared = new AtomicReference<>();
    private volatile SegmentList segments;
    private volatile long endOffset;
    private volatile long lastTimeMs;
    private volatile boolean deleted;

    private final AtomicBoolean dirty = new AtomicBoolean();
    private final AtomicBoolean urgent = new AtomicBoolean();
    private final Queue<Segment> unsynced = new ConcurrentLinkedQueue<>(); // sealed, but not yet settled
    private List<Waiter> waiting = new ArrayList<>(); // guarded by the lock
    private final Set<LogReader> readers = ConcurrentHashMap.newKeySet();

    /**
     * A stream with what recovery found of it.
     *
     * @param found its sealed segments, by offset
     */
    StreamLog(LogContext context, int number, List<Segment> found) {
        this.context = context;
        this.number = number;
        this.segments = SegmentList.of(found);
        this.endOffset = segments.endOffset();
        this.lastTimeMs = found.isEmpty() ? 0 : found.getLast().lastTimeMs();
        this.plannedBytes = context.config.segmentBytesMin();
    }

    /**
     * The stream's number in its store.
     *
     * @return 1 or more
     */
    public int number() {
        return number;
    }

    /**
     * Appends a batch and publishes it: all of it, or nothing where it throws. On return it is in the operating system
     * (it survives the death of the process) and readers see it. Writes once to the segment and once to its side file.
     *
     * @param batch 1 to 2^20 messages; left as it is
     * @throws LogException where the disk is full, a write failed or the store is closed
     */
    public void append(MessageBatch batch) throws LogException {
        checkAppend(batch);
        long now = Math.max(lastTimeMs, context.clock.getAsLong());
        ActiveSegment target = active;
        if (target == null || !target.fits(batch) || target.segment.isBroken()) {
            target = roll(batch, now);
        }
        try {
            target.append(batch, now);
        } catch (IOException e) {
            throw failed(target, e);
        }
        lastTimeMs = now;
        endOffset = target.segment.endOffset();
        markDirty();
        if (!nextAsked && target.isHalfFull()) {
            prepareNext(target.segment.capacityBytes, now - usedSinceMs);
        }
    }

    private void checkAppend(MessageBatch batch) throws LogException {
        if (batch.count() < 1 || batch.count() > SideFormat.BATCH_MESSAGES_MAX) {
            throw new IllegalArgumentException("batch of " + batch.count() + " messages");
        }
        if (deleted || context.isClosed()) {
            throw new LogException(LogException.Kind.CLOSED, "stream " + number + " is closed");
        }
        context.health.checkRoom();
    }

    private void markDirty() {
        if (!dirty.get() && dirty.compareAndSet(false, true)) {
            context.syncer.dirty(this);
        }
    }

    /** Goes on in a new segment, in the one made ready for it where possible. */
    private ActiveSegment roll(MessageBatch batch, long now) throws LogException {
        ActiveSegment old = active;
        ActiveSegment fresh = takePrepared(old, batch);
        if (fresh == null) {
            fresh = makeNow(batch);
        }
        if (!add(fresh.segment)) {
            fresh.segment.retire();
            throw closed();
        }
        if (old != null) {
            finish(old);
        }
        active = fresh;
        usedSinceMs = now;
        nextAsked = false;
        return fresh;
    }

    private @Nullable ActiveSegment takePrepared(@Nullable ActiveSegment old, MessageBatch batch) {
        ActiveSegment ready = prepared.getAndSet(null);
        if (ready == null) {
            return null;
        }
        // One that was being made while the writer made one itself has a block that is too old.
        boolean follows = old == null
                ? ready.segment.firstOffset() >= endOffset
                : ready.segment.firstOffset() > old.segment.firstOffset();
        if (follows && ready.fits(batch)) {
            return ready;
        }
        ready.segment.retire();
        return null;
    }

    private ActiveSegment makeNow(MessageBatch batch) throws LogException {
        try {
            return context.maker.makeNow(number, SegmentSizes.holding(plannedBytes, batch));
        } catch (LogException e) {
            context.health.writeFailed(e);
            throw e;
        }
    }

    private void prepareNext(long capacityBytes, long ageMs) {
        nextAsked = true;
        plannedBytes = SegmentSizes.next(context.config, capacityBytes, ageMs);
        long bytes = plannedBytes;
        context.background(() -> {
            try {
                ActiveSegment old = prepared.getAndSet(context.maker.makeAhead(number, bytes));
                if (old != null) {
                    old.segment.retire();
                }
                if (deleted) {
                    dropPrepared();
                }
            } catch (LogException e) {
                LOG.warn("cannot make a segment ready stream={} error={}", number, e.getMessage());
            }
        });
    }

    private void dropPrepared() {
        ActiveSegment ready = prepared.getAndSet(null);
        if (ready != null) {
            ready.segment.retire();
        }
    }

    /** Readers find the new segment before they see the old one sealed. */
    private synchronized boolean add(Segment segment) {
        if (!deleted) {
            segments = segments.with(segment);
        }
        return !deleted;
    }

    private synchronized void remove(Segment segment) {
        segments = segments.without(segment);
    }

    private void finish(ActiveSegment old) {
        old.segment.seal();
        if (old.isEmpty()) {
            remove(old.segment);
            old.segment.retire();
        } else {
            unsynced.add(old.segment);
        }
    }

    /** Seals the segment where it was last good; the next append makes a new one. */
    private LogException failed(ActiveSegment target, IOException cause) {
        LogException failure =
                DiskFailure.of(context.disk, target.segment.files.framesPath(), "cannot append to segment", cause);
        context.health.writeFailed(failure);
        active = null;
        finish(target);
        markDirty();
        return failure;
    }

    /**
     * One more than the last published offset; 0 for a stream that never had a message. Rises only.
     *
     * @return the published end
     */
    public long endOffset() {
        return endOffset;
    }

    /**
     * The first offset that may still exist.
     *
     * @return at most {@link #endOffset}
     */
    public long firstOffset() {
        long first = segments.firstOffset();
        long end = endOffset;
        return first < 0 ? end : Math.min(first, end);
    }

    /**
     * How many messages were published in a range, whether compaction kept them or not; those of freed segments do not
     * count.
     *
     * @param fromOffset first offset
     * @param toOffset one beyond the last offset
     * @return 0 or more
     */
    public long messageCount(long fromOffset, long toOffset) {
        SegmentList list = segments;
        return Math.max(0, list.messagesBefore(toOffset) - list.messagesBefore(fromOffset));
    }

    /**
     * Bytes on disk of this stream's segments, without what is only reserved.
     *
     * @return 0 or more
     */
    public long sizeBytes() {
        return segments.sizeBytes();
    }

    /**
     * Runs a callback when all that is published now has been fsynced, on the sync thread; several callers share an
     * fsync. Of a failed fsync those are told who wait then, and who come later for the last append that it concerned:
     * a writer calls this before its next append.
     *
     * @param callback told null, or why the fsync failed (then nothing may be called safe)
     */
    public void whenSynced(Consumer<@Nullable LogException> callback) {
        synchronized (this) {
            waiting.add(new Waiter(callback, endOffset - 1));
        }
        if (context.isClosed() || deleted) {
            tell(takeWaiting(), closed());
        } else if (urgent.compareAndSet(false, true)) {
            context.syncer.urgent(this);
        }
    }

    /** Somebody who waits, and the last message published when that began. */
    private record Waiter(Consumer<@Nullable LogException> callback, long lastOffset) {}

    private synchronized List<Waiter> takeWaiting() {
        List<Waiter> taken = waiting;
        waiting = new ArrayList<>();
        return taken;
    }

    private LogException closed() {
        return new LogException(LogException.Kind.CLOSED, "stream " + number + " was closed before it was synced");
    }

    /** Makes durable what is published and tells those who wait. Sync thread, or the closing one after it. */
    void sync() {
        urgent.set(false); // both before the counts are read: what comes later asks again
        dirty.set(false);
        List<Waiter> told = takeWaiting();
        @Nullable LogException failure = deleted ? closed() : null;
        if (!deleted) {
            // The active one last, the list read first: what is sealed meanwhile is in the queue.
            Segment last = segments.last();
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
        for (Segment next = unsynced.poll(); next != null; next = unsynced.poll()) {
            LogException failure = sync(next);
            first = first == null ? failure : first;
            closeFiles(next);
        }
        return first;
    }

    private @Nullable LogException sync(Segment segment) {
        try {
            boolean news = segment.sync();
            if (news) {
                context.health.synced();
            }
            return null;
        } catch (IOException e) {
            if (deleted) {
                return closed();
            }
            LogException failure = DiskFailure.of(context.disk, segment.files.framesPath(), "cannot sync segment", e);
            context.health.syncFailed(failure);
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
        Segment segment = segments.seek(offset);
        return segment != null && segment.mayBeLost(offset)
                ? new LogException(
                        LogException.Kind.IO,
                        "cannot sync segment " + segment
                                + ": an fsync failed before; check the disk and the system's log")
                : null;
    }

    private static void closeFiles(Segment segment) {
        try {
            segment.files.closeIfUnused();
        } catch (IOException e) {
            LOG.warn("cannot close a segment segment={} error={}", segment, e.toString());
        }
    }

    /**
     * A reader that starts at the first existing message at or after an offset.
     *
     * @param offset where to start
     * @param wake run (from any thread) when a message that was COLD has been loaded; sometimes without need
     * @return a reader
     */
    public LogReader reader(long offset, Runnable wake) {
        LogReader reader = new LogReader(this, context.loader, offset, wake);
        readers.add(reader);
        return reader;
    }

    void forget(LogReader reader) {
        readers.remove(reader);
    }

    SegmentList segments() {
        return segments;
    }

    boolean isDeleted() {
        return deleted;
    }

    /** Takes messages that {@link #findDeferred} finds. */
    @FunctionalInterface
    public interface DeferredSink {
        /**
         * Adjacent messages deferred to one time.
         *
         * @param firstOffset the first of them
         * @param count how many, 1 or more
         * @param deferUntilMs when they are due, milliseconds since 1970
         */
        void deferred(long firstOffset, int count, long deferUntilMs);
    }

    /**
     * Names the messages of a range of offsets that their producer deferred, by the commit records alone. Reads the
     * disk: background threads only.
     *
     * @param firstOffset first offset of the range
     * @param lastOffset last offset of the range
     * @param sink takes them, in order of offset
     * @throws LogException where a file cannot be read
     */
    public void findDeferred(long firstOffset, long lastOffset, DeferredSink sink) throws LogException {
        new DeferredSearch(firstOffset, lastOffset, sink).run(segments, context);
    }

    /**
     * Frees sealed segments that nobody needs, and has those that hardly anybody needs compacted: later, on a thread of
     * the store, which asks as well. Background thread.
     *
     * @param need who is asked
     * @throws LogException where a file could not be written or removed
     */
    public void free(Need need) throws LogException {
        SegmentList list = segments;
        int newest = newestSafe(list);
        for (int i = 0; i < list.size() && !deleted; i++) {
            Segment segment = list.get(i);
            if (!segment.isSealed() || !segment.isSettled()) {
                continue;
            }
            int needed = need.needed(segment.firstOffset(), segment.endOffset() - 1);
            if (needed == 0 && i != newest) {
                need.makeDurable();
                replace(segment, null);
            } else if (needed == 0 && segment.records() > 0) {
                need.makeDurable();
                replace(segment, hollow(segment));
            } else if (needed != Need.ALL && !segment.isBroken()) {
                context.compactor.offer(this, segment, need, needed);
            }
        }
    }

    /** The newest segment that has synced messages: it keeps the end of the stream from being forgotten. */
    private static int newestSafe(SegmentList list) {
        for (int i = list.size() - 1; i >= 0; i--) {
            Segment segment = list.get(i);
            boolean synced = segment.isSealed() ? segment.isSettled() : segment.syncedRecords() > 0;
            if (segment.messages() > 0 && synced && !segment.isBroken()) {
                return i;
            }
        }
        return -1;
    }

    private Segment hollow(Segment old) throws LogException {
        try {
            return context.maker.makeHollow(old);
        } catch (IOException e) {
            throw DiskFailure.of(context.disk, old.files.sidePath(), "cannot free segment", e);
        }
    }

    /** Takes a segment out, or puts another of its block in its place; its files go when nobody reads them any more. */
    void replace(Segment segment, @Nullable Segment instead) throws LogException {
        try {
            segment.markFreed();
        } catch (IOException e) {
            if (instead != null) {
                instead.retire();
            }
            if (segment.isGone()) {
                return; // freed by another thread meanwhile
            }
            throw DiskFailure.of(context.disk, segment.files.sidePath(), "cannot free segment", e);
        }
        @Nullable Segment gone = instead;
        synchronized (this) {
            if (segments.contains(segment)) {
                segments = instead == null ? segments.without(segment) : segments.replace(segment, instead);
                gone = segment;
            }
        }
        if (gone != null) {
            gone.retire(); // else it was freed, or the stream deleted, meanwhile: what was to replace it is not needed
        }
    }

    /** Ends the stream; its files go in the background. */
    void delete() {
        SegmentList gone;
        synchronized (this) {
            deleted = true;
            gone = segments;
            segments = SegmentList.EMPTY;
        }
        context.background(() -> {
            dropPrepared();
            for (int i = 0; i < gone.size(); i++) {
                gone.get(i).seal();
                gone.get(i).retire();
            }
            tell(takeWaiting(), closed());
            readers.forEach(LogReader::wakeUp);
        });
    }

    /** Closes descriptors and gives back maps where nothing was appended for long. Housekeeper. */
    void closeIdle(long nowMs, long idleCloseMs) {
        if (nowMs - lastTimeMs < idleCloseMs || dirty.get()) {
            return;
        }
        closeDescriptors();
        Segment last = segments.last();
        if (last != null && last.isRead()) {
            readers.forEach(LogReader::askToLetGo);
        }
    }

    /** Has segments compressed that nobody has read for long. Housekeeper. */
    void offerCold(long nowMs) {
        SegmentList list = segments;
        for (int i = 0; i < list.size() && context.config.coldAfterMs() > 0; i++) {
            context.coldStore.offer(list.get(i), nowMs);
        }
    }

    /** Closes descriptors; the next append opens them again. Housekeeper. */
    void closeDescriptors() {
        Segment last = segments.last();
        if (last != null && last.files.areOpen()) {
            closeFiles(last);
        }
        ActiveSegment ready = prepared.get();
        if (ready != null) {
            closeFiles(ready.segment);
        }
    }

    /** Syncs what is published and seals the last segment, so that the next start need not look into it. At the end. */
    void close() {
        sync();
        dropPrepared();
        Segment last = segments.last();
        if (last != null && !last.isSealed()) {
            try {
                last.sealForGood();
            } catch (IOException e) {
                LOG.warn("cannot seal a segment, the next start does segment={} error={}", last, e.toString());
            }
        }
        tell(takeWaiting(), closed());
    }

    /** Gives up every mapping and descriptor. At the end, after {@link #close} or instead of it. */
    void unmap() {
        SegmentList list = segments;
        for (int i = 0; i < list.size(); i++) {
            list.get(i).dropMapping();
            closeFiles(list.get(i));
        }
        ActiveSegment ready = prepared.get();
        if (ready != null) {
            ready.segment.dropMapping();
            closeFiles(ready.segment);
        }
    }

    /** The block of the newest segment, 0 where there is none. */
    long lastBlock() {
        Segment last = segments.last();
        return last == null ? 0 : last.name.block();
    }
}
