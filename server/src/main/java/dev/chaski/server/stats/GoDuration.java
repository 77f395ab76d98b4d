package dev.chaski.server.stats;

import java.math.BigDecimal;
import java.time.Duration;

/** A span of time as nsqd writes it, such as {@code 742.6ms}, {@code 2.73s} and {@code 1h2m3s}. */
final class GoDuration {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final long NS_PER_US = 1_000;
    private static final long NS_PER_MS = 1_000_000;
    private static final int DIGITS_PER_STEP = 3;

    private GoDuration() {}

    static String text(Duration span) {
        if (span.isNegative()) {
            return "-" + text(span.negated());
        }
        if (span.isZero()) {
            return "0s";
        }
        if (span.compareTo(SECOND) < 0) {
            return belowASecond(span.toNanos());
        }
        StringBuilder text = new StringBuilder();
        if (span.toHours() > 0) {
            text.append(span.toHours()).append('h');
        }
        if (span.toMinutes() > 0) {
            text.append(span.toMinutesPart()).append('m');
        }
        BigDecimal seconds = BigDecimal.valueOf(span.toNanosPart(), 3 * DIGITS_PER_STEP)
                .add(BigDecimal.valueOf(span.toSecondsPart()));
        return text.append(plain(seconds)).append('s').toString();
    }

    private static String belowASecond(long ns) {
        if (ns < NS_PER_US) {
            return ns + "ns";
        }
        return ns < NS_PER_MS
                ? plain(BigDecimal.valueOf(ns, DIGITS_PER_STEP)) + "µs"
                : plain(BigDecimal.valueOf(ns, 2 * DIGITS_PER_STEP)) + "ms";
    }

    private static String plain(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }
}
