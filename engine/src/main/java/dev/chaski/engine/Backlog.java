package dev.chaski.engine;

import dev.chaski.log.LogReader;
import dev.chaski.log.Region;
import dev.chaski.log.StreamLog;
import dev.chaski.wire.FrameFormat;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a channel has still to deliver: the log from its read offset on, the messages given back, and those that are
 * deferred. It also knows what is in flight, and with whom. Confined to the channel's loop.
 *
 * <p>Every offset below the read offset is settled, or in one of three states: in flight, waiting (given back), deferred.
 */
final class Backlog {
    /** Bytes of one slice: enough to amortise a write, little enough that many consumers get their turn. */
    private static final int SLICE_BYTES_MAX = 256 << 10;

    private static final long NS_PER_MS = 1_000_000;
    private static final Logger LOG = LoggerFactory.getLogger(Backlog.class);

    /** Takes one slice of the log. */
    interface Slices {
        /** Takes {@code count} adjacent messages; see {@link Consumer#deliver}. */
        void deliver(Region region, int position, int length, int count, int attempts);
    }

    private final StreamLog log;
    private final Topic topic;
    private final LongSupplier wallMs;
    private final Runnable wake;
    private final LogReader reader;
    private final OffsetQueue waiting = new OffsetQueue();
    private final DueQueue due = new DueQueue();
    final Unsettled unsettled;
    final FarDeferrals far;
    /** What was imported for other channels. */
    final OffsetRanges passed;

    /** Reads what was given back; there only while something is, since it would hold on to its last segment. */
    private @Nullable LogReader lookup;

    private boolean isPeeked;
    private boolean isLookupCold;
    private long readOffset;
    private int inFlightCount;
    private int deferredCount;
    /** Messages that were given back or deferred and then were not in the log any more. */
    private long lostCount;

    Backlog(Topic topic, Cursor start, ChunkPool pool, LongSupplier wallMs, Runnable wake) {
        this.topic = topic;
        this.log = topic.log();
        this.wallMs = wallMs;
        this.unsettled = new Unsettled(pool);
        this.far = start.far();
        this.passed = start.passed();
        this.readOffset = start.readOffset();
        this.wake = wake;
        this.reader = log.reader(readOffset, wake);
        start.forEachUnsettled(this::recover);
    }

    long readOffset() {
        return readOffset;
    }

    int waitingCount() {
        return waiting.size();
    }

    int inFlightCount() {
        return inFlightCount;
    }

    long deferredCount() {
        return deferredCount + far.count();
    }

    boolean hasWaiting() {
        return !waiting.isEmpty();
    }

    /** What was being loaded may be there now. */
    void retryCold() {
        isLookupCold = false;
    }

    /** Whether a message may be handed over now. */
    boolean canServe() {
        return hasWaiting() && !isLookupCold || peekNew();
    }

    /** Messages that could be handed over now, as far as is known without reading. */
    long ready() {
        return waiting.size() + topic.unread(readOffset, passed);
    }

    /** Whether a message of the log may be handed over now. Deferred ones on the way are put aside. */
    boolean peekNew() {
        while (isPeeked || advance()) {
            if (reader.offset() >= topic.limit()) {
                return false;
            }
            long wanted = passed.pass(topic.emptied().pass(reader.offset()));
            if (wanted != reader.offset()) {
                passOver(wanted);
                continue;
            }
            long deferUntilMs = reader.deferUntilMs();
            if (deferUntilMs == 0 || !putAside(deferUntilMs)) {
                return true;
            }
        }
        return false;
    }

    /** Makes a message near whose time comes close, unless it is already known. */
    void promote(long offset, long dueMs) {
        Span span = unsettled.touch(offset);
        if (span.state[Span.slotOf(offset)] == Span.SETTLED) {
            defer(span, offset, dueMs);
        }
    }

