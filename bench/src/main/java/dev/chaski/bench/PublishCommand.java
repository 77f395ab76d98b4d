package dev.chaski.bench;

import dev.chaski.bench.load.CommandRing;
import dev.chaski.bench.load.Goal;
import dev.chaski.bench.load.PublishConnection;
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

/** {@code chaski bench publish}. */
@Command(name = "publish", description = "Publishes as fast as answers come, or at a rate, and measures answers.")
final class PublishCommand extends BenchRun {
    @Option(
            names = "--topic",
            paramLabel = "NAME",
            description = "The topic; one that was never used before unless given.")
    @Nullable
    String topic;

    @Option(
            names = "--topics",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many topics (${DEFAULT-VALUE}).")
    int topics = 1;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "200",
            description = "Size of a body (${DEFAULT-VALUE}).")
    int sizeBytes = 200;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "1",
            description = "1 for PUB, more for MPUB (${DEFAULT-VALUE}).")
    int batch = 1;

    @Option(
            names = "--pipeline",
            paramLabel = "N",
            defaultValue = "1",
            description = "Commands of a connection that may wait for answers (${DEFAULT-VALUE}).")
    int pipeline = 1;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many connections (${DEFAULT-VALUE}).")
    int connections = 1;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Messages a second in all; unless given, as many as possible.")
    @Nullable
    Double rate;

    @Option(
            names = "--messages",
            paramLabel = "N",
            description = "Stop after so many; the warm-up takes at most half of them.")
    @Nullable
    Long messages;

    @Override
    Report measure() {
        Check.atLeast("--topics", topics, 1);
        Check.atLeast("--size", sizeBytes, 1);
        Check.atLeast("--batch", batch, 1);
        Check.atLeast("--pipeline", pipeline, 1);
        Check.atLeast("--connections", connections, 1);
        Check.positive("--rate", rate);
        List<String> names = Topics.names(topic, topics);
        Report report = new Report("publish", title());
        try (Session session = new Session(server, run.threads)) {
            Span span = measure(session, names);
            fill(report, span);
        }
        Topics.delete(server, names);
        return report;
    }

    private Span measure(Session session, List<String> names) {
        Goal ready = new Goal(connections);
        long commands = messages == null ? Long.MAX_VALUE : Math.ceilDiv(messages, (long) connections * batch);
        Goal answers = new Goal(messages == null ? Long.MAX_VALUE : commands * connections);
        List<PublishConnection> publishers = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            PublishPlan plan = plan(i, names).upTo(commands);
            publishers.add(new PublishConnection(session.nextLoop(), session.connect(), plan, ready, answers));
        }
        session.awaitReady(ready);
        Usage from = session.start(run.warmUp, answers, () -> publishers.forEach(PublishConnection::begin));
        Progress progress = Progress.of(run);
        Span span = session.measure(from, run.duration, progress.interval(), answers.reached(), progress);
        progress.end();
        session.drain(publishers);
        return rate == null ? span : span.withLate(session.take());
    }

    private PublishPlan plan(int connection, List<String> names) {
        List<String> own = new ArrayList<>();
        for (int i = connection % names.size(); i < names.size(); i += connections) {
            own.add(names.get(i));
        }
        PublishPlan plan = PublishPlan.closed(CommandRing.publish(own, batch, sizeBytes, pipeline), pipeline);
        return rate == null ? plan : plan.at(Schedule.share(rate, batch, connections, connection));
    }

    private String title() {
        return String.format(
                Locale.ROOT,
                "%s of %d bytes, %d connections, %d outstanding each, %d topics%s",
                batch == 1 ? "PUB" : "MPUB of " + batch,
                sizeBytes,
                connections,
                pipeline,
                topics,
                rate == null ? "" : ", " + Report.format(rate) + " messages a second");
    }

    private void fill(Report report, Span span) {
        long published = span.sample().published();
        report.number("rate_per_s", "published", span.perSecond(published), "messages a second");
        report.number("bytes_per_s", "bodies", span.perSecond(published * sizeBytes) / 1e6, "MB a second");
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
