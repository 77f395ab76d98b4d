package dev.chaski.cli;

import dev.chaski.cli.nodes.ChannelStats;
import dev.chaski.cli.nodes.ClientStats;
import dev.chaski.cli.nodes.Node;
import dev.chaski.cli.nodes.NodeStats;
import dev.chaski.cli.nodes.TopicStats;
import java.time.Duration;
import java.time.Instant;

/** The columns of what {@code chaski list} and {@code show} tell. */
final class Listings {
    record ChannelRow(String topic, ChannelStats channel) {
        String name() {
            return channel.name();
        }
    }

    record ClientRow(String topic, String channel, String node, ClientStats client) {
        String address() {
            return client.remoteAddress();
        }
    }

    record NodeRow(Node node, NodeStats stats) {
        String address() {
            return node.address().toString();
        }
    }

    private Listings() {}

    static Listing<TopicStats> topics() {
        return new Listing<TopicStats>()
                .column("topic", "topic", TopicStats::name)
                .column("depth#", "depth", TopicStats::depth)
                .column("in channels#", "in_channels", topic -> topic.waiting() - topic.depth())
                .column("messages#", "messages", TopicStats::messages)
                .shown("state", topic -> state(topic.pausedAt(), topic.nodes()))
                .told("paused_at", TopicStats::pausedAt)
                .column("channels#", "channel_count", topic -> topic.channels().size())
                .column("nodes#", "node_count", TopicStats::nodes)
                .shown("bytes#", topic -> TextTable.bytes(topic.messageBytes()))
                .told("message_bytes", TopicStats::messageBytes);
    }

    static Listing<ChannelRow> channels() {
        return new Listing<ChannelRow>()
                .column("topic", "topic", ChannelRow::topic)
                .column("channel", "channel", ChannelRow::name)
                .column("depth#", "depth", row -> row.channel().depth())
                .column("in flight#", "in_flight", row -> row.channel().inFlight())
                .column("deferred#", "deferred", row -> row.channel().deferred())
                .column("clients#", "client_count", row -> row.channel().clientCount())
                .shown(
                        "state",
                        row -> state(row.channel().pausedAt(), row.channel().nodes()))
                .told("paused_at", row -> row.channel().pausedAt())
                .column("messages#", "messages", row -> row.channel().messages())
                .column("requeued#", "requeued", row -> row.channel().requeued())
                .column("timed out#", "timed_out", row -> row.channel().timedOut())
                .column("nodes#", "node_count", row -> row.channel().nodes());
    }

    static Listing<ClientRow> clients() {
        return new Listing<ClientRow>()
                .shown("topic", row -> row.topic().isEmpty() ? "(publishes)" : row.topic())
                .told("topic", row -> row.topic().isEmpty() ? null : row.topic())
                .shown("channel", ClientRow::channel)
                .told("channel", row -> row.channel().isEmpty() ? null : row.channel())
                .column("address", "address", ClientRow::address)
                .column("client", "client_id", row -> row.client().id())
                .column("in flight#", "in_flight", row -> row.client().inFlight())
                .column("ready#", "ready", row -> row.client().ready())
                .column("finished#", "finished", row -> row.client().finished())
                .column("requeued#", "requeued", row -> row.client().requeued())
                .column("published#", "published", row -> row.client().published())
                .column("library", "user_agent", row -> row.client().userAgent())
                .shown("for#", row -> since(row.client().connectedS()))
                .told("connected_s", row -> row.client().connectedS())
                .column("transport", "transport", row -> row.client().transport())
                .column("host", "hostname", row -> row.client().hostname())
                .column("node", "node", ClientRow::node);
    }

    static Listing<NodeRow> nodes() {
        return new Listing<NodeRow>()
                .column("node", "node", NodeRow::address)
                .shown("tcp#", row -> Integer.toString(row.node().tcpPort()))
                .told("tcp_port", row -> row.node().tcpPort())
                .column("host", "hostname", row -> row.node().hostname())
                .column("version", "version", row -> row.stats().version())
                .column("topics#", "topic_count", row -> row.stats().topics().size())
                .column(
                        "waiting#",
                        "waiting",
                        row -> row.stats().topics().stream()
                                .mapToLong(TopicStats::waiting)
                                .sum())
                .shown("up for#", row -> since(row.stats().startTimeS()))
                .told("start_time_s", row -> row.stats().startTimeS())
                .column("lookups#", "lookup_count", row -> row.node().lookups())
                .column(
                        "tombstones#",
                        "tombstone_count",
                        row -> row.node().tombstones().size())
                .column("health", "health", row -> row.stats().health());
    }

    static String state(int pausedAt, int nodes) {
        return pausedAt == 0 ? "" : pausedAt >= nodes ? "paused" : "paused at " + pausedAt + " of " + nodes;
    }

    /** How long ago that was, in the two largest units. */
    private static String since(long epochS) {
        if (epochS == 0) {
            return "-";
        }
        Duration time = Duration.between(Instant.ofEpochSecond(epochS), Instant.now());
        if (time.isNegative()) {
            return "-"; // their clock is not ours
        }
        return time.toDays() > 0
                ? time.toDays() + "d" + time.toHoursPart() + "h"
                : time.toHours() > 0
                        ? time.toHours() + "h" + time.toMinutesPart() + "m"
                        : time.toMinutes() > 0
                                ? time.toMinutes() + "m" + time.toSecondsPart() + "s"
                                : time.toSeconds() + "s";
    }
}
