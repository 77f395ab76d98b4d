package dev.chaski.log.inspect;

import java.util.List;

/**
 * A stream: the messages of one topic.
 *
 * @param number its number
 * @param segments by offset
 */
public record StreamReport(int number, List<SegmentReport> segments) {
    /**
     * Messages in all segments.
     *
     * @return 0 or more
     */
    public long messages() {
        return segments.stream().mapToLong(SegmentReport::messages).sum();
    }

    /**
     * Bytes that the files of all segments take, with what is reserved.
     *
     * @return 0 or more
     */
    public long fileBytes() {
        return segments.stream().mapToLong(SegmentReport::fileBytes).sum();
    }

    /**
     * One beyond the last message.
     *
     * @return an offset, 0 where there never was one
     */
    public long endOffset() {
        return segments.isEmpty() ? 0 : segments.getLast().endOffset();
    }

    /**
     * Append time of the last message.
     *
     * @return milliseconds since 1970, 0 where there is none
     */
    public long lastTimeMs() {
        return segments.stream().mapToLong(SegmentReport::lastTimeMs).max().orElse(0);
    }
}
