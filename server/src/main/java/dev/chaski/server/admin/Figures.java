package dev.chaski.server.admin;

import dev.chaski.server.admin.Cluster.Answer;
import dev.chaski.server.admin.Cluster.Peer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers what the nodes of a scope have. Any thread but an event loop. */
final class Figures {
    private static final String STATS = "/stats?format=json&include_mem=false";

    private final OwnNode own;
    private final Cluster cluster;

    Figures(OwnNode own, Cluster cluster) {
        this.own = own;
        this.cluster = cluster;
    }

    /** What was gathered, and who could not be reached. */
    record Gathered(List<NodeFigures> nodes, List<Peer> others, List<String> warnings) {}

    /** All topics, without clients. */
    Gathered all(Scope scope) throws ApiException, InterruptedException {
        return gather(scope, STATS + "&include_clients=false", own::all);
    }

    /** One topic. */
    Gathered topic(Scope scope, String topic, boolean withClients) throws ApiException, InterruptedException {
        String query = STATS + "&include_clients=" + withClients + "&topic=" + NodeClient.escaped(topic);
        return gather(scope, query, () -> own.topic(topic, withClients));
    }

    private interface Own {
        NodeFigures get();
    }

    private Gathered gather(Scope scope, String query, Own mine) throws ApiException, InterruptedException {
        List<NodeFigures> nodes = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        List<Peer> others = cluster.others(scope, own.key());
        if (scope.kind() == Scope.Kind.ALL) {
            warnings.addAll(cluster.find().warnings());
        }
        if (scope.hasSelf()) {
            nodes.add(mine.get());
        }
        List<String> names = others.stream().map(peer -> peer.node).toList();
        for (Answer<NsqdStats> answer :
                cluster.all(names, node -> cluster.client().get(node, query, NsqdStats.class))) {
            @Nullable NsqdStats stats = answer.value();
            if (stats == null) {
                warnings.add("node " + answer.node() + ": " + answer.error());
            } else {
                nodes.add(stats.figures(answer.node()));
            }
        }
        return new Gathered(nodes, others, warnings);
    }
}
