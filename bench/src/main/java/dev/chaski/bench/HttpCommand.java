package dev.chaski.bench;

import dev.chaski.bench.load.CommandRing;
import dev.chaski.bench.load.Goal;
import dev.chaski.bench.load.HttpConnection;
import dev.chaski.bench.load.PublishPlan;
import dev.chaski.bench.load.Schedule;
import dev.chaski.bench.measure.Report;
import dev.chaski.bench.measure.Span;
import dev.chaski.bench.measure.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chaski bench http}. */
@Command(name = "http", description = "Publishes by POST /pub on connections that stay open.")
final class HttpCommand extends BenchRun {
    private static final int PORT = 4151;

    @Option(
            names = "--topic",
            paramLabel = "NAME",
            description = "The topic; one that was never used before unless given.")
    @Nullable
    String topic;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "200",
            description = "Size of a body (${DEFAULT-VALUE}).")
    int sizeBytes = 200;

    @Option(
            names = "--pipeline",
            paramLabel = "N",
            defaultValue = "1",
            description = "Requests of a connection that may wait for answers (${DEFAULT-VALUE}).")
    int pipeline = 1;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "64",
            description = "How many connections (${DEFAULT-VALUE}).")
    int connections = 64;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Messages a second in all; unless given, as many as possible.")
    @Nullable
    Double rate;

    @Override
    Report measure() {
        return measure(server.httpPort == null ? PORT : server.httpPort);
    }

    Report measure(int port) {
        Check.atLeast("--size", sizeBytes, 1);
        Check.atLeast("--pipeline", pipeline, 1);
        Check.atLeast("--connections", connections, 1);
        Check.positive("--rate", rate);
        List<String> names = Topics.names(topic, 1);
        Report report = new Report(
                "http",
                String.format(
                        Locale.ROOT,
                        "POST /pub of %d bytes, %d connections, %d outstanding each",
                        sizeBytes,
                        connections,
                        pipeline));
        try (Session session = new Session(server, run.threads)) {
            fill(report, measure(session, names.getFirst(), port));
        }
        Topics.delete(server, names);
        return report;
    }

    private Span measure(Session session, String name, int port) {
        Goal endless = new Goal(Long.MAX_VALUE);
        List<HttpConnection> publishers = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            CommandRing ring = CommandRing.http(server.host + ":" + port, name, sizeBytes, pipeline);
            PublishPlan plan = PublishPlan.closed(ring, pipeline);
            PublishPlan timed = rate == null ? plan : plan.at(Schedule.share(rate, 1, connections, i));
            publishers.add(new HttpConnection(session.nextLoop(), session.connect(port), timed, endless));
        }
        Usage from = session.start(run.warmUp, endless, () -> publishers.forEach(HttpConnection::begin));
        Progress progress = Progress.of(run);
        Span span = session.measure(from, run.duration, progress.interval(), endless.reached(), progress);
        progress.end();
        session.drain(publishers);
        return rate == null ? span : span.withLate(session.take());
    }

    private void fill(Report report, Span span) {
        long published = span.sample().published();
        report.number("rate_per_s", "published", span.perSecond(published), "messages a second");
        report.number("messages", "messages", (double) published, "in " + Report.format(span.seconds()) + " s");
        report.latency("answer", "answer", span.sample().answer());
        report.usage(span, published);
        if (rate == null) {
            report.bottleneck(span);
        } else {
            report.latency("send_lag", "sent late by", span.sample().sendLag());
        }
    }
}
