package dev.chaski.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try: doubled with each failure, from the least to the most, each time with a random
 * part of up to half taken off, so that clients of a server that died do not all come back at once. One thread.
 */
final class Backoff {
    private static final int DOUBLINGS_MAX = 30;

    private final long leastNs;
    private final long mostNs;
    private final RandomGenerator random;
    private int failures;

    Backoff(Duration least, Duration most, RandomGenerator random) {
        leastNs = least.toNanos();
        mostNs = most.toNanos();
        this.random = random;
    }

    /** Something worked: the next failure is the first. */
    void succeeded() {
        failures = 0;
    }

    /** Something failed. */
    long failedNs() {
        long wholeNs = leastNs << Math.min(failures, DOUBLINGS_MAX);
        boolean isPastMost = wholeNs >= mostNs || wholeNs >> Math.min(failures, DOUBLINGS_MAX) != leastNs;
        failures = Math.min(failures + 1, DOUBLINGS_MAX);
        long longestNs = isPastMost ? mostNs : wholeNs;
        return longestNs - random.nextLong(longestNs / 2 + 1);
    }
}
