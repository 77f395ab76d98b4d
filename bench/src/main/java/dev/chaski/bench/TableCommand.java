package dev.chaski.bench;

import dev.chaski.bench.load.BenchException;
import dev.chaski.bench.measure.Report;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chaski bench table}: the rows of the design's table of goals, one after another against one running server. */
@Command(
        name = "table",
        description = "Runs several measurements one after another and prints a table: one line each.",
        footer = {
            "",
            "Rows: mpub, pub-pipelined, pub, sub, sub-each, latency, http, synced,",
            "connections, topics, deferred. What each runs is told in docs/bench.md."
        })
final class TableCommand extends Measurement {
    @Option(
            names = "--rows",
            paramLabel = "ROW",
            split = ",",
            defaultValue = "mpub,pub-pipelined,pub,sub,sub-each,latency,http",
            description = "Which rows (${DEFAULT-VALUE}).")
    List<TableRow> rows = new ArrayList<>();

    @Option(
            names = "--preload",
            paramLabel = "N",
            defaultValue = "5000000",
            description = "Messages of the rows sub and sub-each (${DEFAULT-VALUE}).")
    long preload;

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "Instead of 10,000 connections, 10,000 topics, 1,000,000 deferred messages.")
    int count;

    @Override
    public Integer call() {
        Map<TableRow, Report> reports = new LinkedHashMap<>();
        int exitCode = 0;
        for (TableRow row : rows) {
            try {
                BenchRun command = row.command(this);
                command.server = server;
                command.run = run;
                Report report = command.measure();
                reports.put(row, report);
                System.err.print(report.text());
                exitCode = report.hasFailed() ? FAILED : exitCode;
            } catch (BenchException e) {
                System.err.println("row " + row.label() + ":");
                exitCode = BenchRun.explain(e);
                if (e.kind() == BenchException.Kind.UNREACHABLE) {
                    break;
                }
            }
        }
        print(reports);
        return exitCode;
    }

    private void print(Map<TableRow, Report> reports) {
        if (run.json) {
            Map<String, Object> values = new LinkedHashMap<>();
            reports.forEach((row, report) -> values.put(row.label(), report.values()));
            System.out.println(Report.json(values));
            return;
        }
        System.out.println("| row | rate | server CPU | p50 | p99 | memory | generator CPU |");
        System.out.println("|---|---|---|---|---|---|---|");
        reports.forEach((row, report) -> System.out.println(line(row, report)));
    }

    private static String line(TableRow row, Report report) {
        String latency = Double.isNaN(report.get("end_to_end", "p50_us")) ? "answer" : "end_to_end";
        return String.join(
                " | ",
                "| " + row.label(),
                cell(report.get("rate_per_s"), "%,.0f/s"),
                cell(report.get("server_cpu_us_per_message"), "%.3f µs"),
                cell(report.get(latency, "p50_us"), "%,.0f µs"),
                cell(report.get(latency, "p99_us"), "%,.0f µs"),
                memory(report),
                cell(report.get("generator_cpu_us_per_message"), "%.3f µs") + generator(report) + " |");
    }

    private static String memory(Report report) {
        double each = report.get("server_kib_per_connection");
        double perTopic = report.get("server_kib_per_topic");
        if (!Double.isNaN(each)) {
            return cell(each, "%.1f KiB each");
        }
        return Double.isNaN(perTopic)
                ? cell(report.get("server_anonymous_mib"), "%.0f MiB")
                : cell(perTopic, "%.1f KiB each");
    }

    private static String generator(Report report) {
        return Boolean.TRUE.equals(report.values().get("generator_was_bottleneck")) ? " (bottleneck)" : "";
    }

    private static String cell(double value, String format) {
        return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, format, value);
    }
}
