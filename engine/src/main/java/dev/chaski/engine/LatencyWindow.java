package dev.chaski.engine;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Times from publish to finish over the last one to two windows. Recorded by one loop, read by any thread. */
final class LatencyWindow {
    private static final long LONGEST_US = TimeUnit.DAYS.toMicros(1);
    private static final int DIGITS = 2;

    private final List<Double> quantiles;
    private final long windowMs;
    private final LongSupplier monotonicMs;
    private volatile Histogram current = fresh();
    private volatile Histogram previous = fresh();
    private volatile long rotateAtMs;

    LatencyWindow(List<Double> quantiles, long windowMs, LongSupplier monotonicMs) {
        this.quantiles = List.copyOf(quantiles);
        this.windowMs = windowMs;
        this.monotonicMs = monotonicMs;
        this.rotateAtMs = monotonicMs.getAsLong() + windowMs;
    }

    void record(long ns) {
        rotate();
        current.recordValue(Math.min(LONGEST_US, TimeUnit.NANOSECONDS.toMicros(ns)));
    }

    long count() {
        return current.getTotalCount() + previous.getTotalCount();
    }

    /** Quantile (0 to 1) to nanoseconds; empty before the first message. */
    Map<Double, Long> percentiles() {
        Map<Double, Long> percentiles = new TreeMap<>();
        Histogram all = new Histogram(LONGEST_US, DIGITS);
        all.add(previous);
        all.add(current);
        if (all.getTotalCount() > 0) {
            for (double quantile : quantiles) {
                percentiles.put(quantile, TimeUnit.MICROSECONDS.toNanos(all.getValueAtPercentile(quantile * 100)));
            }
        }
        return percentiles;
    }

    /** Nanoseconds at quantiles (0 to 1) in their order; empty before the first message. */
    List<Long> valuesNs(List<Double> wanted) {
        Histogram all = new Histogram(LONGEST_US, DIGITS);
        all.add(previous);
        all.add(current);
        return all.getTotalCount() == 0
                ? List.of()
                : wanted.stream()
                        .map(quantile -> TimeUnit.MICROSECONDS.toNanos(all.getValueAtPercentile(quantile * 100)))
                        .toList();
    }

    private void rotate() {
        long nowMs = monotonicMs.getAsLong();
        if (nowMs >= rotateAtMs) {
            rotateAtMs = nowMs + windowMs;
            previous = current;
            current = fresh();
        }
    }

    private static Histogram fresh() {
        return new ConcurrentHistogram(LONGEST_US, DIGITS);
    }
}
