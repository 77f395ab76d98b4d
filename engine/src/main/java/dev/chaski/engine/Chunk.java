package dev.chaski.engine;

import org.jspecify.annotations.Nullable;

/**
 * What a channel knows of 1,024 adjacent offsets below its read offset. Confined to the channel's loop.
 *
 * <p>A slot that is not {@link #SETTLED} has been delivered, deferred or given back, and is still to be finished.
 */
final class Chunk {
    static final int OFFSET_BITS = 10;
    static final int SLOTS = 1 << OFFSET_BITS;

    /** Finished, or not of this channel. */
    static final byte SETTLED = 0;
    /** Handed to a consumer; {@link #owner} and {@link #timeMs} (a monotonic deadline) hold. */
    static final byte IN_FLIGHT = 1;
    /** Given back or timed out; stands in the channel's queue for redelivery. */
    static final byte WAITING = 2;
    /** Held back until {@link #timeMs} (wall clock). */
    static final byte DEFERRED = 3;

    private long key;
    private int unsettledCount;
    boolean isDirty;

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

    Chunk(boolean keepsPublishTimes) {
        publishedNs = keepsPublishTimes ? new long[SLOTS] : null;
    }

    static long keyOf(long offset) {
        return offset >>> OFFSET_BITS;
    }

    static int slotOf(long offset) {
        return (int) offset & (SLOTS - 1);
    }

    /** Starts a chunk over: every slot settled. */
    Chunk reset(long newKey) {
        if (unsettledCount > 0) {
            java.util.Arrays.fill(state, SETTLED);
        }
        key = newKey;
        unsettledCount = 0;
        isDirty = false;
        return this;
    }

    long key() {
        return key;
    }

    long offset(int slot) {
        return key << OFFSET_BITS | slot;
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

    void countDelivery(int slot) {
        if (attempts[slot] < Character.MAX_VALUE) {
            attempts[slot]++;
        }
    }
}
