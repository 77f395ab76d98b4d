package dev.chaski.server.admin;

import dev.chaski.server.admin.Views.LookupView;
import dev.chaski.server.directory.DirectoryView;
import dev.chaski.server.directory.DirectoryView.NodeTopic;
import dev.chaski.server.directory.DirectoryView.NodeTopics;
import dev.chaski.server.directory.KnownNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The other nodes, as the lookups know them. Who cannot be reached is told beside the result and fails nothing. Any
 * thread but an event loop.
 */
final class Cluster implements AutoCloseable {
    /** More nodes than one page is for. */
    private static final int NODES_MAX = 256;
    /** What lookups said is used again for so long, since a page asks several times at once. */
    private static final long FRESH_NS = TimeUnit.SECONDS.toNanos(1);

    private final AdminConfig config;
    private final NodeClient client;
    private @Nullable Found last;
    private long lastNs;

    Cluster(AdminConfig config) {
        this.config = config;
        this.client = new NodeClient(config);
    }

    NodeClient client() {
        return client;
    }

    /** A node that a lookup knows. */
    static final class Peer {
        final String node;
        final String hostname;
        final String version;
        final int tcpPort;
        final int httpPort;
        final Set<String> topics = new LinkedHashSet<>();
        final Set<String> tombstones = new LinkedHashSet<>();
        final Set<String> lookups = new LinkedHashSet<>();

        private Peer(Producer producer) {
            node = Scope.key(producer.broadcastAddress(), producer.httpPort());
            hostname = producer.hostname() == null ? producer.broadcastAddress() : producer.hostname();
            version = producer.version() == null ? "" : producer.version();
            tcpPort = producer.tcpPort();
            httpPort = producer.httpPort();
        }

        private void add(String topic, boolean isTombstoned) {
            topics.add(topic);
            if (isTombstoned) {
                tombstones.add(topic);
            }
        }
    }

    /** All that the lookups said. */
    record Found(Map<String, Peer> peers, List<LookupView> lookups, List<String> warnings) {}

    private record Nodes(@Nullable List<Producer> producers) {}

    private record Producer(
            String broadcastAddress,
            @Nullable String hostname,
            @Nullable String version,
            int tcpPort,
            int httpPort,
            @Nullable List<Boolean> tombstones,
            @Nullable List<String> topics) {

        /** As the lookup of this broker knows it. */
        private static Producer of(NodeTopics known) {
            KnownNode node = known.node();
            List<Boolean> tombstones = new ArrayList<>(known.topics().size());
            List<String> topics = new ArrayList<>(known.topics().size());
            for (NodeTopic topic : known.topics()) {
                tombstones.add(topic.isBuried());
                topics.add(topic.name());
            }
            return new Producer(
                    node.broadcastAddress(),
                    node.hostname(),
                    node.version(),
                    node.tcpPort(),
                    node.httpPort(),
                    tombstones,
                    topics);
        }
    }

    /** Asks every lookup which nodes there are, unless that was just done. */
    synchronized Found find() throws InterruptedException {
        Found known = last;
        if (known == null || System.nanoTime() - lastNs > FRESH_NS) {
            known = ask(config.lookups().get());
            last = known;
            lastNs = System.nanoTime();
        }
        return known;
    }

    /** Something was changed: the next one to ask is told anew. */
    synchronized void forget() {
        last = null;
    }

    private Found ask(List<String> lookups) throws InterruptedException {
        Map<String, Peer> peers = new LinkedHashMap<>();
        List<LookupView> views = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        LookupHere own = config.ownLookup().get();
        List<Answer<Nodes>> answers = all(
                lookups,
                lookup -> own != null && own.address().equals(lookup)
                        ? nodes(own.directory())
                        : client.get(lookup, "/nodes", Nodes.class));
        for (Answer<Nodes> answer : answers) {
            Nodes nodes = answer.value();
            views.add(new LookupView(answer.node(), nodes != null, answer.error()));
            if (nodes == null) {
                warnings.add("lookup " + answer.node() + ": " + answer.error());
            } else if (nodes.producers() != null) {
                nodes.producers().forEach(producer -> add(peers, producer, answer.node()));
            }
        }
        if (peers.size() >= NODES_MAX) {
            warnings.add("only " + NODES_MAX + " nodes are shown");
        }
        return new Found(peers, views, warnings);
    }

    private static Nodes nodes(DirectoryView known) {
        return new Nodes(known.nodeTopics().stream().map(Producer::of).toList());
    }

    private static void add(Map<String, Peer> peers, Producer producer, String lookup) {
        String key = Scope.key(producer.broadcastAddress(), producer.httpPort());
        if (peers.size() >= NODES_MAX && !peers.containsKey(key)) {
            return;
        }
        Peer peer = peers.computeIfAbsent(key, name -> new Peer(producer));
        peer.lookups.add(lookup);
        List<String> topics = producer.topics() == null ? List.of() : producer.topics();
        List<Boolean> tombstones = producer.tombstones() == null ? List.of() : producer.tombstones();
        for (int i = 0; i < topics.size(); i++) {
            peer.add(topics.get(i), i < tombstones.size() && tombstones.get(i));
        }
    }

    /** The nodes of a scope but for this one. */
    List<Peer> others(Scope scope, String self) throws ApiException, InterruptedException {
        return switch (scope.kind()) {
            case SELF -> List.of();
            case ALL ->
                find().peers().values().stream()
                        .filter(peer -> !peer.node.equals(self))
                        .toList();
            case OTHER -> List.of(known(scope.node()));
        };
    }

    /** Only nodes that a lookup knows are asked: nobody can send this broker anywhere else. */
    private Peer known(String node) throws ApiException, InterruptedException {
        Peer peer = find().peers().get(node);
        if (peer == null) {
            throw ApiException.notFound("NODE_NOT_FOUND", "no lookup knows a node " + node);
        }
        return peer;
    }

    /** What is asked of a node. */
    interface Question<T> {
        T ask(String node) throws IOException, InterruptedException;
    }

    /** What a node answered, or what went wrong. */
    record Answer<T>(
            String node, @Nullable T value, @Nullable String error, int status) {}

    /** Asks all at the same time, and waits for the slowest within the time limits. */
    <T> List<Answer<T>> all(List<String> nodes, Question<T> question) throws InterruptedException {
        if (nodes.isEmpty()) {
            return List.of();
        }
        List<Answer<T>> answers = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> asked = new ArrayList<>();
            for (String node : nodes) {
                asked.add(executor.submit(() -> question.ask(node)));
            }
            for (int i = 0; i < nodes.size(); i++) {
                answers.add(answer(nodes.get(i), asked.get(i)));
            }
        }
        return answers;
    }

    private static <T> Answer<T> answer(String node, Future<T> asked) throws InterruptedException {
        try {
            return new Answer<>(node, asked.get(), null, 200);
        } catch (ExecutionException e) {
            int status = e.getCause() instanceof NodeClient.StatusException refusal ? refusal.status() : 0;
            String error = e.getCause() instanceof Exception cause ? NodeClient.text(cause) : e.toString();
            return new Answer<>(node, null, error, status);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
