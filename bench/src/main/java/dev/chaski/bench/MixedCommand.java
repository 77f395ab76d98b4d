package dev.chaski.bench;

import dev.chaski.bench.measure.Report;
import dev.chaski.bench.measure.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code chaski bench mixed}. */
@Command(name = "mixed", description = "As latency, for long, with a line per interval: do memory and p99 stay flat?")
final class MixedCommand extends BenchRun {
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final double BYTES_PER_MIB = 1 << 20;

    @Mixin
    PacedOptions paced = new PacedOptions();

    @Override
    Report measure() {
        paced.check();
        List<String> names = paced.topic.names(1);
        List<Span> intervals = new ArrayList<>();
        Report report;
        try (Session session = new Session(server, run.threads)) {
            PacedRun pacedRun = new PacedRun(paced, session, names);
            report = new Report("mixed", pacedRun.title());
            Progress progress = Progress.always(run.interval == null ? INTERVAL : run.interval);
            pacedRun.fill(report, pacedRun.measure(run, progress, intervals::add));
        }
        flatness(report, intervals);
        Topics.delete(server, names);
        return report;
    }

    /** The first quarter of the run beside the last. */
    private static void flatness(Report report, List<Span> intervals) {
        report.value("intervals", intervals.stream().map(MixedCommand::values).toList());
        int quarter = intervals.size() / 4;
        if (quarter == 0) {
            report.note("Too few intervals to tell whether anything grows.");
            return;
        }
        List<Span> first = intervals.subList(0, quarter);
        List<Span> last = intervals.subList(intervals.size() - quarter, intervals.size());
        compare(report, "p99_ms", "p99 end to end", first, last, MixedCommand::p99Ms);
        compare(report, "answer_p99_ms", "p99 of answers", first, last, MixedCommand::answerP99Ms);
        if (first.getFirst().knowsServer()) {
            compare(report, "memory_mib", "server memory", first, last, MixedCommand::anonymousMib);
        }
    }

    private static void compare(
            Report report, String key, String label, List<Span> first, List<Span> last, ToDoubleFunction<Span> figure) {
        String unit = key.substring(key.lastIndexOf('_') + 1);
        unit = unit.equals("mib") ? "MiB" : unit;
        report.number(key + "_first_quarter", label + ", first quarter", median(first, figure), unit + " (median)");
        report.number(key + "_last_quarter", label + ", last quarter", median(last, figure), unit + " (median)");
    }

    private static double median(List<Span> spans, ToDoubleFunction<Span> figure) {
        double[] sorted = spans.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static double p99Ms(Span span) {
        return span.sample().endToEnd().getValueAtPercentile(99) / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }

    private static double answerP99Ms(Span span) {
        return span.sample().answer().getValueAtPercentile(99) / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }

    private static double anonymousMib(Span span) {
        return span.to().serverAnonymousBytes() / BYTES_PER_MIB;
    }

    private static Map<String, Object> values(Span span) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("published_per_s", Math.round(span.perSecond(span.sample().published())));
        values.put("consumed_per_s", Math.round(span.perSecond(span.sample().consumed())));
        values.put("end_to_end_p99_ms", p99Ms(span));
        values.put("answer_p99_ms", answerP99Ms(span));
        if (span.knowsServer()) {
            values.put("server_anonymous_mib", anonymousMib(span));
            values.put("server_cpu_cores", span.serverCores());
        }
        return values;
    }
}
