package dev.chaski.engine;

import org.jspecify.annotations.Nullable;

/**
 * What a channel knows of 64 adjacent offsets below its read offset; a part of a {@link Chunk}, there only while one of
 * them is unsettled. Confined to the channel's loop.
 *
 * <p>A slot that is not {@link #SETTLED} has been delivered, deferred or given back, and is still to be finished.
 */
final class Span {
    static final int OFFSET_BITS = 6;
    static final int SLOTS = 1 << OFFSET_BITS;

    /** Finished, or not of this channel. */
    static final byte SETTLED = 0;
    /** Handed to a consumer; {@link #owner} and {@link #timeMs} (a monotonic deadline) hold. */
    static final byte IN_FLIGHT = 1;
    /** Given back or timed out; stands in the channel's queue for redelivery. */
    static final byte WAITING = 2;
    /** Held back until {@link #timeMs} (wall clock). */
    static final byte DEFERRED = 3;

    private static final long NS_PER_MS = 1_000_000;

    private long key;
    private int unsettledCount;
    private @Nullable Chunk chunk;

    final byte[] state = new byte[SLOTS];
    /** Deliveries so far; saturates at 65,535. */
    final char[] attempts = new char[SLOTS];
    /** Number of the subscription that a message is in flight with. */
    final int[] owner = new int[SLOTS];
    /** When the time-out runs out, or when a deferred message is due. */
    final long[] timeMs = new long[SLOTS];
    /** When a message in flight was handed over (monotonic). */
    final long[] deliveredMs = new long[SLOTS];
    /** Publish times in nanoseconds, kept where latency percentiles are asked for. */
    final long @Nullable [] publishedNs;

    Span(boolean keepsPublishTimes) {
        publishedNs = keepsPublishTimes ? new long[SLOTS] : null;
    }

    static long keyOf(long offset) {
        return offset >>> OFFSET_BITS;
    }

    static int slotOf(long offset) {
        return (int) offset & (SLOTS - 1);
    }

    /** Starts a span over in a chunk: every slot settled. */
    Span reset(Chunk newChunk, long newKey) {
        if (unsettledCount > 0) {
            java.util.Arrays.fill(state, SETTLED);
        }
        chunk = newChunk;
        key = newKey;
        unsettledCount = 0;
        return this;
    }

    long key() {
        return key;
    }

    /** The chunk that it is a part of; only while it is in use. */
    Chunk chunk() {
        Chunk now = chunk;
        if (now == null) {
            throw new IllegalStateException("a span that is in no chunk");
        }
        return now;
    }

    int unsettledCount() {
        return unsettledCount;
    }

    void set(int slot, byte newState) {
        if (state[slot] == SETTLED) {
            unsettledCount++;
        }
        state[slot] = newState;
    }

    void settle(int slot) {
        if (state[slot] != SETTLED) {
            unsettledCount--;
            state[slot] = SETTLED;
        }
    }

    /** How long ago a message in flight was published. */
    long ageNs(int slot, long nowMs) {
        long[] times = publishedNs;
        return times == null ? 0 : Math.max(0, nowMs * NS_PER_MS - times[slot]);
    }

    void countDelivery(int slot) {
        if (attempts[slot] < Character.MAX_VALUE) {
            attempts[slot]++;
        }
    }
}
