package dev.chaski.cli;

import dev.chaski.cli.nodes.Answers;
import dev.chaski.cli.nodes.Failure;
import dev.chaski.cli.nodes.Found;
import dev.chaski.cli.nodes.HttpAddress;
import dev.chaski.cli.nodes.Node;
import dev.chaski.cli.nodes.NodeStats;
import dev.chaski.cli.nodes.Nodes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks at all nodes, again and again. Who did not answer is left alone for a while, so that one that swallows questions
 * does not slow down the others; lookups are asked now and then. One thread.
 */
final class StatSampler {
    private static final long AGAIN_NS = TimeUnit.SECONDS.toNanos(5);

    private record Absent(Failure failure, long sinceNs) {}

    private final Nodes nodes;
    private final Nodes.Query query;
    private final Map<HttpAddress, Absent> absent = new HashMap<>();
    private @Nullable Found found;
    private long foundNs;

    StatSampler(Nodes nodes, Nodes.Query query) {
        this.nodes = nodes;
        this.query = query;
    }

    /** Asks those who are likely to answer. */
    StatSample sample() throws InterruptedException {
        long nowNs = System.nanoTime();
        long nowMs = System.currentTimeMillis();
        Found known = known(nowNs);
        List<Node> asked = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        for (Node node : known.nodes()) {
            Absent away = absent.get(node.address());
            if (away != null && nowNs - away.sinceNs() < AGAIN_NS) {
                failures.add(away.failure());
            } else {
                asked.add(node);
            }
        }
        Answers<NodeStats> answers = nodes.stats(asked, query);
        Map<HttpAddress, NodeStats> stats = new LinkedHashMap<>();
        for (NodeStats each : answers.values()) {
            stats.put(each.node().address(), each);
            absent.remove(each.node().address());
        }
        for (Failure failure : answers.failures()) {
            absent.put(failure.where(), new Absent(failure, System.nanoTime()));
            failures.add(failure);
        }
        return new StatSample(nowMs, nowNs, stats, failures, known.failures());
    }

    /** Nodes that lookups named before are kept while no lookup answers. */
    private Found known(long nowNs) throws InterruptedException {
        Found before = found;
        if (before != null && nowNs - foundNs < AGAIN_NS) {
            return before;
        }
        Found now = nodes.find();
        boolean isNobody = !now.failures().isEmpty() && now.topics().isEmpty();
        Found kept = before != null && isNobody ? new Found(before.nodes(), before.topics(), now.failures()) : now;
        found = kept;
        foundNs = nowNs;
        return kept;
    }
}
