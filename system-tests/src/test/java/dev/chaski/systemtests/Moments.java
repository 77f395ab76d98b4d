package dev.chaski.systemtests;

import java.time.Duration;
import org.awaitility.Awaitility;

/** Waiting, where the time that passes is what the test is about. */
final class Moments {
    private Moments() {}

    /** Lets this much time pass: a crash is to happen then, not earlier. */
    static void letPass(Duration time) {
        if (!time.isZero()) {
            long end = System.nanoTime() + time.toNanos();
            Awaitility.await()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(2))
                    .atMost(time.plusSeconds(10))
                    .until(() -> System.nanoTime() - end >= 0);
        }
    }
}
