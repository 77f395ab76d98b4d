package dev.chaski.engine;

import dev.chaski.wire.MessageId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Messages that their producer deferred far into the future: ten million of them take no memory, since the log itself
 * remembers when each is due. Kept here are ranges of offsets, as a rule one per segment, with how many there are and
 * when the first is due.
 *
 * <p>A watermark divides near from far: of the messages that are read, those due at or before it are near, known one by
 * one in the channel's chunks; those due after it are far. When the first far one comes close, the watermark rises and
 * the ranges are searched, in the background, for what has become near ({@link Promoter}).
 *
 * <p><b>Which messages are far.</b> A message that its producer deferred is far exactly while it lies in a
 * {@link FarRange} and is due after the time up to which that range is settled. So a search of a range finds nothing
 * that was near, delivered or dropped before, whatever else the segment holds. Three rules keep that true:
 *
 * <ul>
 *   <li>Every deferred message that is read is shown to {@link #take}, due or not, and is far where it is due after the
 *       watermark, also while it is overdue: then a search is under way or about to begin.
 *   <li>A range grows with what is read only while it is settled up to the watermark. The watermark rises by itself only
 *       below the first due time of all ranges; by a search the ranges to be searched are cut off where the channel
 *       reads, and each is settled as far as it was searched, in one step with the messages found there. A search that
 *       fails leaves the rest as it was.
 *   <li>What is passed over unread is cut out of every range ({@link #passOver}).
 * </ul>
 *
 * <p>Confined to the channel's loop.
 */
final class FarDeferrals {
    /** Far messages are looked for this long before they are due, in milliseconds. */
    static final long LEAD_MS = 60_000;

    private static final long WINDOW_MS_MIN = 60_000;
    private static final long WINDOW_MS_MAX = 86_400_000;
    /** About how many messages are to be made near at a time: a few megabytes. */
    private static final int PROMOTED_GOAL = 100_000;

    /** By first offset. They do not overlap. */
    private final TreeMap<Long, FarRange> ranges = new TreeMap<>();
    /** What is still to be searched, in the same order. */
    private final TreeMap<Long, FarRange> searching = new TreeMap<>();

    private long watermarkMs;
    /** From here on a new range begins: nothing was passed over or cut off since. */
    private long openOffset;

    private long windowMs = WINDOW_MS_MIN;
    private long count;
    /** Of {@link #ranges}. */
    private long firstDueMs = Long.MAX_VALUE;

    private boolean isPromoting;

    /** Knows nothing of what lies before an offset. */
    FarDeferrals(long openOffset) {
        this.openOffset = openOffset;
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

    /** Takes a message that is read where it is far; otherwise it is near, or due already. */
    boolean take(long offset, long dueMs, long nowMs) {
        if (!isPromoting) {
            raiseFreely(nowMs);
        }
        if (dueMs <= watermarkMs) {
            return false;
        }
        Map.Entry<Long, FarRange> last = ranges.lastEntry();
        if (last != null && last.getValue().contains(offset)) {
            ranges.put(last.getKey(), last.getValue().plus(dueMs));
        } else {
            long block = MessageId.block(offset);
            long from = Math.max(openOffset, MessageId.firstOffset(block));
            add(new FarRange(from, FarRange.endOfBlock(block), watermarkMs, 1, dueMs));
        }
        firstDueMs = Math.min(firstDueMs, dueMs);
        count++;
        return true;
    }

    /** Reading goes on at a later offset: what lies before it and was not read is none of the channel's. */
    void passOver(long readOffset, long toOffset) {
        cut(readOffset);
        openOffset = toOffset;
    }

    /** Whether a message that its producer deferred is far. */
    boolean holds(long offset, long dueMs) {
        return isFar(ranges, offset, dueMs) || isFar(searching, offset, dueMs);
    }

    /** The first ranges by offset. */
    List<FarRange> first(int rangesMax) {
        TreeMap<Long, FarRange> all = new TreeMap<>(ranges);
        all.putAll(searching);
        return all.values().stream().limit(rangesMax).toList();
    }

    /** How many lie in the segment of an offset. */
    int countIn(long offset) {
        return countIn(ranges, offset) + countIn(searching, offset);
    }

    /** Begins to make near what comes close; the watermark rises at once for what is read from now on. */
    Promotion begin(long nowMs, long readOffset, int epoch) {
        long untilMs = Math.max(watermarkMs, nowMs + LEAD_MS + windowMs);
        if (!ranges.isEmpty() && ranges.lastEntry().getValue().firstDueMs() <= untilMs) {
            cut(readOffset);
            openOffset = readOffset;
        }
        ranges.forEach((key, range) -> {
            if (range.firstDueMs() <= untilMs) {
                searching.put(key, range);
            }
        });
        ranges.keySet().removeAll(searching.keySet());
        raiseTo(untilMs);
        recount();
        isPromoting = true;
        return new Promotion(untilMs, epoch, List.copyOf(searching.values()));
    }

    /** Whether something is to be made near now. */
    boolean isPromotionDue(long nowMs) {
        return !isPromoting && count > 0 && firstDueMs() <= nowMs + LEAD_MS;
    }

    /** A part of a range was searched: what was found there is near from now on, what was left stays far. */
    void searched(Searched part) {
        FarRange range = searching.remove(part.fromOffset());
        if (range == null) {
            throw new IllegalStateException("a search of offset " + part.fromOffset() + ", where none is under way");
        }
        long to = part.toOffset();
        if (to < range.toOffset()) {
            searching.put(to, range.after(to, part.foundCount() + part.leftCount()));
        }
        add(new FarRange(range.fromOffset(), to, watermarkMs, part.leftCount(), part.leftDueMs()));
        recount();
    }

    /** Ends a promotion that made this many near. What could not be searched is far again. */
    void end(int promoted) {
        isPromoting = false;
        searching.values().forEach(this::add);
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
        ranges.clear();
        searching.clear();
        recount();
        openOffset = offset;
        isPromoting = false;
    }

    void write(ByteBuffer target) {
        target.putLong(watermarkMs).putLong(openOffset).putInt(ranges.size() + searching.size());
        ranges.values().forEach(range -> range.write(target));
        searching.values().forEach(range -> range.write(target));
    }

    /** Bytes that {@link #write} takes. */
    int sizeBytes() {
        return 20 + FarRange.BYTES * (ranges.size() + searching.size());
    }

    void read(ByteBuffer source) {
        ranges.clear();
        watermarkMs = source.getLong();
        openOffset = source.getLong();
        for (int left = source.getInt(); left > 0; left--) {
            FarRange range = FarRange.read(source);
            ranges.put(range.fromOffset(), range);
        }
        recount();
    }

    /** Reads what earlier versions wrote, which knew of whole segments only. */
    void readBlocks(ByteBuffer source) {
        ranges.clear();
        watermarkMs = source.getLong();
        openOffset = source.getLong();
        for (int left = source.getInt(); left > 0; left--) {
            long block = source.getLong();
            long from = Math.max(openOffset, MessageId.firstOffset(block));
            ranges.put(
                    from,
                    new FarRange(from, FarRange.endOfBlock(block), watermarkMs, source.getInt(), source.getLong()));
        }
        recount();
    }

    /** The watermark may rise without a search as long as it passes nothing. */
    private void raiseFreely(long nowMs) {
        long wanted = Math.min(nowMs + LEAD_MS + windowMs, firstDueMs - 1);
        if (wanted > watermarkMs) {
            raiseTo(wanted);
        }
    }

    /** Raises the watermark, and with it the range that grows; nothing in it is due so early. */
    private void raiseTo(long untilMs) {
        watermarkMs = untilMs;
        Map.Entry<Long, FarRange> last = ranges.lastEntry();
        if (last != null && last.getValue().firstDueMs() > untilMs) {
            ranges.put(last.getKey(), last.getValue().settled(untilMs));
        }
    }

    /** The range that grows ends at an offset. */
    private void cut(long offset) {
        Map.Entry<Long, FarRange> last = ranges.lastEntry();
        if (last != null && last.getValue().contains(offset)) {
            ranges.put(last.getKey(), last.getValue().until(offset));
        }
    }

    /** Adds a range, as a part of its neighbours where they join; one of which nothing is left may vanish. */
    private void add(FarRange range) {
        FarRange whole = range;
        Map.Entry<Long, FarRange> before = ranges.lowerEntry(whole.fromOffset());
        if (before != null && before.getValue().joins(whole)) {
            ranges.remove(before.getKey());
            whole = before.getValue().and(whole);
        }
        FarRange after = ranges.get(whole.toOffset());
        if (after != null && whole.joins(after)) {
            ranges.remove(after.fromOffset());
            whole = whole.and(after);
        }
        if (whole.count() > 0) {
            ranges.put(whole.fromOffset(), whole);
        }
    }

    private static boolean isFar(NavigableMap<Long, FarRange> in, long offset, long dueMs) {
        Map.Entry<Long, FarRange> entry = in.floorEntry(offset);
        return entry != null
                && entry.getValue().contains(offset)
                && dueMs > entry.getValue().settledMs();
    }

    private static int countIn(NavigableMap<Long, FarRange> in, long offset) {
        long block = MessageId.block(offset);
        int count = 0;
        for (FarRange range : in.subMap(MessageId.firstOffset(block), FarRange.endOfBlock(block))
                .values()) {
            count += range.count();
        }
        return count;
    }

    private void recount() {
        count = 0;
        firstDueMs = Long.MAX_VALUE;
        for (FarRange range : ranges.values()) {
            count += range.count();
            firstDueMs = Math.min(firstDueMs, range.firstDueMs());
        }
        for (FarRange range : searching.values()) {
            count += range.count();
        }
    }
}
