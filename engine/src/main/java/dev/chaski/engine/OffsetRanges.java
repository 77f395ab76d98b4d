package dev.chaski.engine;

import dev.chaski.log.StreamLog;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Ranges of a topic's offsets that channels pass over when they get there. Those of a topic were dropped while it kept
 * them back; those of a channel hold messages that were imported for other channels. Immutable.
 */
final class OffsetRanges {
    static final OffsetRanges NONE = new OffsetRanges(new long[0]);

    /** The first offset of each range and the first one after it, rising. */
    private final long[] bounds;

    private OffsetRanges(long[] bounds) {
        this.bounds = bounds;
    }

    /** With one more range, which begins at or after the end of all others. */
    OffsetRanges with(long fromOffset, long toOffset) {
        int length = bounds.length;
        if (toOffset <= fromOffset) {
            return this;
        }
        if (length > 0 && fromOffset <= bounds[length - 1]) {
            long[] longer = bounds.clone();
            longer[length - 1] = Math.max(toOffset, longer[length - 1]);
            return new OffsetRanges(longer);
        }
        long[] more = Arrays.copyOf(bounds, length + 2);
        more[length] = fromOffset;
        more[length + 1] = toOffset;
        return new OffsetRanges(more);
    }

    /** Without the ranges that end at or before an offset. */
    OffsetRanges after(long offset) {
        int from = 0;
        while (from < bounds.length && bounds[from + 1] <= offset) {
            from += 2;
        }
        if (from == 0) {
            return this;
        }
        return from == bounds.length ? NONE : new OffsetRanges(Arrays.copyOfRange(bounds, from, bounds.length));
    }

    /** The first offset at or after this one that is in no range. */
    long pass(long offset) {
        for (int i = 0; i < bounds.length && bounds[i] <= offset; i += 2) {
            if (offset < bounds[i + 1]) {
                return bounds[i + 1];
            }
        }
        return offset;
    }

    boolean isEmpty() {
        return bounds.length == 0;
    }

    /** How many messages of the ranges lie between two offsets. */
    long count(StreamLog log, long fromOffset, long toOffset) {
        long count = 0;
        for (int i = 0; i < bounds.length; i += 2) {
            count += log.messageCount(Math.max(fromOffset, bounds[i]), Math.min(toOffset, bounds[i + 1]));
        }
        return count;
    }

    /** How many messages of the ranges, and of no range of others, lie between two offsets. */
    long countBeside(OffsetRanges others, StreamLog log, long fromOffset, long toOffset) {
        long count = 0;
        for (int i = 0; i < bounds.length; i += 2) {
            long from = Math.max(fromOffset, bounds[i]);
            long to = Math.min(toOffset, bounds[i + 1]);
            if (from < to) {
                count += log.messageCount(from, to) - others.count(log, from, to);
            }
        }
        return count;
    }

    /** How many offsets of the ranges lie between two offsets. */
    long width(long fromOffset, long toOffset) {
        long width = 0;
        for (int i = 0; i < bounds.length; i += 2) {
            width += Math.max(0, Math.min(toOffset, bounds[i + 1]) - Math.max(fromOffset, bounds[i]));
        }
        return width;
    }

    /** Bytes that {@link #write} takes. */
    int sizeBytes() {
        return Integer.BYTES + Long.BYTES * bounds.length;
    }

    /** Writes the number of ranges, then the bounds of each. */
    void write(ByteBuffer target) {
        target.putInt(bounds.length / 2);
        for (long bound : bounds) {
            target.putLong(bound);
        }
    }

    static OffsetRanges read(ByteBuffer source) {
        long[] bounds = new long[2 * source.getInt()];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = source.getLong();
        }
        return new OffsetRanges(bounds);
    }

    /** The changes that made them, of a topic. */
    List<Change> changes(int topic) {
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < bounds.length; i += 2) {
            changes.add(new Change.EmptyTopic(topic, bounds[i], bounds[i + 1]));
        }
        return changes;
    }
}
