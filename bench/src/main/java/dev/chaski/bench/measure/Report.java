package dev.chaski.bench.measure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** What a run found out, for people and for programs. Confined to the thread that runs the measurement. */
public final class Report {
    private static final double[] PERCENTILES = {50, 90, 99, 99.9};
    private static final String[] PERCENTILE_NAMES = {"p50", "p90", "p99", "p99.9"};
    private static final double NS_PER_US = TimeUnit.MICROSECONDS.toNanos(1);
    private static final double BYTES_PER_MIB = 1 << 20;

    private record Line(String label, String value) {}

    private final String name;
    private final String title;
    private final List<Line> lines = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Map<String, Object> values = new LinkedHashMap<>();
    private boolean failed;

    /**
     * A report with nothing in it.
     *
     * @param name which subcommand
     * @param title what was run, in words
     */
    public Report(String name, String title) {
        this.name = name;
        this.title = title;
    }

    /**
     * Adds a number.
     *
     * @param key its name for programs, unit last
     * @param label its name for people
     * @param value the number
     * @param unit what follows it for people
     */
    public void number(String key, String label, double value, String unit) {
        values.put(key, rounded(value));
        lines.add(new Line(label, (format(value) + " " + unit).trim()));
    }

    /**
     * Adds the percentiles of latencies.
     *
     * @param key their name for programs
     * @param label their name for people
     * @param latencyNs nanoseconds
     */
    public void latency(String key, String label, Histogram latencyNs) {
        if (latencyNs.getTotalCount() == 0) {
            return;
        }
        Map<String, Object> percentiles = new LinkedHashMap<>();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < PERCENTILES.length; i++) {
            long valueNs = latencyNs.getValueAtPercentile(PERCENTILES[i]);
            percentiles.put(PERCENTILE_NAMES[i] + "_us", rounded(valueNs / NS_PER_US));
            text.append(PERCENTILE_NAMES[i])
                    .append(' ')
                    .append(duration(valueNs))
                    .append("  ");
        }
        percentiles.put("max_us", rounded(latencyNs.getMaxValue() / NS_PER_US));
        percentiles.put("count", latencyNs.getTotalCount());
        values.put(key, percentiles);
        lines.add(new Line(label, text + "max " + duration(latencyNs.getMaxValue())));
    }

    /**
     * Adds what the server and the generator used.
     *
     * @param span the measured stretch
     * @param messages what CPU time is divided by; 0 where it is not
     */
    public void usage(Span span, long messages) {
        if (span.knowsServer()) {
            number("server_cpu_cores", "server CPU", span.serverCores(), "cores");
            if (messages > 0) {
                double us = span.serverCpuNs() / NS_PER_US / messages;
                number("server_cpu_us_per_message", "server CPU", us, "µs per message");
            }
            number(
                    "server_anonymous_mib",
                    "server memory",
                    span.to().serverAnonymousBytes() / BYTES_PER_MIB,
                    "MiB anonymous (at the start " + format(span.from().serverAnonymousBytes() / BYTES_PER_MIB) + ")");
            values.put("server_anonymous_start_mib", rounded(span.from().serverAnonymousBytes() / BYTES_PER_MIB));
        }
        number("generator_cpu_cores", "generator CPU", span.ownCores(), "cores");
        if (messages > 0) {
            double us = span.ownCpuNs() / NS_PER_US / messages;
            number("generator_cpu_us_per_message", "generator CPU", us, "µs per message");
        }
    }

    /**
     * Says who set the pace of a run that went as fast as it could.
     *
     * @param span the measured stretch
     */
    public void bottleneck(Span span) {
        boolean generator = span.generatorWasBottleneck(Runtime.getRuntime().availableProcessors());
        values.put("generator_was_bottleneck", generator);
        if (generator) {
            note("The generator was the bottleneck (its busiest thread: " + format(100 * span.busiestLoop())
                    + " % of a core): the server can do more than this rate. CPU per message still holds.");
        }
    }

    /**
     * Adds something that programs want and people do not.
     *
     * @param key its name
     * @param value anything that JSON can hold
     */
    public void value(String key, Object value) {
        values.put(key, value);
    }

    /**
     * Adds a remark.
     *
     * @param text a sentence
     */
    public void note(String text) {
        notes.add(text);
    }

    /**
     * Adds what makes the run a failure.
     *
     * @param text a sentence
     */
    public void fail(String text) {
        failed = true;
        note(text);
    }

    /**
     * Whether the run failed, although it came to its end.
     *
     * @return true after {@link #fail}
     */
    public boolean hasFailed() {
        return failed;
    }

    /**
     * One of the numbers.
     *
     * @param key its name
     * @return the number, rounded; or NaN where there is none
     */
    public double get(String key) {
        return values.get(key) instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    /**
     * One of the percentiles.
     *
     * @param key the latency's name
     * @param percentile p50_us, p90_us, p99_us, p99.9_us or max_us
     * @return microseconds, or NaN where there is none
     */
    public double get(String key, String percentile) {
        Object percentiles = values.get(key);
        return percentiles instanceof Map<?, ?> map && map.get(percentile) instanceof Number number
                ? number.doubleValue()
                : Double.NaN;
    }

    /**
     * For people.
     *
     * @return several lines
     */
    public String text() {
        StringBuilder text = new StringBuilder(name).append(": ").append(title).append('\n');
        int width = lines.stream().mapToInt(line -> line.label.length()).max().orElse(0);
        for (Line line : lines) {
            text.append("  ").append(line.label).repeat(' ', width - line.label.length() + 2);
            text.append(line.value).append('\n');
        }
        notes.forEach(note -> text.append("  ! ").append(note).append('\n'));
        return text.toString();
    }

    /**
     * For programs.
     *
     * @return what {@link #json} writes
     */
    public Map<String, Object> values() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("bench", name);
        all.put("title", title);
        all.putAll(values);
        all.put("notes", notes);
        all.put("failed", failed);
        return all;
    }

    /**
     * Any value as JSON.
     *
     * @param value maps, lists, numbers, strings
     * @return several lines
     */
    public static String json(Object value) {
        try {
            return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * A time in the unit that suits it.
     *
     * @param timeNs nanoseconds
     * @return number and unit
     */
    public static String duration(long timeNs) {
        if (timeNs < TimeUnit.MILLISECONDS.toNanos(1)) {
            return format(timeNs / NS_PER_US) + " µs";
        }
        double ms = timeNs / (double) TimeUnit.MILLISECONDS.toNanos(1);
        return ms < 1000 ? format(ms) + " ms" : format(ms / 1000) + " s";
    }

    /**
     * A number with as many digits as mean something.
     *
     * @param value the number
     * @return three digits, or all of them before the point
     */
    public static String format(double value) {
        double size = Math.abs(value);
        int decimals = size >= 100 || value == Math.rint(value) ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }

    private static double rounded(double value) {
        return Math.round(value * 10_000) / 10_000.0;
    }
}
