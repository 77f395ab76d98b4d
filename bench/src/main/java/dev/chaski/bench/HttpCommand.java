package dev.chaski.bench;

import dev.chaski.bench.load.CommandRing;
import dev.chaski.bench.load.Goal;
import dev.chaski.bench.load.PublishPlan;
import dev.chaski.bench.load.Publishing;
import dev.chaski.bench.measure.Report;
import dev.chaski.bench.measure.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code chaski bench http}. */
@Command(name = "http", description = "Publishes by POST /pub on connections that stay open.")
final class HttpCommand extends BenchRun {
    private static final int PORT = 4151;

    @Mixin
    TopicOption topic = new TopicOption();

    @Mixin
    SizeOption size = new SizeOption();

    @Mixin
    LoadOptions load = new LoadOptions(64, 1);

    @Mixin
    RateOption rate = new RateOption();

    @Override
    Report measure() {
        return measure(server.httpPort == null ? PORT : server.httpPort);
    }

    Report measure(int port) {
        size.check(1);
        load.check();
        rate.check();
        List<String> names = topic.names(1);
        Report report =
                new Report("http", String.format(Locale.ROOT, "POST /pub of %d bytes, %s%s", size.bytes, load, rate));
        try (Session session = new Session(server, run.threads)) {
            PublishRun.fill(report, measure(session, names.getFirst(), port), size.bytes, rate);
        }
        Topics.delete(server, names);
        return report;
    }

    private Span measure(Session session, String name, int port) {
        Goal endless = new Goal(Long.MAX_VALUE);
        List<Publishing> publishers = new ArrayList<>();
        for (int i = 0; i < load.connections; i++) {
            CommandRing ring = CommandRing.http(server.host + ":" + port, name, size.bytes, load.pipeline);
            PublishPlan plan = rate.share(PublishPlan.closed(ring, load.pipeline), 1, load.connections, i);
            publishers.add(Publishing.http(session.nextLoop(), session.connect(port), plan, endless));
        }
        return PublishRun.measure(run, session, publishers, endless, rate);
    }
}
