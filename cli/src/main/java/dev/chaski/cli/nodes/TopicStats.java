package dev.chaski.cli.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A topic's figures, of one node or added up over several.
 *
 * @param name of the topic
 * @param nodes how many have it
 * @param pausedAt how many of these have it paused
 * @param depth messages that are in no channel yet
 * @param messages published since the node started
 * @param messageBytes of these
 * @param channels by name
 */
public record TopicStats(
        String name,
        int nodes,
        int pausedAt,
        long depth,
        long messages,
        long messageBytes,
        SortedMap<String, ChannelStats> channels) {
    static TopicStats read(JsonNode topic) {
        SortedMap<String, ChannelStats> channels = new TreeMap<>();
        for (JsonNode node : topic.path("channels")) {
            ChannelStats channel = ChannelStats.read(node);
            channels.put(channel.name(), channel);
        }
        return new TopicStats(
                topic.path("topic_name").asText(),
                1,
                topic.path("paused").asBoolean() ? 1 : 0,
                topic.path("depth").asLong(),
                topic.path("message_count").asLong(),
                topic.path("message_bytes").asLong(),
                channels);
    }

    /** A topic that only lookups know. */
    static TopicStats unheld(String name) {
        return new TopicStats(name, 0, 0, 0, 0, 0, new TreeMap<>());
    }

    TopicStats plus(TopicStats other) {
        SortedMap<String, ChannelStats> both = new TreeMap<>(channels);
        other.channels.forEach((key, channel) -> both.merge(key, channel, ChannelStats::plus));
        return new TopicStats(
                name,
                nodes + other.nodes,
                pausedAt + other.pausedAt,
                depth + other.depth,
                messages + other.messages,
                messageBytes + other.messageBytes,
                both);
    }

    /**
     * One of its channels.
     *
     * @param channel its name
     * @return zeros where there is none
     */
    public ChannelStats channel(String channel) {
        return channels.getOrDefault(channel, ChannelStats.none(channel));
    }

    /**
     * What waits in the topic and its channels, in flight and deferred included.
     *
     * @return messages; one that waits in two channels counts twice
     */
    public long waiting() {
        long waiting = depth;
        for (ChannelStats channel : channels.values()) {
            waiting += channel.depth() + channel.inFlight() + channel.deferred();
        }
        return waiting;
    }

    /**
     * Adds up what several nodes have.
     *
     * @param nodes the figures of each
     * @return topics by name
     */
    public static SortedMap<String, TopicStats> total(List<NodeStats> nodes) {
        SortedMap<String, TopicStats> total = new TreeMap<>();
        for (NodeStats node : nodes) {
            node.topics().forEach(topic -> total.merge(topic.name(), topic, TopicStats::plus));
        }
        return total;
    }
}
