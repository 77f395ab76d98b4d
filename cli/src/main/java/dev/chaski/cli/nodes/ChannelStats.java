package dev.chaski.cli.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A channel's figures, of one node or added up over several.
 *
 * @param name of the channel
 * @param nodes how many have it
 * @param pausedAt how many of these have it paused
 * @param depth messages that wait
 * @param inFlight messages that consumers have
 * @param deferred messages that are not due
 * @param messages that came into the channel since the node started
 * @param requeued since the node started
 * @param timedOut since the node started
 * @param clientCount consumers
 * @param clients consumers, where they were asked for
 */
public record ChannelStats(
        String name,
        int nodes,
        int pausedAt,
        long depth,
        long inFlight,
        long deferred,
        long messages,
        long requeued,
        long timedOut,
        long clientCount,
        List<ClientStats> clients) {
    static ChannelStats read(JsonNode channel) {
        List<ClientStats> clients = new ArrayList<>();
        channel.path("clients").forEach(client -> clients.add(ClientStats.read(client)));
        return new ChannelStats(
                channel.path("channel_name").asText(),
                1,
                channel.path("paused").asBoolean() ? 1 : 0,
                channel.path("depth").asLong(),
                channel.path("in_flight_count").asLong(),
                channel.path("deferred_count").asLong(),
                channel.path("message_count").asLong(),
                channel.path("requeue_count").asLong(),
                channel.path("timeout_count").asLong(),
                // Before 1.2 only the list told.
                Math.max(channel.path("client_count").asLong(), clients.size()),
                clients);
    }

    /**
     * A channel that has nothing.
     *
     * @param name of it
     * @return zeros
     */
    public static ChannelStats none(String name) {
        return new ChannelStats(name, 0, 0, 0, 0, 0, 0, 0, 0, 0, List.of());
    }

    /**
     * Messages that left the channel: finished, or emptied.
     *
     * @return a count from an unknown beginning: only differences of it mean something
     */
    public long done() {
        return messages - depth - inFlight - deferred;
    }

    ChannelStats plus(ChannelStats other) {
        List<ClientStats> both = new ArrayList<>(clients);
        both.addAll(other.clients);
        return new ChannelStats(
                name,
                nodes + other.nodes,
                pausedAt + other.pausedAt,
                depth + other.depth,
                inFlight + other.inFlight,
                deferred + other.deferred,
                messages + other.messages,
                requeued + other.requeued,
                timedOut + other.timedOut,
                clientCount + other.clientCount,
                both);
    }
}
