package dev.chaski.bench;

import dev.chaski.bench.load.BenchException;
import dev.chaski.bench.load.BenchException.Kind;
import dev.chaski.bench.load.CommandRing;
import dev.chaski.bench.load.ConsumeConnection;
import dev.chaski.bench.load.ConsumeConnection.Stamp;
import dev.chaski.bench.load.ConsumeConnection.Subscription;
import dev.chaski.bench.load.Goal;
import dev.chaski.bench.load.PublishConnection;
import dev.chaski.bench.load.PublishPlan;
import dev.chaski.bench.measure.Report;
import dev.chaski.bench.measure.Span;
import dev.chaski.bench.measure.Usage;
import dev.chaski.wire.Commands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chaski bench deferred}. */
@Command(name = "deferred", description = "Publishes deferred messages, due at times spread over a range.")
final class DeferredCommand extends BenchRun {
    private static final Duration UNLIMITED = Duration.ofDays(1);
    private static final Duration STALL_MIN = Duration.ofSeconds(20);
    private static final long SEED = 1;

    @Mixin
    ConsumerOptions consumer = new ConsumerOptions();

    @Option(
            names = "--topic",
            paramLabel = "NAME",
            description = "The topic; one that was never used before unless given.")
    @Nullable
    String topic;

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
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "200",
            description = "Size of a body (${DEFAULT-VALUE}).")
    int sizeBytes = 200;

    @Option(
            names = "--pipeline",
            paramLabel = "N",
            defaultValue = "200",
            description = "Commands of a connection that may wait for answers (${DEFAULT-VALUE}).")
    int pipeline = 200;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "1",
            description = "Publishing connections (${DEFAULT-VALUE}).")
    int connections = 1;

    @Option(
            names = "--wait",
            description = "Wait for all to arrive: tells how late they are, and fails where one is early.")
    boolean wait;

    @Override
    Report measure() {
        check();
        List<String> names = Topics.names(topic, 1);
        Report report = new Report("deferred", title());
        try (Session session = new Session(server, run.threads)) {
            Goal arrivals = new Goal(Math.ceilDiv(count, connections) * connections);
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
        Check.atLeast("--size", sizeBytes, Long.BYTES);
        Check.atLeast("--pipeline", pipeline, 1);
        Check.atLeast("--connections", connections, 1);
        if (to.compareTo(from) < 0 || to.toMillis() > Commands.DELAY_MS_MAX) {
            throw new BenchException(Kind.USAGE, "--to must be --from or longer");
        }
    }

    /** Deferred messages belong to the channels that exist when they are published: so this one comes first. */
    private ConsumeConnection subscribe(Session session, String name, Goal arrivals) {
        Goal ready = new Goal(1);
        Subscription subscription = new Subscription(name, consumer.channel, consumer.rdy, consumer.finish, Stamp.DUE);
        ConsumeConnection consuming = new ConsumeConnection(
                session.nextLoop(), session.connect(), consumer.hello(), subscription, ready, arrivals);
        session.awaitReady(ready);
        return consuming;
    }

    private Span publish(Session session, String name, Usage start) {
        Goal ready = new Goal(connections);
        long each = Math.ceilDiv(count, connections);
        Goal answers = new Goal(each * connections);
        List<PublishConnection> publishers = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            CommandRing ring = CommandRing.defer(name, sizeBytes, pipeline);
            PublishPlan plan = PublishPlan.closed(ring, pipeline)
                    .deferred(from.toMillis(), to.toMillis(), new SplittableRandom(SEED + i))
                    .upTo(each);
            publishers.add(new PublishConnection(session.nextLoop(), session.connect(), plan, ready, answers));
        }
        session.awaitReady(ready);
        publishers.forEach(PublishConnection::begin);
        Progress progress = Progress.of(run);
        Duration interval = progress.interval().compareTo(STALL_MIN) > 0 ? STALL_MIN : progress.interval();
        Span span = session.measure(start, UNLIMITED, interval, answers.reached(), progress.andThen(part -> {
            if (part.sample().published() == 0 && part.seconds() >= STALL_MIN.toSeconds()) {
                session.await(answers, STALL_MIN, "answers to DPUBs");
            }
        }));
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
                "%,d DPUBs of %d bytes, due in %d s to %d s, %d connections, %d outstanding each",
                count,
                sizeBytes,
                from.toSeconds(),
                to.toSeconds(),
                connections,
                pipeline);
    }

    private void fill(Report report, Span span) {
        long published = span.sample().published();
        report.number("rate_per_s", "published", span.perSecond(published), "messages a second");
        report.number("messages", "messages", (double) published, "in " + Report.format(span.seconds()) + " s");
        report.latency("answer", "answer", span.sample().answer());
        report.usage(span, published);
        report.bottleneck(span);
        if (span.knowsServer()) {
            long bytes = span.to().serverAnonymousBytes() - span.from().serverAnonymousBytes();
            report.number("server_bytes_per_message", "server memory", bytes / (double) published, "bytes a message");
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
