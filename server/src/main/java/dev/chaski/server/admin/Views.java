package dev.chaski.server.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the API answers, field by field; docs/api.md describes them. Null stands for what a node does not tell. */
final class Views {
    private Views() {}

    /** Times from publish to finish over the last minutes. */
    record LatencyView(
            @Nullable Double p50Ms,
            @Nullable Double p95Ms,
            @Nullable Double p99Ms) {}

    record ChannelView(
            String name,
            boolean isEphemeral,
            boolean isPaused,
            long depth,
            long inFlight,
            long deferred,
            long requeued,
            long timedOut,
            long messages,
            long clients,
            @Nullable Double deliveredPerSecond,
            @Nullable Double finishedPerSecond,
            @Nullable LatencyView latency) {}

    record TopicRow(
            String name,
            boolean isEphemeral,
            boolean isPaused,
            long depth,
            @Nullable Long backlogBytes,
            long messages,
            int channels,
            long clients,
            long inFlight,
            long deferred,
            @Nullable Double publishedPerSecond,
            List<String> nodes) {}

    record TopicsPage(int total, int page, int perPage, List<TopicRow> topics, List<String> warnings) {}

    record TopicView(
            String name,
            boolean isEphemeral,
            boolean isPaused,
            long depth,
            @Nullable Long backlogBytes,
            long messages,
            long clients,
            long inFlight,
            long deferred,
            @Nullable Double publishedPerSecond,
            List<ChannelView> channels,
            List<TopicAtNode> nodes,
            List<String> warnings) {}

    record TopicAtNode(String node, long depth, long messages, boolean isPaused, int channels, boolean isTombstoned) {}

    record ChannelPage(
            String topic,
            String name,
            boolean isEphemeral,
            boolean isPaused,
            long depth,
            long inFlight,
            long deferred,
            long requeued,
            long timedOut,
            long messages,
            @Nullable Double deliveredPerSecond,
            @Nullable Double finishedPerSecond,
            @Nullable LatencyView latency,
            List<ClientView> clients,
            List<ChannelAtNode> nodes,
            List<String> warnings) {}

    record ChannelAtNode(
            String node,
            long depth,
            long inFlight,
            long deferred,
            long requeued,
            long timedOut,
            long messages,
            long clients,
            boolean isPaused) {}

    @JsonInclude(JsonInclude.Include.ALWAYS)
    record ClientView(
            String id,
            String hostname,
            String userAgent,
            String address,
            String node,
            @Nullable String topic,
            @Nullable String channel,
            int rdy,
            int inFlight,
            long finished,
            long requeued,
            long messages,
            long connectedAt,
            boolean tls,
            boolean deflate,
            boolean snappy,
            boolean authed,
            int sampleRate,
            @Nullable String topology) {}

    record NodeRow(
            String node,
            String hostname,
            String version,
            @Nullable String chaskiVersion,
            int tcpPort,
            int httpPort,
            boolean isSelf,
            @Nullable Integer topics,
            @Nullable Integer clients,
            @Nullable Integer channels,
            @Nullable Long depth,
            @Nullable Long messages,
            @Nullable String health,
            @Nullable Long startedAt,
            List<String> tombstones,
            List<String> lookups) {}

    record NodesPage(List<NodeRow> nodes, List<String> warnings) {}

    record TopicOfNode(String name, long depth, long messages, int channels, boolean isPaused, boolean isTombstoned) {}

    record NodePage(NodeRow node, List<TopicOfNode> topics, List<ClientView> clients, List<String> warnings) {}

    record LookupView(String address, boolean ok, @Nullable String error) {}

    record Me(
            @Nullable String user,
            boolean isAdmin,
            boolean readOnly,
            String version,
            String node,
            String hostname,
            int tcpPort,
            int httpPort,
            boolean keepsLatency,
            List<String> lookups) {}

    record DiskView(long usedBytes, long freeBytes, long totalBytes, long lowWaterBytes, boolean isWritable) {}

    record MemoryView(long heapUsedBytes, long heapMaxBytes, long directBytes) {}

    record Overview(
            int nodesUp,
            int nodesKnown,
            int topics,
            int channels,
            int clients,
            long depth,
            long inFlight,
            long deferred,
            long messages,
            @Nullable Double publishedPerSecond,
            @Nullable Double deliveredPerSecond,
            @Nullable Double finishedPerSecond,
            @Nullable LatencyView latency,
            DiskView disk,
            MemoryView memory,
            String health,
            long startedAt,
            List<String> warnings) {}

    /** One sample of the history. */
    record Point(
            long t,
            @Nullable Double publishedPerSecond,
            @Nullable Double deliveredPerSecond,
            @Nullable Double finishedPerSecond,
            long depth,
            long inFlight,
            @Nullable Double p50Ms,
            @Nullable Double p99Ms,
            long diskUsedBytes) {}

    record Sample(
            long t,
            @Nullable Double publishedPerSecond,
            @Nullable Double deliveredPerSecond,
            @Nullable Double finishedPerSecond,
            long depth,
            long inFlight,
            @Nullable Double p50Ms,
            @Nullable Double p99Ms,
            long diskUsedBytes,
            String health) {}

    record History(int stepMs, List<Point> points) {}

    record MessageView(
            String id,
            long publishedAt,
            int attempts,
            String state,
            @Nullable Long dueAt,
            int sizeBytes,
            String body,
            String encoding,
            boolean isCut) {}

    record MessagesPage(List<MessageView> messages) {}

    record Lost(long count) {}

    record Done(List<String> nodes, List<String> warnings) {}

    record Published(int bytes) {}

    record Failure(String error, String message) {}
}
