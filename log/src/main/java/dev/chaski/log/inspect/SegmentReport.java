package dev.chaski.log.inspect;

import dev.chaski.log.SegmentView;
import java.nio.file.Path;

/**
 * A segment of a stream.
 *
 * @param file the file of its frames
 * @param state what becomes of it
 * @param isCold whether its frames are compressed
 * @param firstOffset the first offset that it can hold
 * @param endOffset one beyond its last message
 * @param messages messages in it; what compaction dropped is not among them
 * @param records records that commit them
 * @param frameBytes bytes of their frames
 * @param fileBytes bytes that its files take, with what is reserved
 * @param firstTimeMs append time of the first, milliseconds since 1970, 0 where there is none
 * @param lastTimeMs append time of the last
 * @param syncedOffset one beyond the last message that was fsynced at the newest checkpoint
 * @param compactions how often it was compacted
 */
public record SegmentReport(
        Path file,
        SegmentView.State state,
        boolean isCold,
        long firstOffset,
        long endOffset,
        long messages,
        long records,
        long frameBytes,
        long fileBytes,
        long firstTimeMs,
        long lastTimeMs,
        long syncedOffset,
        int compactions) {}
