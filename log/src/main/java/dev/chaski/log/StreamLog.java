package dev.chaski.log;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of one topic: segments of message frames, each committed by its side file. One writer at a time, which the
 * caller ensures (with a happens-before between two writers); any number of readers; counters from any thread.
 *
 * <p>The lock guards the exchange of the segment list; it is never held over I/O or a callback.
 */
public final class StreamLog {
    private static final Logger LOG = LoggerFactory.getLogger(StreamLog.class);

    private final LogContext context;
    private final int number;

    private final SegmentSupply supply;
    private final StreamSync sync;
    private final StreamFreeing freeing;

    // The writer's.
    private @Nullable ActiveSegment active;
    private long usedSinceMs;

    private volatile SegmentList segments;
    private volatile long endOffset;
    private volatile long lastTimeMs; // of a message: goes on where the clock was set back
    private volatile long appendedAtMs; // by the clock
    private volatile boolean deleted;

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
        this.supply = new SegmentSupply(context, this);
        this.sync = new StreamSync(context, this);
        this.freeing = new StreamFreeing(context, this);
        this.appendedAtMs = context.clock.getAsLong();
        sync.addFound(found);
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
        long clockMs = context.clock.getAsLong();
        long now = Math.max(lastTimeMs, clockMs);
        ActiveSegment target = active;
        if (target == null || !target.fits(batch) || target.segment.checkpoints.isBroken()) {
            target = roll(batch, clockMs);
        }
        try {
            target.append(batch, now);
        } catch (IOException e) {
            throw failed(target, e);
        }
        lastTimeMs = now;
        appendedAtMs = clockMs;
        endOffset = target.segment.endOffset();
        sync.markDirty();
        if (target.isHalfFull()) {
            supply.prepareNext(target.segment.capacityBytes, clockMs - usedSinceMs);
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

    /** Goes on in a new segment, in the one made ready for it where possible. */
    private ActiveSegment roll(MessageBatch batch, long clockMs) throws LogException {
        ActiveSegment old = active;
        ActiveSegment fresh = supply.next(old, batch);
        if (old != null && !old.isEmpty()) {
            sync.addSealed(old.segment); // before the new one is the last: who waits for this one needs it synced
        }
        if (!add(fresh.segment)) {
            fresh.segment.retire();
            throw sync.closed();
        }
        if (old != null) {
            finish(old);
        }
        active = fresh;
        usedSinceMs = clockMs;
        return fresh;
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

    /**
     * Takes a segment out, or puts another of its block in its place.
     *
     * @return false where it was freed, or the stream deleted, meanwhile
     */
    synchronized boolean exchange(Segment segment, @Nullable Segment instead) {
        boolean isThere = segments.contains(segment);
        if (isThere) {
            segments = instead == null ? segments.without(segment) : segments.replace(segment, instead);
        }
        return isThere;
    }

    private void finish(ActiveSegment old) {
        old.segment.seal();
        if (old.isEmpty()) {
            remove(old.segment);
            old.segment.retire();
        } else {
            sync.addSealed(old.segment);
        }
    }

    /** Seals the segment where it was last good; the next append makes a new one. */
    private LogException failed(ActiveSegment target, IOException cause) {
        LogException failure =
                DiskFailure.of(context.disk, target.segment.files.framesPath(), "cannot append to segment", cause);
        context.health.writeFailed(failure);
        active = null;
        finish(target);
        sync.markDirty();
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
        sync.whenSynced(callback);
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

    /** Its side that makes durable what is published. */
    StreamSync sync() {
        return sync;
    }

    /** Its side that gives up segments. */
    StreamFreeing freeing() {
        return freeing;
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
        freeing.free(need);
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
            supply.drop();
            for (int i = 0; i < gone.size(); i++) {
                gone.get(i).seal();
                gone.get(i).retire();
            }
            sync.refuseWaiting();
            readers.forEach(LogReader::wakeUp);
        });
    }

    /** Closes descriptors and gives back maps where nothing was appended for long. Housekeeper. */
    void closeIdle(long nowMs, long idleCloseMs) {
        appendedAtMs = Math.min(appendedAtMs, nowMs); // the clock may have been set back
        if (nowMs - appendedAtMs < idleCloseMs || sync.isDirty()) {
            return;
        }
        closeDescriptors();
        Segment last = segments.last();
        if (last != null && last.mapping.isRead()) {
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
            last.files.closeQuietly();
        }
        supply.closeDescriptors();
    }

    /** Syncs what is published and seals the last segment, so that the next start need not look into it. At the end. */
    void close() {
        sync.run();
        supply.drop();
        Segment last = segments.last();
        if (last != null && !last.isSealed()) {
            try {
                last.checkpoints.sealForGood();
            } catch (IOException e) {
                LOG.warn("cannot seal a segment, the next start does segment={} error={}", last, e.toString());
            }
        }
        sync.refuseWaiting();
    }

    /** Gives up every mapping and descriptor. At the end, after {@link #close} or instead of it. */
    void unmap() {
        SegmentList list = segments;
        for (int i = 0; i < list.size(); i++) {
            list.get(i).mapping.drop();
            list.get(i).files.closeQuietly();
        }
        supply.unmap();
    }

    /** The block of the newest segment, 0 where there is none. */
    long lastBlock() {
        Segment last = segments.last();
        return last == null ? 0 : last.name.block();
    }
}
