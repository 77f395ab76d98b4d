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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chaski bench consume}. */
@Command(
        name = "consume",
        description = "Fills a topic, then measures how fast it is consumed; or consumes what others publish.")
final class ConsumeCommand extends BenchRun {
    /** Nothing arriving for so long means that nothing will. */
    private static final Duration STALL_MAX = Duration.ofSeconds(10);

    private static final Duration UNLIMITED = Duration.ofDays(1);
    /** CPU time is counted in hundredths of a second: below this it says little. */
    private static final int MEASURED_S_MIN = 2;

    private static final int PRELOAD_BATCH = 200;
    private static final int PRELOAD_PIPELINE = 4;

    @Mixin
    ConsumerOptions consumer = new ConsumerOptions();

    @Option(
            names = "--topic",
            paramLabel = "NAME",
            description = "The topic; one that was never used before unless given.")
    @Nullable
    String topic;

    @Option(
            names = "--preload",
            paramLabel = "N",
            defaultValue = "2000000",
            description = "Messages published first, and consumed to the last (${DEFAULT-VALUE}); 0 to consume for"
                    + " --duration what --topic holds and gets.")
    long preload = 2_000_000;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "200",
            description = "Size of a body (${DEFAULT-VALUE}).")
    int sizeBytes = 200;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many consumers (${DEFAULT-VALUE}).")
    int connections = 1;

    @Override
    Report measure() {
        Check.atLeast("--connections", connections, 1);
        Check.atLeast("--rdy", consumer.rdy, 1);
        Check.atLeast("--size", sizeBytes, 1);
        Check.atLeast("--preload", preload, 0);
        if (preload == 0 && topic == null) {
            throw new BenchException(Kind.USAGE, "--preload=0 needs a --topic to consume from");
        }
        List<String> names = Topics.names(topic, 1);
        Report report = new Report("consume", title());
        try (Session session = new Session(server, run.threads)) {
            preload(session, names);
            fill(report, consume(session, names.getFirst()));
        }
        if (preload > 0) {
            Topics.delete(server, names);
        }
        return report;
    }

    private void preload(Session session, List<String> names) {
        if (preload == 0) {
            return;
        }
        Goal ready = new Goal(1);
        long commands = Math.ceilDiv(preload, PRELOAD_BATCH);
        Goal answers = new Goal(commands);
        CommandRing ring = CommandRing.publish(names, PRELOAD_BATCH, sizeBytes, PRELOAD_PIPELINE);
        PublishPlan plan = PublishPlan.closed(ring, PRELOAD_PIPELINE).upTo(commands);
        PublishConnection publisher =
                new PublishConnection(session.nextLoop(), session.connect(), plan, ready, answers);
        session.awaitReady(ready);
        publisher.begin();
        session.await(answers, STALL_MAX, "answers to the preload's MPUBs");
        session.take();
    }

    private Span consume(Session session, String name) {
        Goal ready = new Goal(connections);
        long total = Math.ceilDiv(preload, PRELOAD_BATCH) * PRELOAD_BATCH;
        Goal arrivals = new Goal(preload == 0 ? Long.MAX_VALUE : total);
        List<ConsumeConnection> consumers = new ArrayList<>();
        Subscription subscription = new Subscription(name, consumer.channel, consumer.rdy, consumer.finish, Stamp.NONE);
        for (int i = 0; i < connections; i++) {
            consumers.add(new ConsumeConnection(
                    session.nextLoop(), session.connect(), consumer.hello(), subscription, ready, arrivals));
        }
        session.awaitReady(ready);
        Usage from = session.start(run.warmUp, arrivals, () -> consumers.forEach(ConsumeConnection::begin));
        Progress progress = Progress.of(run);
        Duration interval =
                preload > 0 && progress.interval().compareTo(STALL_MAX) > 0 ? STALL_MAX : progress.interval();
        Duration duration = preload == 0 ? run.duration : UNLIMITED;
        Consumer<Span> stallCheck = span -> checkStall(span, arrivals);
        Span span = session.measure(from, duration, interval, arrivals.reached(), progress.andThen(stallCheck));
        progress.end();
        return span;
    }

    private void checkStall(Span span, Goal arrivals) {
        boolean waiting = preload > 0 && arrivals.left() > 0;
        if (waiting && span.sample().consumed() == 0 && span.seconds() >= STALL_MAX.toSeconds()) {
            throw new BenchException(
                    Kind.FAILED,
                    arrivals.left() + " of " + preload + " messages have not arrived, and none came for "
                            + STALL_MAX.toSeconds() + " s");
        }
    }

    private String title() {
        return String.format(
                Locale.ROOT,
                "%s, %d connections, RDY %d, FIN in %s",
                preload == 0
                        ? "what comes"
                        : String.format(Locale.ROOT, "%,d messages of %d bytes", preload, sizeBytes),
                connections,
                consumer.rdy,
                consumer.finish == ConsumeConnection.Finish.BATCH ? "batches" : "a packet each");
    }

    private void fill(Report report, Span span) {
        long consumed = span.sample().consumed();
        report.number("rate_per_s", "consumed", span.perSecond(consumed), "messages a second");
        report.number("messages", "messages", (double) consumed, "in " + Report.format(span.seconds()) + " s");
        report.usage(span, consumed);
        report.bottleneck(span);
        if (span.seconds() < MEASURED_S_MIN) {
            report.note("Measured for less than " + MEASURED_S_MIN + " s: raise --preload.");
        }
        Findings.refused(report, span.sample());
    }
}
