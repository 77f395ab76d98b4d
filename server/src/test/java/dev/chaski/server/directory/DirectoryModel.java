package dev.chaski.server.directory;

import dev.chaski.wire.Names;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a directory should answer, told as plainly as possible: a set of (topic, channel, node) and a set of names. */
final class DirectoryModel {
    private static final long INACTIVE_NS = TimeUnit.SECONDS.toNanos(300);
    private static final long TOMBSTONE_NS = TimeUnit.SECONDS.toNanos(45);

    enum Kind {
        THIS_NODE,
        CONNECTED,
        LAST_KNOWN
    }

    /** Somebody. */
    static final class Node {
        final KnownNode told;
        final Kind kind;
        long heardNs;

        @Nullable
        Node earlier;

        @Nullable
        Node later;

        Node(KnownNode told, Kind kind, long heardNs) {
            this.told = told;
            this.kind = kind;
            this.heardNs = heardNs;
        }
    }

    private record Registration(String topic, String channel, Node node) {}

    private final List<Node> nodes = new ArrayList<>();
    private final Set<Registration> registrations = new LinkedHashSet<>();
    private final Map<String, Set<String>> names = new TreeMap<>();
    private final Map<Registration, Long> buried = new HashMap<>();

    Node add(KnownNode told, Kind kind, long nowNs) {
        Node node = new Node(told, kind, nowNs);
        if (kind == Kind.CONNECTED) {
            nodes.stream()
                    .filter(before -> before.kind == Kind.LAST_KNOWN
                            && before.later == null
                            && before.told.broadcastAddress().equals(told.broadcastAddress()))
                    .findFirst()
                    .ifPresent(before -> {
                        node.earlier = before;
                        before.later = node;
                    });
        }
        nodes.add(node);
        return node;
    }

    void ping(Node node, long nowNs) {
        node.heardNs = nowNs;
        Node before = node.earlier;
        node.earlier = null;
        if (before != null) {
            leave(before);
        }
    }

    void leave(Node node) {
        for (String topic : List.copyOf(names.keySet())) {
            remove(node, topic);
        }
        nodes.remove(node);
        if (node.earlier != null) {
            leave(node.earlier);
        }
    }

    /** Who has gone, also as one who was known before and has come again, registers nothing. */
    void register(Node node, String topic, String channel) {
        if (!nodes.contains(node)) {
            return;
        }
        create(topic, channel);
        registrations.add(new Registration(topic, "", node));
        registrations.add(new Registration(topic, channel, node));
    }

    void unregister(Node node, String topic, String channel) {
        for (Node each = node; each != null; each = each.earlier) {
            if (channel.isEmpty()) {
                remove(each, topic);
            } else {
                remove(each, topic, channel);
            }
        }
    }

    private void remove(Node node, String topic) {
        for (String channel : List.copyOf(names.getOrDefault(topic, Set.of()))) {
            remove(node, topic, channel);
        }
        remove(node, topic, "");
        buried.remove(new Registration(topic, "", node));
    }

    /** With the last who has it an ephemeral name goes, and what this process's broker deletes. */
    private void remove(Node node, String topic, String channel) {
        boolean isOver = registrations.remove(new Registration(topic, channel, node))
                && isFree(topic, channel)
                && (node.kind == Kind.THIS_NODE || Names.isEphemeral(channel.isEmpty() ? topic : channel));
        if (isOver && channel.isEmpty()) {
            names.remove(topic);
        } else if (isOver) {
            names.get(topic).remove(channel);
        }
    }

    private boolean isFree(String topic, String channel) {
        return holders(topic, channel).findAny().isEmpty();
    }

    private Stream<Node> holders(String topic, String channel) {
        return nodes.stream().filter(node -> registrations.contains(new Registration(topic, channel, node)));
    }

    void create(String topic, String channel) {
        Set<String> channels = names.computeIfAbsent(topic, key -> new TreeSet<>());
        if (!channel.isEmpty()) {
            channels.add(channel);
        }
    }

    void deleteTopic(String topic, long nowNs) {
        if (!names.containsKey(topic)) {
            return;
        }
        registrations.removeIf(each -> each.topic.equals(topic) && each.node.kind != Kind.THIS_NODE);
        buried.keySet().removeIf(each -> each.topic.equals(topic));
        names.get(topic).removeIf(channel -> isFree(topic, channel));
        if (isFree(topic, "")) {
            names.remove(topic);
        }
        holders(topic, "").forEach(own -> buried.put(new Registration(topic, "", own), nowNs));
    }

    boolean deleteChannel(String topic, String channel) {
        if (!names.getOrDefault(topic, Set.of()).contains(channel)) {
            return false;
        }
        registrations.removeIf(
                each -> each.topic.equals(topic) && each.channel.equals(channel) && each.node.kind != Kind.THIS_NODE);
        if (isFree(topic, channel)) {
            names.get(topic).remove(channel);
        }
        return true;
    }

    void bury(String topic, String address, long nowNs) {
        holders(topic, "")
                .filter(node -> (node.told.broadcastAddress() + ":" + node.told.httpPort()).equals(address))
                .forEach(node -> buried.put(new Registration(topic, "", node), nowNs));
    }

    // What is asked.

    List<String> topics() {
        return List.copyOf(names.keySet());
    }

    @Nullable
    List<String> channels(String topic) {
        return names.containsKey(topic) ? List.copyOf(names.get(topic)) : null;
    }

    List<KnownNode> nodesOf(String topic, long nowNs) {
        return holders(topic, "")
                .filter(node -> isActive(node, nowNs))
                .filter(node -> nowNs - buried.getOrDefault(new Registration(topic, "", node), nowNs - TOMBSTONE_NS)
                        >= TOMBSTONE_NS)
                .filter(node -> node.later == null || !registrations.contains(new Registration(topic, "", node.later)))
                .map(node -> node.told)
                .toList();
    }

    private static boolean isActive(Node node, long nowNs) {
        return node.kind == Kind.THIS_NODE || nowNs - node.heardNs <= INACTIVE_NS;
    }

    private Stream<Node> active(long nowNs) {
        return nodes.stream().filter(node -> isActive(node, nowNs) && node.later == null);
    }

    List<KnownNode> nodes(long nowNs) {
        return active(nowNs).map(node -> node.told).toList();
    }

    List<List<String>> topicsOfNodes(long nowNs) {
        return active(nowNs)
                .map(node -> names.keySet().stream()
                        .filter(topic -> registrations.contains(new Registration(topic, "", node)))
                        .toList())
                .toList();
    }

    int nameCount() {
        return names.size() + names.values().stream().mapToInt(Set::size).sum();
    }

    int registrationCount() {
        return registrations.size();
    }
}
