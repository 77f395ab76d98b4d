package dev.chaski.bench;

import dev.chaski.bench.load.BenchException;
import dev.chaski.bench.load.BenchException.Kind;
import dev.chaski.bench.load.CommandRing;
import dev.chaski.bench.load.ConsumeConnection;
import dev.chaski.bench.load.ConsumeConnection.Stamp;
import dev.chaski.bench.load.Goal;
import dev.chaski.bench.load.PublishPlan;
import dev.chaski.bench.load.Publishing;
import dev.chaski.bench.measure.Report;
import dev.chaski.bench.measure.Span;
import dev.chaski.bench.measure.Usage;
import dev.chaski.wire.Commands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chaski bench deferred}. */
@Command(name = "deferred", description = "Publishes deferred messages, due at times spread over a range.")
final class DeferredCommand extends BenchRun {
    private static final Duration STALL_MIN = Duration.ofSeconds(20);
    private static final long SEED = 1;

    @Mixin
    ConsumerOptions consumer = new ConsumerOptions();

    @Mixin
    TopicOption topic = new TopicOption();

    @Mixin
    SizeOption size = new SizeOption();

    @Mixin
    LoadOptions load = new LoadOptions(1, 200);

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "100000",
            description = "How many messages (${DEFAULT-VALUE}).")
    long count = 100_000;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            defaultValue = "10m",
            converter = DurationConverter.class,
            description = "The shortest delay (${DEFAULT-VALUE}).")
    Duration from = Duration.ofMinutes(10);

    @Option(
            names = "--to",
            paramLabel = "TIME",
            defaultValue = "1h",
            converter = DurationConverter.class,
            description = "The longest delay (${DEFAULT-VALUE}, all that nsqd takes).")
    Duration to = Duration.ofHours(1);

    @Option(
            names = "--wait",
            description = "Wait for all to arrive: tells how late they are, and fails where one is early.")
    boolean wait;

    @Override
    Report measure() {
        check();
        List<String> names = topic.names(1);
        Report report = new Report("deferred", title());
        try (Session session = new Session(server, run.threads)) {
            Goal arrivals = new Goal(Math.ceilDiv(count, load.connections) * load.connections);
            ConsumeConnection consuming = subscribe(session, names.getFirst(), arrivals);
            Usage start = session.settle(run.warmUp);
            if (wait) {
                consuming.begin();
            }
            Span published = publish(session, names.getFirst(), start);
            fill(report, published);
            if (wait) {
                fillArrivals(report, await(session, published.to(), arrivals).and(published));
            }
        }
        Topics.delete(server, names);
        return report;
    }

    private void check() {
        Check.atLeast("--count", count, 1);
        size.check(Long.BYTES);
        load.check();
        if (to.compareTo(from) < 0 || to.toMillis() > Commands.DELAY_MS_MAX) {
            throw new BenchException(Kind.USAGE, "--to must be --from or longer");
        }
    }

    /** Deferred messages belong to the channels that exist when they are published: so this one comes first. */
    private ConsumeConnection subscribe(Session session, String name, Goal arrivals) {
        Goal ready = new Goal(1);
        ConsumeConnection consuming = consumer.connect(session, name, Stamp.DUE, ready, arrivals);
        session.awaitReady(ready);
        return consuming;
    }

    private Span publish(Session session, String name, Usage start) {
        Goal ready = new Goal(load.connections);
        long each = Math.ceilDiv(count, load.connections);
        Goal answers = new Goal(each * load.connections);
        List<Publishing> publishers = new ArrayList<>();
        for (int i = 0; i < load.connections; i++) {
            CommandRing ring = CommandRing.defer(name, size.bytes, load.pipeline);
            PublishPlan plan = PublishPlan.closed(ring, load.pipeline)
                    .deferred(from.toMillis(), to.toMillis(), new SplittableRandom(SEED + i))
                    .upTo(each);
            publishers.add(session.publisher(plan, ready, answers));
        }
        session.awaitReady(ready);
        publishers.forEach(Publishing::begin);
        Progress progress = Progress.of(run);
        Span span = session.measureUntil(answers, start, STALL_MIN, "answers to DPUBs", progress);
        progress.end();
        return span;
    }

    private Span await(Session session, Usage start, Goal arrivals) {
        session.await(arrivals, to.plus(STALL_MIN), "deferred messages");
        return new Span(start, session.usage(), session.take());
    }

    private String title() {
        return String.format(
                Locale.ROOT,
                "%,d DPUBs of %d bytes, due in %d s to %d s, %s",
                count,
                size.bytes,
                from.toSeconds(),
                to.toSeconds(),
                load);
    }

    private void fill(Report report, Span span) {
        PublishRun.published(report, span, size.bytes);
        report.bottleneck(span);
        if (span.knowsServer()) {
            long bytes = span.to().serverAnonymousBytes() - span.from().serverAnonymousBytes();
            double each = bytes / (double) span.sample().published();
            report.number("server_bytes_per_message", "server memory", each, "bytes a message");
        }
    }

    private static void fillArrivals(Report report, Span span) {
        report.number("arrived", "arrived", (double) span.sample().consumed(), "messages");
        report.latency("late", "later than due", span.sample().endToEnd());
        Findings.early(report, span.sample());
        Findings.foreign(report, span.sample());
        Findings.refused(report, span.sample());
    }
}
