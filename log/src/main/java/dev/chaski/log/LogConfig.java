package dev.chaski.log;

import java.nio.file.Path;

/**
 * How a {@link LogStore} keeps its data.
 *
 * @param folder where everything is kept; made when missing
 * @param node number of this node in message ids, 0 to 1023
 * @param syncIntervalMs the longest that written bytes wait for fsync, in milliseconds, 1 or more
 * @param segmentBytesMin size of a topic's first segment, in bytes
 * @param segmentBytesMax size that segments grow to while a topic is busy, in bytes; at most 1 GiB
 * @param recycledBytesMax bytes of freed segments kept for reuse
 * @param diskLowWaterBytes appends are refused when the file system has less than this free, in bytes
 * @param idleCloseMs a stream untouched for this long gives back its descriptors and maps, in milliseconds
 * @param coldAfterMs full segments that nobody has read for this long are compressed, in milliseconds; 0 for never
 */
public record LogConfig(
        Path folder,
        int node,
        int syncIntervalMs,
        int segmentBytesMin,
        int segmentBytesMax,
        long recycledBytesMax,
        long diskLowWaterBytes,
        int idleCloseMs,
        long coldAfterMs) {

    /**
     * The defaults for a folder.
     *
     * @param folder where everything is kept
     * @return node 0, fsync within 100 ms, segments of 256 KiB to 64 MiB, 256 MiB recycled, 64 MiB low water, 30 s idle,
     *     nothing compressed
     */
    public static LogConfig of(Path folder) {
        return new LogConfig(folder, 0, 100, 256 << 10, 64 << 20, 256L << 20, 64L << 20, 30_000, 0);
    }
}
