package dev.chaski.log;

import dev.chaski.wire.MessageId;

/** How large segments are made. No state. */
final class SegmentSizes {
    /** One size to the next. */
    static final int STEP = 4;

    /** Room for one record per this many bytes of frames: single messages shorter than that fill the side file first. */
    private static final int BYTES_PER_RECORD = 128;

    /** A segment half full within this time is followed by one of the next size. */
    private static final int FAST_MS = 5_000;
    /** A segment that took longer than this to fill by half is followed by one of the size below. */
    private static final int SLOW_MS = 600_000;

    private SegmentSizes() {}

    /** Whether it is the smallest size or a number of steps above it: only such files are worth keeping. */
    static boolean isRegular(LogConfig config, long capacityBytes) {
        long size = config.segmentBytesMin();
        while (size < capacityBytes) {
            size = Math.min(size * STEP, Math.max(config.segmentBytesMax(), size + 1));
            if (size > config.segmentBytesMax()) {
                return false;
            }
        }
        return size == capacityBytes;
    }

    /**
     * The size that should follow.
     *
     * @param capacityBytes size of the segment in use
     * @param ageMs for how long it has been in use; negative, and of no meaning, where the clock was set back
     */
    static long next(LogConfig config, long capacityBytes, long ageMs) {
        long size = Math.clamp(capacityBytes, config.segmentBytesMin(), config.segmentBytesMax());
        if (ageMs >= 0 && ageMs < FAST_MS) {
            return Math.min(size * STEP, config.segmentBytesMax());
        }
        return ageMs > SLOW_MS ? Math.max(size / STEP, config.segmentBytesMin()) : size;
    }

    /** The room that a batch needs: the size planned, or its own where it is larger. */
    static long holding(long plannedBytes, MessageBatch batch) {
        long forRecords = (long) batch.records() * BYTES_PER_RECORD;
        return Math.max(plannedBytes, Math.max(batch.sizeBytes(), forRecords));
    }

    /** Room for records beside frames. */
    static int recordsMax(long capacityBytes) {
        return Math.clamp(capacityBytes / BYTES_PER_RECORD, 1, MessageId.BLOCK_MESSAGES_MAX);
    }
}
