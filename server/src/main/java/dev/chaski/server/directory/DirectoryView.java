package dev.chaski.server.directory;

import dev.chaski.wire.Names;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Directory} knows, for those who ask. Any thread; takes no lock, so a topic that changes meanwhile is told
 * of as it was at some moment of the question.
 */
public final class DirectoryView {
    private final NavigableMap<String, TopicEntry> topics;
    private final NavigableMap<Long, Peer> peers;
    private final long inactiveNs;
    private final long tombstoneNs;
    private final LongSupplier clockNs;

    DirectoryView(
            NavigableMap<String, TopicEntry> topics,
            NavigableMap<Long, Peer> peers,
            DirectoryTimes times,
            LongSupplier clockNs) {
        this.topics = topics;
        this.peers = peers;
        this.inactiveNs = TimeUnit.MILLISECONDS.toNanos(times.inactiveMs());
        this.tombstoneNs = TimeUnit.MILLISECONDS.toNanos(times.tombstoneMs());
        this.clockNs = clockNs;
    }

    /**
     * A topic as consumers ask for it.
     *
     * @param channels names in their order
     * @param nodes where it is to be had
     */
    public record Found(List<String> channels, List<KnownNode> nodes) {}

    /**
     * A topic of a node.
     *
     * @param name its name
     * @param isBuried whether consumers who ask for it are not told of the node
     */
    public record NodeTopic(String name, boolean isBuried) {}

    /**
     * A node and what it has.
     *
     * @param node the node
     * @param topics in the order of their names
     */
    public record NodeTopics(KnownNode node, List<NodeTopic> topics) {}

    /**
     * Something that is registered, for {@link #each}.
     *
     * @param topic name of the topic
     * @param channel name of the channel, empty for the topic itself
     * @param nodes who has it
     */
    public record Registered(String topic, String channel, List<NodeState> nodes) {}

    /**
     * How somebody stands to something that it has.
     *
     * @param node the node
     * @param heardMsAgo since it was last heard of, in milliseconds
     * @param buriedMsAgo since it was buried, in milliseconds; −1 where it is not
     */
    public record NodeState(KnownNode node, long heardMsAgo, long buriedMsAgo) {}

    /**
     * Who has a topic, and its channels.
     *
     * @param topic name of the topic
     * @return what is known, or null where nobody knows the topic
     */
    public @Nullable Found find(String topic) {
        TopicEntry entry = topics.get(topic);
        return entry == null ? null : new Found(names(entry), nodes(entry));
    }

    private List<KnownNode> nodes(TopicEntry entry) {
        long nowNs = clockNs.getAsLong();
        Peer[] registered = entry.peers();
        List<KnownNode> nodes = new ArrayList<>(registered.length);
        for (Peer peer : registered) {
            if (peer.isActive(nowNs, inactiveNs)
                    && !entry.isBuried(peer, nowNs, tombstoneNs)
                    && !peer.isFollowedIn(registered)) {
                nodes.add(peer.node());
            }
        }
        return nodes;
    }

    private static List<String> names(TopicEntry entry) {
        return Arrays.stream(entry.channels()).map(ChannelEntry::name).toList();
    }

    /**
     * The nodes that are there: registered, and heard of within the time of {@link DirectoryTimes#inactiveMs}.
     *
     * @return in the order of their coming
     */
    public List<KnownNode> nodes() {
        return active().stream().map(Peer::node).toList();
    }

    private List<Peer> active() {
        long nowNs = clockNs.getAsLong();
        return peers.values().stream()
                .filter(peer -> peer.isActive(nowNs, inactiveNs) && !peer.isFollowed())
                .toList();
    }

    /**
     * All topics, also those that no node has any more.
     *
     * @return names in their order
     */
    public List<String> topics() {
        return List.copyOf(topics.keySet());
    }

    /**
     * The channels of a topic.
     *
     * @param topic name of the topic
     * @return names in their order; empty where nobody knows the topic
     */
    public List<String> channels(String topic) {
        TopicEntry entry = topics.get(topic);
        return entry == null ? List.of() : names(entry);
    }

    /**
     * The nodes that have a topic and may be asked for it: those of {@link #nodes} without tombstones for it.
     *
     * @param topic name of the topic
     * @return in the order of their coming; empty where nobody knows the topic
     */
    public List<KnownNode> nodesOf(String topic) {
        TopicEntry entry = topics.get(topic);
        return entry == null ? List.of() : nodes(entry);
    }

