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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chaski bench publish}. */
@Command(name = "publish", description = "Publishes as fast as answers come, or at a rate, and measures answers.")
final class PublishCommand extends BenchRun {
    @Mixin
    TopicOption topic = new TopicOption();

    @Mixin
    SizeOption size = new SizeOption();

    @Mixin
    BatchOption batch = new BatchOption();

    @Mixin
    LoadOptions load = new LoadOptions(1, 1);

    @Mixin
    RateOption rate = new RateOption();

    @Option(
            names = "--topics",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many topics (${DEFAULT-VALUE}).")
    int topics = 1;

    @Option(
            names = "--messages",
            paramLabel = "N",
            description = "Stop after so many; the warm-up takes at most half of them.")
    @Nullable
    Long messages;

    @Override
    Report measure() {
        Check.atLeast("--topics", topics, 1);
        size.check(1);
        batch.check();
        load.check();
        rate.check();
        List<String> names = topic.names(topics);
        Report report = new Report("publish", title());
        try (Session session = new Session(server, run.threads)) {
            PublishRun.fill(report, measure(session, names), size.bytes, rate);
        }
        Topics.delete(server, names);
        return report;
    }

    private Span measure(Session session, List<String> names) {
        Goal ready = new Goal(load.connections);
        long commands =
                messages == null ? Long.MAX_VALUE : Math.ceilDiv(messages, (long) load.connections * batch.messages);
        Goal answers = new Goal(messages == null ? Long.MAX_VALUE : commands * load.connections);
        List<Publishing> publishers = new ArrayList<>();
        for (int i = 0; i < load.connections; i++) {
            publishers.add(session.publisher(plan(i, names).upTo(commands), ready, answers));
        }
        session.awaitReady(ready);
        return PublishRun.measure(run, session, publishers, answers, rate);
    }

    private PublishPlan plan(int connection, List<String> names) {
        List<String> own = new ArrayList<>();
        for (int i = connection % names.size(); i < names.size(); i += load.connections) {
            own.add(names.get(i));
        }
        CommandRing ring = CommandRing.publish(own, batch.messages, size.bytes, load.pipeline);
        return rate.share(PublishPlan.closed(ring, load.pipeline), batch.messages, load.connections, connection);
    }

    private String title() {
        return String.format(Locale.ROOT, "%s of %d bytes, %s, %d topics%s", batch, size.bytes, load, topics, rate);
    }
}
