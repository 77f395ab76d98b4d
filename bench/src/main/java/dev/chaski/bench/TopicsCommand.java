package dev.chaski.bench;

import dev.chaski.bench.load.CommandRing;
import dev.chaski.bench.load.ConsumeConnection;
import dev.chaski.bench.load.ConsumeConnection.Stamp;
import dev.chaski.bench.load.Goal;
import dev.chaski.bench.load.PublishPlan;
import dev.chaski.bench.load.Publishing;
import dev.chaski.bench.measure.Report;
import dev.chaski.bench.measure.Span;
import dev.chaski.bench.measure.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chaski bench topics}. */
@Command(
        name = "topics",
        description = "Makes many topics with a channel and a consumer each, publishes to all, consumes from all.")
final class TopicsCommand extends BenchRun {
    private static final Duration STALL_MAX = Duration.ofSeconds(20);
    private static final double BYTES_PER_KIB = 1 << 10;

    @Mixin
    ConsumerOptions consumer = new ConsumerOptions();

    @Mixin
    SizeOption size = new SizeOption();

    @Option(names = "--topic", paramLabel = "NAME", description = "What the topics' names begin with.")
    @Nullable
    String topic;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many topics (${DEFAULT-VALUE}).")
    int count = 1000;

    @Option(
            names = "--messages",
            paramLabel = "N",
            defaultValue = "10",
            description = "Messages in each (${DEFAULT-VALUE}).")
    int messages = 10;

    @Option(
            names = "--pipeline",
            paramLabel = "N",
            defaultValue = "100",
            description = "PUBs of the one publisher that may wait for answers (${DEFAULT-VALUE}).")
    int pipeline = 100;

    @Override
    Report measure() {
        Check.atLeast("--count", count, 1);
        Check.atLeast("--messages", messages, 1);
        size.check(Long.BYTES);
        Check.atLeast("--pipeline", pipeline, 1);
        List<String> names = Topics.names(topic, count);
        Report report = new Report(
                "topics",
                String.format(Locale.ROOT, "%,d topics, %d messages of %d bytes in each", count, messages, size.bytes));
        try (Session session = new Session(server, run.threads)) {
            Usage before = session.settle(run.warmUp);
            Goal arrivals = new Goal((long) count * messages);
            List<ConsumeConnection> consumers = subscribe(session, names, arrivals);
            Usage subscribed = session.usage();
            consumers.forEach(ConsumeConnection::begin);
            Span span = publishAndConsume(session, names, subscribed, arrivals);
            fill(report, before, span);
        }
        Topics.delete(server, names);
        return report;
    }

    private List<ConsumeConnection> subscribe(Session session, List<String> names, Goal arrivals) {
        Goal ready = new Goal(names.size());
        List<ConsumeConnection> consumers = new ArrayList<>();
        for (String name : names) {
            consumers.add(consumer.connect(session, name, Stamp.INTENDED, ready, arrivals));
        }
        session.awaitReady(ready);
        return consumers;
    }

    private Span publishAndConsume(Session session, List<String> names, Usage from, Goal arrivals) {
        Goal ready = new Goal(1);
        CommandRing ring = CommandRing.publish(names, 1, size.bytes, pipeline);
        PublishPlan plan = PublishPlan.closed(ring, pipeline).stamped().upTo((long) count * messages);
        Publishing publisher = session.publisher(plan, ready, new Goal(Long.MAX_VALUE));
        session.awaitReady(ready);
        publisher.begin();
        Progress progress = Progress.of(run);
        Span span = session.measureUntil(arrivals, from, STALL_MAX, "messages", progress);
        progress.end();
        session.drain(List.of(publisher));
        return span;
    }

    private void fill(Report report, Usage before, Span span) {
        double subscribeS = (span.from().atNs() - before.atNs()) / (double) TimeUnit.SECONDS.toNanos(1);
        report.number("subscribe_s", "subscribed to all in", subscribeS, "s");
        report.number("subscribed_per_s", "subscribed", count / subscribeS, "topics a second");
        report.number("messages_s", "all arrived in", span.seconds(), "s");
        report.number("rate_per_s", "consumed", span.perSecond(span.sample().consumed()), "messages a second");
        report.latency("end_to_end", "end to end", span.sample().endToEnd());
        report.latency("answer", "answer", span.sample().answer());
        if (span.knowsServer()) {
            long bytes = span.to().serverAnonymousBytes() - before.serverAnonymousBytes();
            double kib = bytes / BYTES_PER_KIB / count;
            report.number(
                    "server_kib_per_topic", "server memory", kib, "KiB anonymous per topic, its consumer included");
        }
        report.usage(span, span.sample().consumed());
        Findings.refused(report, span.sample());
    }
}
