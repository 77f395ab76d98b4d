package dev.chaski.server;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the time of a start goes to. Owned by the starting thread. */
final class StartClock {
    private static final Logger LOG = LoggerFactory.getLogger(Chaski.class);

    private final StringBuilder steps = new StringBuilder();
    private final long startNs = System.nanoTime();
    private long lastNs = startNs;

    void passed(String step) {
        long nowNs = System.nanoTime();
        steps.append(' ').append(step).append("_ms=").append(TimeUnit.NANOSECONDS.toMillis(nowNs - lastNs));
        lastNs = nowNs;
    }

    void report() {
        LOG.debug("started total_ms={}{}", TimeUnit.NANOSECONDS.toMillis(lastNs - startNs), steps);
    }
}