    /**
     * Hands over the next messages of the log, as many as lie side by side.
     *
     * @return how many, 0 where there is none now
     */
    @SuppressWarnings("ReferenceEquality") // a slice lies in one segment
    int deliverNew(int countMax, Subscription to, long deadlineMs, Slices slices) {
        if (!peekNew()) {
            return 0;
        }
        Region region = reader.region();
        region.retain();
        try {
            long first = reader.offset();
            int position = reader.position();
            int length = 0;
            int count = 0;
            do {
                length += reader.frameBytes();
                count++;
                takePeeked();
            } while (count < countMax
                    && length < SLICE_BYTES_MAX
                    && peekNew()
                    && reader.offset() == first + count
                    && reader.region() == region
                    && reader.position() == position + length);
            markInFlight(first, count, to, deadlineMs);
            notePublishTimes(region, position, first, count);
            slices.deliver(region, position, length, count, 1);
            return count;
        } finally {
            region.release();
        }
    }

    /** Passes over the next message of the log, which then counts as finished; only after {@link #peekNew}. */
    void skipNew() {
        takePeeked();
    }

    /**
     * Hands over the message that was given back first.
     *
     * @return whether there was one
     */
    boolean redeliver(Subscription to, long deadlineMs, Slices slices) {
        LogReader found = lookup;
        if (found == null) {
            found = log.reader(readOffset, wake);
            lookup = found;
        }
        while (!waiting.isEmpty()) {
            long offset = waiting.peek();
            found.seek(offset);
            LogReader.Step step = found.advance();
            if (step == LogReader.Step.COLD) {
                isLookupCold = true;
                return false;
            }
            waiting.poll();
            Span span = unsettled.touch(offset);
            int slot = Span.slotOf(offset);
            if (step == LogReader.Step.END || found.offset() != offset) {
                noteLost(offset);
                unsettled.settle(span, slot);
                continue;
            }
            span.countDelivery(slot);
            enter(span, slot, to, deadlineMs);
            to.noteDelivered(offset, 1, deadlineMs);
            notePublishTimes(found.region(), found.position(), offset, 1);
            slices.deliver(
                    found.region(), found.position(), found.frameBytes(), 1, attempts(found, span.attempts[slot]));
            return true;
        }
        return false;
    }

    /** Says so, more rarely the more there are: a damaged batch has many. */
    private void noteLost(long offset) {
        lostCount++;
        if (Long.bitCount(lostCount) == 1) {
            LOG.error(
                    "a message that was given back or deferred is no longer in the log topic={} offset={} lost={}",
                    topic.name(),
                    offset,
                    lostCount);
        }
    }

    /** Deliveries of a message, those before it was imported included: the frame was written with them. */
    private static int attempts(LogReader at, int deliveries) {
        int before = (at.region().bytes().getShort(at.position() + FrameFormat.ATTEMPTS_OFFSET) & 0xFFFF) - 1;
        return Math.min(deliveries + before, Character.MAX_VALUE);
    }

    /** The turn is over: lets go of what only redelivery needs where nothing waits. */
    void rest() {
        LogReader idle = lookup;
        if (idle != null && waiting.isEmpty()) {
            idle.close();
            lookup = null;
        }
    }

    /** Whether a message is in flight with an owner, and not for longer than until a deadline. */
    boolean isInFlightWith(long offset, int owner, long deadlineMs) {
        Span span = unsettled.at(offset);
        int slot = Span.slotOf(offset);
        return span != null
                && span.state[slot] == Span.IN_FLIGHT
                && span.owner[slot] == owner
                && span.timeMs[slot] <= deadlineMs;
    }

    /** The span of a message in flight, or null where it is not. */
    @Nullable
    Span inFlight(long offset) {
        Span span = unsettled.at(offset);
        return span != null && span.state[Span.slotOf(offset)] == Span.IN_FLIGHT ? span : null;
    }

    /** Finishes a message that is in flight. */
    void finish(Span span, int slot) {
        inFlightCount--;
        unsettled.settle(span, slot);
    }

    /** Puts a message that is in flight back: to be delivered again at once, or after a delay. */
    void giveBack(long offset, long delayMs) {
        Span span = unsettled.touch(offset);
        inFlightCount--;
        if (delayMs > 0) {
            defer(span, offset, wallMs.getAsLong() + delayMs);
        } else {
            await(span, offset);
        }
    }

