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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

    /** CPU time is counted in hundredths of a second: below this it says little. */
    private static final int MEASURED_S_MIN = 2;

    private static final int PRELOAD_BATCH = 200;
    private static final int PRELOAD_PIPELINE = 4;

    @Mixin
    ConsumerOptions consumer = new ConsumerOptions();

    @Mixin
    TopicOption topic = new TopicOption();

    @Mixin
    SizeOption size = new SizeOption();

    @Option(
            names = "--preload",
            paramLabel = "N",
            defaultValue = "2000000",
            description = "Messages published first, and consumed to the last (${DEFAULT-VALUE}); 0 to consume for"
                    + " --duration what --topic holds and gets.")
    long preload = 2_000_000;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many consumers (${DEFAULT-VALUE}).")
    int connections = 1;

    @Override
    Report measure() {
        Check.atLeast("--connections", connections, 1);
        consumer.check();
        size.check(1);
        Check.atLeast("--preload", preload, 0);
        if (preload == 0 && topic.name == null) {
            throw new BenchException(Kind.USAGE, "--preload=0 needs a --topic to consume from");
        }
        List<String> names = topic.names(1);
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
        CommandRing ring = CommandRing.publish(names, PRELOAD_BATCH, size.bytes, PRELOAD_PIPELINE);
        PublishPlan plan = PublishPlan.closed(ring, PRELOAD_PIPELINE).upTo(commands);
        Publishing publisher = session.publisher(plan, ready, answers);
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
        for (int i = 0; i < connections; i++) {
            consumers.add(consumer.connect(session, name, Stamp.NONE, ready, arrivals));
        }
        session.awaitReady(ready);
        Usage from = session.start(run.warmUp, arrivals, () -> consumers.forEach(ConsumeConnection::begin));
        Progress progress = Progress.of(run);
        Span span = preload == 0
                ? session.measure(from, run.duration, progress.interval(), arrivals.reached(), progress)
                : session.measureUntil(arrivals, from, STALL_MAX, "messages", progress);
        progress.end();
        return span;
    }

    private String title() {
        return String.format(
                Locale.ROOT,
                "%s, %d connections, RDY %d, FIN in %s",
                preload == 0
                        ? "what comes"
                        : String.format(Locale.ROOT, "%,d messages of %d bytes", preload, size.bytes),
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
