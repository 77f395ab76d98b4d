package dev.chaski.bench;

import dev.chaski.bench.load.Goal;
import dev.chaski.bench.load.Publishing;
import dev.chaski.bench.measure.Report;
import dev.chaski.bench.measure.Span;
import dev.chaski.bench.measure.Usage;
import java.util.List;

/** Publishes over whatever protocol, as fast as answers come or at a rate. Stateless. */
final class PublishRun {
    private PublishRun() {}

    /** Publishes until the time is over or everything is answered. */
    static Span measure(RunOptions run, Session session, List<Publishing> publishers, Goal answers, RateOption rate) {
        Usage from = session.start(run.warmUp, answers, () -> publishers.forEach(Publishing::begin));
        Progress progress = Progress.of(run);
        Span span = session.measure(from, run.duration, progress.interval(), answers.reached(), progress);
        progress.end();
        session.drain(publishers);
        return rate.isGiven() ? span.withLate(session.take()) : span;
    }

    static void fill(Report report, Span span, int sizeBytes, RateOption rate) {
        published(report, span, sizeBytes);
        if (rate.isGiven()) {
            report.latency("send_lag", "sent late by", span.sample().sendLag());
        } else {
            report.bottleneck(span);
        }
    }

    /** What was published, and what it cost. */
    static void published(Report report, Span span, int sizeBytes) {
        long published = span.sample().published();
        report.number("rate_per_s", "published", span.perSecond(published), "messages a second");
        report.number("bytes_per_s", "bodies", span.perSecond(published * sizeBytes) / 1e6, "MB a second");
        report.number("messages", "messages", (double) published, "in " + Report.format(span.seconds()) + " s");
        report.latency("answer", "answer", span.sample().answer());
        report.usage(span, published);
    }
}
