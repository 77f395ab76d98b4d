package dev.chaski.engine;

import dev.chaski.wire.MessageId;
import java.nio.ByteBuffer;

/**
 * Adjacent offsets of one segment (block) and what of them is far: every message in the range that its producer deferred
 * beyond {@link #settledMs}, and no other. Immutable; see {@link FarDeferrals}.
 *
 * @param fromOffset first offset of the range
 * @param toOffset first offset after it; the block's end where the range still grows
 * @param settledMs what is due at or before this time is not far
 * @param count how many are far
 * @param firstDueMs none of them is due before, {@link Long#MAX_VALUE} where there is none
 */
record FarRange(long fromOffset, long toOffset, long settledMs, int count, long firstDueMs) {
    /** Bytes that {@link #write} takes. */
    static final int BYTES = 36;

    /** The first offset after a block. */
    static long endOfBlock(long block) {
        return MessageId.firstOffset(block + 1);
    }

    boolean contains(long offset) {
        return offset >= fromOffset && offset < toOffset;
    }

    /** With one more far message. */
    FarRange plus(long dueMs) {
        return new FarRange(fromOffset, toOffset, settledMs, count + 1, Math.min(firstDueMs, dueMs));
    }

    /** The same up to an offset, where nothing that is far lies behind it. */
    FarRange until(long offset) {
        return new FarRange(fromOffset, Math.min(toOffset, offset), settledMs, count, firstDueMs);
    }

    /** The same where nothing that is far is due up to a time. */
    FarRange settled(long untilMs) {
        return new FarRange(fromOffset, toOffset, Math.max(settledMs, untilMs), count, firstDueMs);
    }

    /** What is left of it from an offset on, where so many far messages lie before. */
    FarRange after(long offset, int countBefore) {
        return new FarRange(offset, toOffset, settledMs, Math.max(0, count - countBefore), firstDueMs);
    }

    /** Whether this range and the one that follows can be told by one: then the far ones are the same. */
    boolean joins(FarRange next) {
        long settled = Math.max(settledMs, next.settledMs);
        return toOffset == next.fromOffset
                && MessageId.block(fromOffset) == MessageId.block(next.fromOffset)
                && firstDueMs > settled
                && next.firstDueMs > settled;
    }

    /** Both in one, where they join. */
    FarRange and(FarRange next) {
        return new FarRange(
                fromOffset,
                next.toOffset,
                Math.max(settledMs, next.settledMs),
                count + next.count,
                Math.min(firstDueMs, next.firstDueMs));
    }

    void write(ByteBuffer target) {
        target.putLong(fromOffset).putLong(toOffset).putLong(settledMs);
        target.putInt(count).putLong(firstDueMs);
    }

    static FarRange read(ByteBuffer source) {
        return new FarRange(source.getLong(), source.getLong(), source.getLong(), source.getInt(), source.getLong());
    }
}
