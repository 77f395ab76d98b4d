package dev.chaski.bench;

import dev.chaski.bench.load.CommandRing;
import dev.chaski.bench.load.ConsumeConnection;
import dev.chaski.bench.load.ConsumeConnection.Stamp;
import dev.chaski.bench.load.Goal;
import dev.chaski.bench.load.PublishPlan;
import dev.chaski.bench.load.Publishing;
import dev.chaski.bench.load.Sample;
import dev.chaski.bench.load.Schedule;
import dev.chaski.bench.measure.Report;
import dev.chaski.bench.measure.Span;
import dev.chaski.bench.measure.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Publishes at a fixed rate and consumes in the same process, each message carrying the time it was to be sent. Confined
 * to the thread that runs the measurement.
 */
final class PacedRun {
    private final PacedOptions options;
    private final Session session;
    private final List<String> names;
    private final List<Publishing> publishers = new ArrayList<>();

    PacedRun(PacedOptions options, Session session, List<String> names) {
        this.options = options;
        this.session = session;
        this.names = names;
    }

    /** Runs it all; what came late is in the latencies of what is returned, not in its rates. */
    Span measure(RunOptions run, Progress progress, Consumer<Span> each) {
        List<ConsumeConnection> consumers = connect();
        Usage from = session.start(run.warmUp, new Goal(Long.MAX_VALUE), () -> {
            consumers.forEach(ConsumeConnection::begin);
            publishers.forEach(Publishing::begin);
        });
        Span span = session.measure(
                from, run.duration, progress.interval(), new CompletableFuture<>(), progress.andThen(each));
        progress.end();
        session.drain(publishers);
        Sample late = session.awaitArrivals();
        return span.withLate(late);
    }

    private List<ConsumeConnection> connect() {
        Goal ready = new Goal((long) options.consumers + options.publishers);
        Goal endless = new Goal(Long.MAX_VALUE);
        int batch = options.batch.messages;
        List<ConsumeConnection> consumers = new ArrayList<>();
        for (int i = 0; i < options.consumers; i++) {
            consumers.add(options.consumer.connect(session, names.getFirst(), Stamp.INTENDED, ready, endless));
        }
        for (int i = 0; i < options.publishers; i++) {
            CommandRing ring = CommandRing.publish(names, batch, options.size.bytes, options.pipeline);
            Schedule schedule = Schedule.share(options.rate, batch, options.publishers, i);
            PublishPlan plan =
                    PublishPlan.closed(ring, options.pipeline).at(schedule).stamped();
            publishers.add(session.publisher(plan, ready, endless));
        }
        session.awaitReady(ready);
        return consumers;
    }

    String title() {
        return String.format(
                Locale.ROOT,
                "%s messages a second of %d bytes, %s, %d publishers, %d consumers, RDY %d",
                Report.format(options.rate),
                options.size.bytes,
                options.batch,
                options.publishers,
                options.consumers,
                options.consumer.rdy);
    }

    void fill(Report report, Span span) {
        Sample sample = span.sample();
        report.number("publish_rate_per_s", "published", span.perSecond(sample.published()), "messages a second");
        report.number("rate_per_s", "consumed", span.perSecond(sample.consumed()), "messages a second");
        report.latency("end_to_end", "end to end", sample.endToEnd());
        report.latency("answer", "answer", sample.answer());
        report.latency("send_lag", "sent late by", sample.sendLag());
        report.usage(span, sample.consumed());
        report.value("missing", session.missing());
        double reached = span.perSecond(sample.published()) / options.rate;
        if (reached < 0.99) {
            report.note("Only " + Report.format(100 * reached) + " % of the rate was answered within the time.");
            report.bottleneck(span);
        }
        Findings.missing(report, session.missing());
        Findings.foreign(report, sample);
        Findings.refused(report, sample);
    }
}
