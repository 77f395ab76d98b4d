package dev.chaski.log;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** What a store's background threads have done since it was opened. Any thread. */
public final class StoreFigures {
    /** Upper bounds of the buckets of fsync times, in microseconds; a last one without a bound follows. */
    private static final long[] SYNC_BOUNDS_US = {
        250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000
    };

    private final AtomicLongArray syncBuckets = new AtomicLongArray(SYNC_BOUNDS_US.length + 1);
    private final LongAdder syncNs = new LongAdder();
    private final LongAdder syncFailures = new LongAdder();
    private final LongAdder freedSegments = new LongAdder();
    private final LongAdder freedBytes = new LongAdder();

    /** Nothing has been done yet. */
    StoreFigures() {}

    /** A segment was fsynced. */
    void synced(long ns) {
        long us = TimeUnit.NANOSECONDS.toMicros(ns);
        int bucket = 0;
        while (bucket < SYNC_BOUNDS_US.length && us > SYNC_BOUNDS_US[bucket]) {
            bucket++;
        }
        syncBuckets.incrementAndGet(bucket);
        syncNs.add(ns);
    }

    void syncFailed() {
        syncFailures.increment();
    }

    /** A segment that nobody needs any more was given up. */
    void freed(long bytes) {
        freedSegments.increment();
        freedBytes.add(bytes);
    }

    /**
     * The upper bounds of the buckets of {@link #syncCounts}.
     *
     * @return microseconds, rising; the last bucket has none
     */
    public static long[] syncBoundsUs() {
        return SYNC_BOUNDS_US.clone();
    }

    /**
     * How many fsyncs of segments took how long.
     *
     * @return a count for each bucket, one more than there are bounds
     */
    public long[] syncCounts() {
        long[] counts = new long[syncBuckets.length()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = syncBuckets.get(i);
        }
        return counts;
    }

    /**
     * How long all fsyncs of segments took together.
     *
     * @return nanoseconds
     */
    public long syncNs() {
        return syncNs.sum();
    }

    /**
     * How many fsyncs of segments failed.
     *
     * @return 0 or more
     */
    public long syncFailureCount() {
        return syncFailures.sum();
    }

    /**
     * Segments that were given up since nobody needed them.
     *
     * @return 0 or more
     */
    public long freedSegmentCount() {
        return freedSegments.sum();
    }

    /**
     * What those held.
     *
     * @return bytes
     */
    public long freedBytes() {
        return freedBytes.sum();
    }
}
