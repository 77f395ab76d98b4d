package dev.chaski.cli.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The brokers that were named, and those that lookups know. Any thread. */
public final class Nodes implements AutoCloseable {
    /** More than any fleet; each is asked. */
    private static final int NODES_MAX = 10_000;

    private final List<HttpAddress> brokers;
    private final List<HttpAddress> lookups;
    private final HttpAsk http;

    /**
     * What to ask.
     *
     * @param topic only this topic, empty for all
     * @param channel only this channel, empty for all
     * @param withClients whether consumers and producers are listed
     */
    public record Query(String topic, String channel, boolean withClients) {}

    /**
     * Asks nobody yet.
     *
     * @param brokers who is asked whatever lookups say
     * @param lookups who is asked for further brokers
     * @param timeout how long each may take to answer
     */
    public Nodes(List<HttpAddress> brokers, List<HttpAddress> lookups, Duration timeout) {
        this(brokers, lookups, timeout, timeout);
    }

    /**
     * Asks nobody yet.
     *
     * @param brokers who is asked whatever lookups say
     * @param lookups who is asked for further brokers
     * @param connectTimeout how long each may take to be connected to
     * @param timeout how long each may take to answer
     */
    public Nodes(List<HttpAddress> brokers, List<HttpAddress> lookups, Duration connectTimeout, Duration timeout) {
        this.brokers = List.copyOf(brokers);
        this.lookups = List.copyOf(lookups);
        http = new HttpAsk(connectTimeout, timeout);
    }

    List<HttpAddress> lookups() {
        return lookups;
    }

    HttpAsk http() {
        return http;
    }

    /**
     * Asks the lookups who is there.
     *
     * @return brokers, those that were named included, whether they answer or not
     * @throws InterruptedException where the thread was interrupted meanwhile
     */
    public Found find() throws InterruptedException {
        Map<HttpAddress, Node> nodes = new TreeMap<>();
        brokers.forEach(address -> nodes.put(address, Node.named(address)));
        SortedSet<String> topics = new TreeSet<>();
        Answers<JsonNode> answers = FanOut.ask(lookups, address -> address, this::ask);
        for (JsonNode answer : answers.values()) {
            answer.path("topics").forEach(topic -> topics.add(topic.asText()));
            for (JsonNode producer : answer.path("producers")) {
                add(nodes, producer);
            }
        }
        return new Found(List.copyOf(nodes.values()), topics, answers.failures());
    }

    /**
     * Asks the lookups which topics there are.
     *
     * @return the names that each knows, in any order
     * @throws InterruptedException where the thread was interrupted meanwhile
     */
    public Answers<List<String>> topics() throws InterruptedException {
        return FanOut.ask(lookups, address -> address, lookup -> {
            JsonNode topics = http.get(lookup, "topics").path("topics");
            if (!topics.isArray()) {
                throw new AskException(
                        AskException.Kind.MALFORMED,
                        lookup + " answered /topics with what is no list: is it a lookup?");
            }
            List<String> names = new ArrayList<>();
            topics.forEach(topic -> names.add(topic.asText()));
            return names;
        });
    }

    /** Both of what a lookup knows. */
    private JsonNode ask(HttpAddress lookup) throws AskException, InterruptedException {
        JsonNode nodes = http.get(lookup, "nodes");
        if (!nodes.path("producers").isArray()) {
            throw new AskException(
                    AskException.Kind.MALFORMED, lookup + " answered /nodes with what is no list: is it a lookup?");
        }
        JsonNode topics = http.get(lookup, "topics").path("topics");
        return ((com.fasterxml.jackson.databind.node.ObjectNode) nodes).set("topics", topics);
    }

    /** A node whose address is none is passed over: the others are not to suffer for it. */
    private static void add(Map<HttpAddress, Node> nodes, JsonNode producer) {
        HttpAddress address;
        try {
            address = HttpAddress.of(
                    producer.path("broadcast_address").asText(),
                    producer.path("http_port").asInt());
        } catch (IllegalArgumentException e) {
            return;
        }
        Node known = nodes.getOrDefault(address, Node.named(address));
        if (nodes.size() >= NODES_MAX && !nodes.containsKey(address)) {
            return;
        }
        Set<String> tombstones = new TreeSet<>(known.tombstones());
        JsonNode topics = producer.path("topics");
        for (int i = 0; i < topics.size(); i++) {
            if (producer.path("tombstones").path(i).asBoolean()) {
                tombstones.add(topics.get(i).asText());
            }
        }
        nodes.put(
                address,
                new Node(
                        address,
                        producer.path("tcp_port").asInt(),
                        producer.path("hostname").asText(),
                        producer.path("version").asText(),
                        known.lookups() + 1,
                        tombstones));
    }

    /**
     * Asks brokers what they have.
     *
     * @param nodes whom
     * @param query for what
     * @return what those that answered have
     * @throws InterruptedException where the thread was interrupted meanwhile
     */
    public Answers<NodeStats> stats(List<Node> nodes, Query query) throws InterruptedException {
        return FanOut.ask(
                nodes,
                Node::address,
                node -> NodeStats.read(
                        node,
                        http.get(
                                node.address(),
                                "stats",
                                "format",
                                "json",
                                "topic",
                                query.topic(),
                                "channel",
                                query.channel(),
                                "include_clients",
                                Boolean.toString(query.withClients()),
                                "include_mem",
                                "false")));
    }

    /**
     * Asks brokers who they are, those that were named and not found at a lookup.
     *
     * @param nodes whom
     * @return the same with host name, version and TCP port
     * @throws InterruptedException where the thread was interrupted meanwhile
     */
    public Answers<Node> identify(List<Node> nodes) throws InterruptedException {
        return FanOut.ask(nodes, Node::address, node -> {
            if (node.tcpPort() != 0) {
                return node;
            }
            JsonNode info = http.get(node.address(), "info");
            return new Node(
                    node.address(),
                    info.path("tcp_port").asInt(),
                    info.path("hostname").asText(),
                    info.path("version").asText(),
                    0,
                    Set.of());
        });
    }

    /**
     * Topics that only lookups know, among those that brokers have.
     *
     * @param found who is there
     * @param held what the brokers have, by name
     * @return both, by name
     */
    public static Map<String, TopicStats> withUnheld(Found found, Map<String, TopicStats> held) {
        Map<String, TopicStats> all = new TreeMap<>(held);
        found.topics().forEach(topic -> all.putIfAbsent(topic, TopicStats.unheld(topic)));
        return new LinkedHashMap<>(all);
    }

    @Override
    public void close() {
        http.close();
    }

    /**
     * Who is asked, in words.
     *
     * @return addresses with commas between
     */
    public String who() {
        List<String> words = new ArrayList<>();
        brokers.forEach(each -> words.add(each.toString()));
        lookups.forEach(each -> words.add("lookup " + each));
        return String.join(", ", words);
    }
}
