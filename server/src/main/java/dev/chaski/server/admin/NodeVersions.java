package dev.chaski.server.admin;

import dev.chaski.server.admin.Cluster.Answer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which Chaski other nodes are: to lookups, and in nsqd's API, they are the version of NSQ that they keep to. Each is asked
 * once, until it is started again. Any thread but an event loop: its methods hold its lock, but not while they ask.
 */
final class NodeVersions {
    private static final int NOT_FOUND = 404;
    /** More than are ever there at a time; beyond them those that are gone are forgotten. */
    private static final int NODES_MAX = 1_000;

    private final Cluster cluster;
    private final Map<String, Known> known = new HashMap<>();

    NodeVersions(Cluster cluster) {
        this.cluster = cluster;
    }

    private record Known(long startedAt, @Nullable String version) {}

    private record MeJson(@Nullable String version) {}

    /** The versions of those of these nodes that are Chaskis and could be asked. */
    Map<String, String> of(List<NodeFigures> nodes) throws InterruptedException {
        List<String> unknown = new ArrayList<>();
        Map<String, Long> starts = new HashMap<>();
        synchronized (this) {
            for (NodeFigures node : nodes) {
                starts.put(node.node(), node.startedAt());
                Known before = known.get(node.node());
                if (before == null || before.startedAt() != node.startedAt()) {
                    unknown.add(node.node());
                }
            }
        }
        List<Answer<MeJson>> answers =
                cluster.all(unknown, node -> cluster.client().get(node, "/v1/me", MeJson.class));
        synchronized (this) {
            for (Answer<MeJson> answer : answers) {
                if (answer.value() != null || answer.status() == NOT_FOUND) {
                    String version =
                            answer.value() == null ? null : answer.value().version();
                    known.put(answer.node(), new Known(starts.getOrDefault(answer.node(), 0L), version));
                }
            }
            if (known.size() > NODES_MAX) {
                known.keySet().retainAll(starts.keySet());
            }
            Map<String, String> versions = new HashMap<>();
            known.forEach((node, told) -> {
                if (told.version() != null) {
                    versions.put(node, told.version());
                }
            });
            return versions;
        }
    }
}
