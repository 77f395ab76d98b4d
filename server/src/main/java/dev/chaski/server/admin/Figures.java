package dev.chaski.server.admin;

import dev.chaski.server.admin.Cluster.Answer;
import dev.chaski.server.admin.Cluster.Peer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers what the nodes of a scope have. Any thread but an event loop. */
final class Figures {
    private static final String STATS = "/stats?format=json&include_mem=false";

    private final OwnNode own;
    private final Cluster cluster;
    private final PeerRates rates = new PeerRates();

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
        for (Answer<NodeFigures> answer : cluster.all(names, node -> ask(node, query))) {
            @Nullable NodeFigures told = answer.value();
            if (told == null) {
                warnings.add("node " + answer.node() + ": " + answer.error());
            } else {
                nodes.add(told);
            }
        }
        return new Gathered(nodes, others, warnings);
    }

    /** Everything of another node, its clients too. */
    NodeFigures of(Peer other) throws IOException, InterruptedException {
        return ask(other.node, STATS);
    }

    private NodeFigures ask(String node, String query) throws IOException, InterruptedException {
        NsqdStats stats = cluster.client().get(node, query, NsqdStats.class);
        return stats.figures(node, rates.look(node, System.nanoTime()));
    }
}
