package dev.chaski.engine;

import dev.chaski.log.Region;
import dev.chaski.wire.FrameFormat;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The messages that a channel has read and nobody has finished: in flight with a consumer, waiting (given back), or
 * deferred. Confined to the channel's loop.
 */
final class Pending {
    private final LongSupplier wallMs;
    private final boolean keepsPublishTimes;
    private final OffsetQueue waiting = new OffsetQueue();
    private final DueQueue due = new DueQueue();
    final Unsettled unsettled;

    private int inFlightCount;
    private int deferredCount;

    Pending(ChunkPool pool, boolean keepsPublishTimes, LongSupplier wallMs) {
        this.unsettled = new Unsettled(pool);
        this.keepsPublishTimes = keepsPublishTimes;
        this.wallMs = wallMs;
    }

    int inFlightCount() {
        return inFlightCount;
    }

    int waitingCount() {
        return waiting.size();
    }

    /** Those of them whose time comes close; see {@link FarDeferrals} for the others. */
    int deferredCount() {
        return deferredCount;
    }

    boolean hasWaiting() {
        return !waiting.isEmpty();
    }

    /** The message that was given back first; only where one waits. */
    long firstWaiting() {
        return waiting.peek();
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

    /** Adjacent messages are about to be handed over for the first time. */
    void deliver(long first, int count, Subscription to, long deadlineMs) {
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

    /**
     * The message that was given back first is about to be handed over again.
     *
     * @return deliveries of it, this one included
     */
    int redeliverFirst(Subscription to, long deadlineMs) {
        long offset = waiting.poll();
        Span span = unsettled.touch(offset);
        int slot = Span.slotOf(offset);
        span.countDelivery(slot);
        enter(span, slot, to, deadlineMs);
        to.noteDelivered(offset, 1, deadlineMs);
        return span.attempts[slot];
    }

    /** The message that was given back first is not in the log any more: it counts as finished. */
    void dropFirst() {
        long offset = waiting.poll();
        unsettled.settle(unsettled.touch(offset), Span.slotOf(offset));
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

    /** Holds a message back until it is due, unless it is known already. */
    void defer(long offset, long dueMs) {
        Span span = unsettled.touch(offset);
        if (span.state[Span.slotOf(offset)] == Span.SETTLED) {
            defer(span, offset, dueMs);
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

    /** Takes a message that was not finished when the broker ended. */
    void recover(long offset, int attempts, long dueMs) {
        Span span = unsettled.touch(offset);
        if (dueMs > 0) {
            defer(span, offset, dueMs);
        } else {
            await(span, offset);
        }
        span.attempts[Span.slotOf(offset)] = (char) attempts;
    }

    /** Notes when adjacent messages in flight were published, where that is asked for. */
    void notePublishTimes(Region region, int position, long first, int count) {
        if (keepsPublishTimes) {
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

    /** Forgets what was given back: nothing is handed over any more. */
    void forgetWaiting() {
        waiting.clear();
    }

    /** Forgets everything. */
    void clear() {
        waiting.clear();
        due.clear();
        unsettled.clear();
        inFlightCount = 0;
        deferredCount = 0;
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
}
