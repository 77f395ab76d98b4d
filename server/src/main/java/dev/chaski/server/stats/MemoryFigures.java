package dev.chaski.server.stats;

/**
 * The heap at one moment, under nsqd's names. A JVM does not count its objects, so there is no {@code heap_objects}
 * but 0.
 *
 * @param heapIdleBytes committed and not used
 * @param heapInUseBytes used
 * @param heapReleasedBytes not taken from the operating system, or given back: the limit less what is committed
 * @param gcPauseUs100 longest of the last pauses, in microseconds
 * @param gcPauseUs99 99th percentile of them
 * @param gcPauseUs95 95th percentile of them
 * @param nextGcBytes use at which the next collection comes at the latest: what is committed
 * @param gcRunCount collections since the start
 */
record MemoryFigures(
        long heapIdleBytes,
        long heapInUseBytes,
        long heapReleasedBytes,
        long gcPauseUs100,
        long gcPauseUs99,
        long gcPauseUs95,
        long nextGcBytes,
        long gcRunCount) {}
