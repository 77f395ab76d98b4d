package dev.chaski.log;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a stream at one moment, by offset, with how much lies before each. Immutable, but for the counts of
 * the last segment, which grow.
 */
final class SegmentList {
    static final SegmentList EMPTY = new SegmentList(new Segment[0]);

    private final Segment[] segments;
    private final long[] messagesBefore;
    private final long[] bytesBefore;

    private SegmentList(Segment[] segments) {
        this.segments = segments;
        this.messagesBefore = new long[segments.length];
        this.bytesBefore = new long[segments.length];
        for (int i = 1; i < segments.length; i++) {
            messagesBefore[i] = messagesBefore[i - 1] + segments[i - 1].messages();
            bytesBefore[i] = bytesBefore[i - 1] + segments[i - 1].sizeBytes();
        }
    }

    static SegmentList of(List<Segment> sorted) {
        return sorted.isEmpty() ? EMPTY : new SegmentList(sorted.toArray(Segment[]::new));
    }

    /** With one more at the end; what came before takes no more messages. */
    SegmentList with(Segment last) {
        Segment[] more = Arrays.copyOf(segments, segments.length + 1);
        more[segments.length] = last;
        return new SegmentList(more);
    }

    SegmentList without(Segment gone) {
        return new SegmentList(Arrays.stream(segments).filter(s -> s != gone).toArray(Segment[]::new));
    }

    /** With one in the place of another of the same block. */
    SegmentList replace(Segment old, Segment fresh) {
        return new SegmentList(
                Arrays.stream(segments).map(s -> s == old ? fresh : s).toArray(Segment[]::new));
    }

    int size() {
        return segments.length;
    }

    Segment get(int index) {
        return segments[index];
    }

    @Nullable
    Segment last() {
        return segments.length == 0 ? null : segments[segments.length - 1];
    }

    boolean contains(Segment segment) {
        int index = floor(segment.firstOffset());
        return index >= 0 && segments[index] == segment;
    }

    /** Index of the last segment that begins at or before an offset; −1 where there is none. */
    private int floor(long offset) {
        int low = 0;
        int high = segments.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (segments[middle].firstOffset() <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    /** The segment where the first message at or after an offset is or may come to be; null where there is none yet. */
    @Nullable
    Segment seek(long offset) {
        int index = floor(offset);
        if (index >= 0 && (offset < segments[index].endOffset() || !segments[index].isSealed())) {
            return segments[index];
        }
        return index + 1 < segments.length ? segments[index + 1] : null;
    }

    /** The segment after another, whether that one is still in the list or not. */
    @Nullable
    Segment after(Segment segment) {
        int index = floor(segment.firstOffset()) + 1;
        return index < segments.length ? segments[index] : null;
    }

    /** First offset of the first segment, or −1. */
    long firstOffset() {
        return segments.length == 0 ? -1 : segments[0].firstOffset();
    }

    /** One more than the last published offset, 0 where nothing is published. */
    long endOffset() {
        for (int i = segments.length - 1; i >= 0; i--) {
            if (segments[i].messages() > 0) {
                return segments[i].endOffset();
            }
        }
        return 0;
    }

    /** How many messages of the list lie before an offset. */
    long messagesBefore(long offset) {
        int index = floor(offset);
        if (index < 0) {
            return 0;
        }
        long within = offset - segments[index].firstOffset();
        return messagesBefore[index] + Math.min(within, segments[index].messages());
    }

    long sizeBytes() {
        int last = segments.length - 1;
        return last < 0 ? 0 : bytesBefore[last] + segments[last].sizeBytes();
    }
}
