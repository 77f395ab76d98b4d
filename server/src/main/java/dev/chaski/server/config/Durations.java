package dev.chaski.server.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as NSQ's tools write them: {@code 250ms}, {@code 1m30s}, {@code 1.5h}. */
public final class Durations {
    private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)(ns|us|µs|ms|s|m|h|d)");
    private static final Pattern WHOLE = Pattern.compile("\\d{1,15}");
    private static final Map<String, Long> UNIT_NS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "µs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L,
            "d", 86_400_000_000_000L);

    private Durations() {}

    /**
     * Reads one. A number without a unit means milliseconds, as it does in nsqd's configuration file.
     *
     * @param text as above, perhaps negative
     * @return the duration
     * @throws OptionException where it is none
     */
    public static Duration parse(String text) throws OptionException {
        boolean isNegative = text.startsWith("-");
        String parts = isNegative ? text.substring(1) : text;
        if (WHOLE.matcher(parts).matches()) {
            Duration duration = Duration.ofMillis(Long.parseLong(parts));
            return isNegative ? duration.negated() : duration;
        }
        Duration duration = sum(parts);
        return isNegative ? duration.negated() : duration;
    }

    private static Duration sum(String parts) throws OptionException {
        Matcher matcher = PART.matcher(parts);
        BigDecimal totalNs = BigDecimal.ZERO;
        int end = 0;
        while (end < parts.length() && matcher.find(end) && matcher.start() == end) {
            BigDecimal unitNs = BigDecimal.valueOf(UNIT_NS.getOrDefault(matcher.group(2), 0L));
            totalNs = totalNs.add(new BigDecimal(matcher.group(1)).multiply(unitNs));
            end = matcher.end();
        }
        if (end == 0 || end < parts.length() || totalNs.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new OptionException("not a duration; write it as 250ms, 30s, 1m30s, 2h or 7d");
        }
        return Duration.ofNanos(totalNs.longValue());
    }

    static String format(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        StringBuilder text = new StringBuilder(duration.isNegative() ? "-" : "");
        Duration left = duration.abs();
        append(text, left.toHours(), "h");
        append(text, left.toMinutesPart(), "m");
        append(text, left.toSecondsPart(), "s");
        int nanos = left.toNanosPart();
        append(text, nanos / 1_000_000, "ms");
        append(text, nanos / 1_000 % 1_000, "us");
        append(text, nanos % 1_000, "ns");
        return text.toString();
    }

    private static void append(StringBuilder text, long value, String unit) {
        if (value > 0) {
            text.append(value).append(unit);
        }
    }
}
