package dev.chaski.bench;

import dev.chaski.bench.load.ConsumeConnection;
import dev.chaski.bench.load.ConsumeConnection.Finish;
import dev.chaski.bench.load.ConsumeConnection.Stamp;
import dev.chaski.bench.load.ConsumeConnection.Subscription;
import dev.chaski.bench.load.Goal;
import dev.chaski.bench.load.Hello;
import dev.chaski.bench.load.IdleConnection;
import dev.chaski.bench.measure.Report;
import dev.chaski.bench.measure.Span;
import dev.chaski.bench.measure.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chaski bench connections}. */
@Command(
        name = "connections",
        description = "Opens idle connections that answer heartbeats, and holds them for --duration.")
final class ConnectionsCommand extends BenchRun {
    private static final double BYTES_PER_KIB = 1 << 10;

    /** How far a connection goes before it idles. */
    enum Mode {
        /** It has said who it is. */
        IDENTIFIED,
        /** It has subscribed to a channel of a topic without messages, with RDY 1. */
        SUBSCRIBED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many connections (${DEFAULT-VALUE}).")
    int count = 1000;

    @Option(
            names = "--mode",
            paramLabel = "identified|subscribed",
            defaultValue = "subscribed",
            description = "How far each goes before it idles (${DEFAULT-VALUE}).")
    Mode mode = Mode.SUBSCRIBED;

    @Mixin
    TopicOption topic = new TopicOption();

    @Mixin
    HeartbeatOption heartbeat = new HeartbeatOption();

    @Override
    Report measure() {
        Check.atLeast("--count", count, 1);
        List<String> names = topic.names(1);
        Report report = new Report("connections", String.format(Locale.ROOT, "%,d %s connections", count, mode));
        try (Session session = new Session(server, run.threads)) {
            // The first one makes the topic, and loads what a server loads only once.
            open(session, names.getFirst(), 1);
            Usage before = session.settle(run.warmUp);
            open(session, names.getFirst(), count);
            Usage opened = session.usage();
            Progress progress = Progress.of(run);
            Span idle = session.measure(opened, run.duration, progress.interval(), new CompletableFuture<>(), progress);
            progress.end();
            fill(report, before, opened, idle);
        }
        Topics.delete(server, names);
        return report;
    }

    private void open(Session session, String name, int connections) {
        Goal ready = new Goal(connections);
        Goal endless = new Goal(Long.MAX_VALUE);
        Hello hello = new Hello(heartbeat.intervalMs(), 0, 0);
        Subscription subscription = new Subscription(name, "bench", 1, Finish.BATCH, Stamp.NONE);
        List<ConsumeConnection> consumers = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            if (mode == Mode.IDENTIFIED) {
                new IdleConnection(session.nextLoop(), session.connect(), hello, ready).open();
            } else {
                consumers.add(new ConsumeConnection(
                        session.nextLoop(), session.connect(), hello, subscription, ready, endless));
            }
        }
        session.awaitReady(ready);
        consumers.forEach(ConsumeConnection::begin);
    }

    private void fill(Report report, Usage before, Usage opened, Span idle) {
        double openS = (opened.atNs() - before.atNs()) / (double) TimeUnit.SECONDS.toNanos(1);
        report.number("open_s", "opened in", openS, "s");
        report.number("opened_per_s", "opened", count / openS, "a second");
        if (idle.knowsServer()) {
            long bytes = idle.to().serverAnonymousBytes() - before.serverAnonymousBytes();
            double kib = bytes / BYTES_PER_KIB / count;
            report.number("server_kib_per_connection", "server memory", kib, "KiB anonymous per connection");
        }
        report.number("heartbeats", "heartbeats", (double) idle.sample().heartbeats(), "answered");
        report.usage(idle, 0);
    }
}