    /** Moves what is due from deferred to waiting. */
    void releaseDue(long nowMs) {
        while (due.nextDueMs() <= nowMs) {
            long offset = due.poll();
            deferredCount--;
            await(unsettled.touch(offset), offset);
        }
    }

    /** When the next deferred message is due, {@link Long#MAX_VALUE} where none is. */
    long nextDueMs() {
        return due.nextDueMs();
    }

    /** Forgets everything below an offset and goes on from there. */
    void restart(long offset) {
        waiting.clear();
        due.clear();
        unsettled.clear();
        far.restart(offset);
        inFlightCount = 0;
        deferredCount = 0;
        readOffset = offset;
        isPeeked = false;
        reader.seek(offset);
    }

    /** Goes on at an offset where it has not read so far; what is unsettled below stays. */
    private void passOver(long offset) {
        readOffset = offset;
        isPeeked = false;
        reader.seek(offset);
    }

    /** Drops readers, and with them every hold on segments. */
    void close() {
        reader.close();
        waiting.clear();
        rest();
    }

    /** Defers the message that the reader stands on, unless it is due. */
    private boolean putAside(long dueMs) {
        long nowMs = wallMs.getAsLong();
        if (dueMs <= nowMs) {
            return false;
        }
        long offset = reader.offset();
        takePeeked();
        if (!far.take(offset, dueMs, nowMs)) {
            defer(unsettled.touch(offset), offset, dueMs);
        }
        return true;
    }

    private boolean advance() {
        isPeeked = reader.advance() == LogReader.Step.MESSAGE;
        return isPeeked;
    }

    private void takePeeked() {
        readOffset = reader.offset() + 1;
        isPeeked = false;
    }

    private void markInFlight(long first, int count, Subscription to, long deadlineMs) {
        for (long offset = first; offset < first + count; ) {
            Span span = unsettled.touch(offset);
            int slot = Span.slotOf(offset);
            int end = (int) Math.min(Span.SLOTS, slot + first + count - offset);
            offset += end - slot;
            for (; slot < end; slot++) {
                span.attempts[slot] = 1;
                enter(span, slot, to, deadlineMs);
            }
        }
        to.noteDelivered(first, count, deadlineMs);
    }

    private void enter(Span span, int slot, Subscription to, long deadlineMs) {
        span.set(slot, Span.IN_FLIGHT);
        span.owner[slot] = to.number();
        span.timeMs[slot] = deadlineMs;
        span.deliveredMs[slot] = deadlineMs - to.consumer().msgTimeoutMs();
        inFlightCount++;
    }

    private void await(Span span, long offset) {
        span.set(Span.slotOf(offset), Span.WAITING);
        waiting.add(offset);
    }

    private void defer(Span span, long offset, long dueMs) {
        int slot = Span.slotOf(offset);
        if (span.state[slot] == Span.SETTLED) {
            span.attempts[slot] = 0;
        }
        span.set(slot, Span.DEFERRED);
        span.timeMs[slot] = dueMs;
        due.add(dueMs, offset);
        deferredCount++;
    }

    private void recover(long offset, int attempts, long dueMs) {
        Span span = unsettled.touch(offset);
        int slot = Span.slotOf(offset);
        if (dueMs > 0) {
            defer(span, offset, dueMs);
        } else {
            await(span, offset);
        }
        span.attempts[slot] = (char) attempts;
    }

    private void notePublishTimes(Region region, int position, long first, int count) {
        if (topic.keepsPublishTimes()) {
            ByteBuffer bytes = region.bytes();
            int at = position;
            for (long offset = first; offset < first + count; offset++) {
                long[] times = unsettled.touch(offset).publishedNs;
                if (times != null) {
                    times[Span.slotOf(offset)] = bytes.getLong(at + FrameFormat.TIMESTAMP_OFFSET);
                }
                at += FrameFormat.SIZE_BYTES + bytes.getInt(at);
            }
        }
    }

    /** How long ago a message in flight was published. */
    static long ageNs(Span span, int slot, long nowMs) {
        long[] times = span.publishedNs;
        return times == null ? 0 : Math.max(0, nowMs * NS_PER_MS - times[slot]);
    }
}