    /**
     * The nodes and what they have.
     *
     * @return as {@link #nodes}
     */
    public List<NodeTopics> nodeTopics() {
        long nowNs = clockNs.getAsLong();
        List<Peer> active = active();
        Map<Peer, NodeTopics> byPeer = new HashMap<>();
        active.forEach(peer -> byPeer.put(peer, new NodeTopics(peer.node(), new ArrayList<>())));
        // Topic by topic, since they are sorted and what a peer has is not.
        for (TopicEntry entry : topics.values()) {
            NodeTopic plain = new NodeTopic(entry.name(), false);
            for (Peer peer : entry.peers()) {
                NodeTopics found = byPeer.get(peer);
                if (found != null) {
                    boolean isBuried = entry.isBuried(peer, nowNs, tombstoneNs);
                    found.topics().add(isBuried ? new NodeTopic(entry.name(), true) : plain);
                }
            }
        }
        return active.stream().map(byPeer::get).toList();
    }

    /**
     * Everything that is registered, for whoever looks for a mistake.
     *
     * @param told of each topic, followed by its channels
     */
    public void each(Consumer<Registered> told) {
        for (TopicEntry entry : topics.values()) {
            told.accept(new Registered(entry.name(), "", states(entry, entry.peers())));
            for (ChannelEntry channel : entry.channels()) {
                told.accept(new Registered(entry.name(), channel.name(), states(null, channel.peers())));
            }
        }
    }

    /**
     * Every node that is registered, also those that are not told of any more.
     *
     * @return in the order of their coming
     */
    public List<NodeState> states() {
        return states(null, peers.values().toArray(Peer[]::new));
    }

    private List<NodeState> states(@Nullable TopicEntry entry, Peer[] registered) {
        long nowNs = clockNs.getAsLong();
        List<NodeState> states = new ArrayList<>(registered.length);
        for (Peer peer : registered) {
            Long buriedNs = entry == null ? null : entry.buriedNs(peer);
            states.add(new NodeState(
                    peer.node(),
                    TimeUnit.NANOSECONDS.toMillis(nowNs - peer.heardNs()),
                    buriedNs == null ? -1 : TimeUnit.NANOSECONDS.toMillis(nowNs - buriedNs)));
        }
        return states;
    }

    /** What is to be known after a restart. */
    Known known(long nowMs) {
        long nowNs = clockNs.getAsLong();
        List<KnownNode> nodes = new ArrayList<>();
        Map<String, Integer> placesByKey = new HashMap<>();
        Map<Peer, Integer> places = new HashMap<>();
        for (Peer peer : peers.values()) {
            if (!peer.isThisNode() && peer.isActive(nowNs, inactiveNs)) {
                // One place for a node and what was known of it before.
                int place = placesByKey.computeIfAbsent(peer.key(), key -> {
                    nodes.add(peer.node());
                    return nodes.size() - 1;
                });
                places.put(peer, place);
            }
        }
        List<Known.Topic> kept = new ArrayList<>();
        for (TopicEntry entry : topics.values()) {
            Known.Topic topic = known(entry, places, nowNs);
            if (isKept(entry.name(), entry.peers(), topic.nodes())
                    || !topic.channels().isEmpty()) {
                kept.add(topic);
            }
        }
        return new Known(nowMs, nodes, kept);
    }

    private Known.Topic known(TopicEntry entry, Map<Peer, Integer> places, long nowNs) {
        Map<String, BitSet> channels = new LinkedHashMap<>();
        for (ChannelEntry channel : entry.channels()) {
            BitSet having = places(entry, channel.peers(), places, nowNs);
            if (isKept(channel.name(), channel.peers(), having)) {
                channels.put(channel.name(), having);
            }
        }
        return new Known.Topic(entry.name(), places(entry, entry.peers(), places, nowNs), channels);
    }

    private BitSet places(TopicEntry entry, Peer[] registered, Map<Peer, Integer> places, long nowNs) {
        BitSet having = new BitSet();
        for (Peer peer : registered) {
            Integer place = places.get(peer);
            if (place != null && !entry.isBuried(peer, nowNs, tombstoneNs)) {
                having.set(place);
            }
        }
        return having;
    }

    /** What only the broker of this process has it will tell anew; what nobody has stays, but for ephemeral names. */
    private static boolean isKept(String name, Peer[] registered, BitSet having) {
        boolean isOnlyOurs = registered.length == 1 && registered[0].isThisNode();
        return !having.isEmpty() || !isOnlyOurs && !Names.isEphemeral(name);
    }
}
