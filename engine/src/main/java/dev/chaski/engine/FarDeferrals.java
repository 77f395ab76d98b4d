package dev.chaski.engine;

import dev.chaski.wire.MessageId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Messages that their producer deferred far into the future: ten million of them take no memory, since the log itself
 * remembers when each is due. Kept here is, per segment (block), how many there are and when the first is due.
 *
 * <p>A watermark divides near from far: what is due at or before it is near, and known one by one in the channel's
 * chunks; what is due after it is far. When the first far one comes close, the watermark rises and the segments are
 * searched, in the background, for what lies between the old one and the new ({@link Promoter}). Confined to the
 * channel's loop.
 */
final class FarDeferrals {
    /** Far messages are looked for this long before they are due, in milliseconds. */
    static final long LEAD_MS = 60_000;

    private static final long WINDOW_MS_MIN = 60_000;
    private static final long WINDOW_MS_MAX = 86_400_000;
    /** About how many messages are to be made near at a time: a few megabytes. */
    private static final int PROMOTED_GOAL = 100_000;

    /** What is known of a segment. */
    private record Block(int count, long firstDueMs) {
        Block and(Block other) {
            return new Block(count + other.count, Math.min(firstDueMs, other.firstDueMs));
        }
    }

    private final TreeMap<Long, Block> blocks = new TreeMap<>();
    /** Those that are being searched, without what came since. */
    private final TreeMap<Long, Block> searching = new TreeMap<>();

    private long watermarkMs;
    /**
     * Up to here everything near is in a chunk; behind {@link #watermarkMs} during a promotion, and after one that
     * failed until the next has found the rest.
     */
    private long settledWatermarkMs;
    /** Messages before this offset are none of the channel's. */
    private long floorOffset;

    private long windowMs = WINDOW_MS_MIN;
    private long count;
    /** Of {@link #blocks}. */
    private long firstDueMs = Long.MAX_VALUE;

    private boolean isPromoting;

    FarDeferrals(long floorOffset) {
        this.floorOffset = floorOffset;
    }

    long count() {
        return count;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** When the first is due, {@link Long#MAX_VALUE} where there is none. */
    long firstDueMs() {
        return firstDueMs;
    }

    /** Takes a message where it is far. */
    boolean take(long offset, long dueMs, long nowMs) {
        if (settledWatermarkMs == watermarkMs) {
            raiseFreely(nowMs);
        }
        if (dueMs <= watermarkMs) {
            return false;
        }
        blocks.merge(MessageId.block(offset), new Block(1, dueMs), Block::and);
        firstDueMs = Math.min(firstDueMs, dueMs);
        count++;
        return true;
    }

    /** Whether a message that its producer deferred, and that no chunk knows, is still to come. */
    boolean holds(long offset, long dueMs) {
        return dueMs > settledWatermarkMs && offset >= floorOffset && countIn(offset) > 0;
    }

    /** How many lie in the segment of an offset. */
    int countIn(long offset) {
        Block block = all().get(MessageId.block(offset));
        return block == null ? 0 : block.count;
    }

    /** Begins to make near what comes close; the watermark rises at once for what is read from now on. */
    Promotion begin(long nowMs, long readOffset, int epoch) {
        long untilMs = Math.max(watermarkMs, nowMs + LEAD_MS + windowMs);
        blocks.forEach((key, block) -> {
            if (block.firstDueMs <= untilMs) {
                searching.put(key, block);
            }
        });
        blocks.keySet().removeAll(searching.keySet());
        recount();
        isPromoting = true;
        watermarkMs = untilMs;
        return new Promotion(
                settledWatermarkMs, untilMs, floorOffset, readOffset, epoch, List.copyOf(searching.keySet()));
    }

    /** Whether something is to be made near now. */
    boolean isPromotionDue(long nowMs) {
        return !isPromoting && count > 0 && firstDueMs() <= nowMs + LEAD_MS;
    }

    /** Takes what is left of a segment that was searched. */
    void searched(long block, int leftCount, long firstDueMs) {
        searching.remove(block);
        if (leftCount > 0) {
            blocks.merge(block, new Block(leftCount, firstDueMs), Block::and);
        }
        recount();
    }

    /** Ends a promotion that made this many near. What could not be searched is far again. */
    void end(int promoted) {
        isPromoting = false;
        if (searching.isEmpty()) {
            settledWatermarkMs = watermarkMs;
        }
        searching.forEach((key, block) -> blocks.merge(key, block, Block::and));
        searching.clear();
        recount();
        if (promoted > PROMOTED_GOAL) {
            windowMs = Math.max(WINDOW_MS_MIN, windowMs / 2);
        } else if (promoted < PROMOTED_GOAL / 4) {
            windowMs = Math.min(WINDOW_MS_MAX, windowMs * 2);
        }
    }

    /** Forgets everything before an offset. */
    void restart(long offset) {
        blocks.clear();
        searching.clear();
        recount();
        floorOffset = offset;
        settledWatermarkMs = watermarkMs;
        isPromoting = false;
    }

    void write(ByteBuffer target) {
        Map<Long, Block> all = all();
        target.putLong(settledWatermarkMs).putLong(floorOffset).putInt(all.size());
        all.forEach((key, block) -> target.putLong(key).putInt(block.count).putLong(block.firstDueMs));
    }

    /** Bytes that {@link #write} takes. */
    int sizeBytes() {
        return 20 + 20 * (blocks.size() + searching.size());
    }

    void read(ByteBuffer source) {
        blocks.clear();
        settledWatermarkMs = source.getLong();
        watermarkMs = settledWatermarkMs;
        floorOffset = source.getLong();
        for (int left = source.getInt(); left > 0; left--) {
            blocks.put(source.getLong(), new Block(source.getInt(), source.getLong()));
        }
        recount();
    }

    /** The watermark may rise without a search as long as it passes nothing. */
    private void raiseFreely(long nowMs) {
        long wanted = nowMs + LEAD_MS + windowMs;
        watermarkMs = Math.max(watermarkMs, Math.min(wanted, firstDueMs - 1));
        settledWatermarkMs = watermarkMs;
    }

    private Map<Long, Block> all() {
        if (searching.isEmpty()) {
            return blocks;
        }
        Map<Long, Block> all = new TreeMap<>(blocks);
        searching.forEach((key, block) -> all.merge(key, block, Block::and));
        return all;
    }

    private void recount() {
        count = 0;
        firstDueMs = Long.MAX_VALUE;
        for (Block block : blocks.values()) {
            count += block.count;
            firstDueMs = Math.min(firstDueMs, block.firstDueMs);
        }
        for (Block block : searching.values()) {
            count += block.count;
        }
    }
}
