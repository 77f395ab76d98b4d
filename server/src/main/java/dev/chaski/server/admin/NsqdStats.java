package dev.chaski.server.admin;

import dev.chaski.server.admin.NodeFigures.TopicFigures;
import dev.chaski.server.admin.Views.ChannelView;
import dev.chaski.server.admin.Views.ClientView;
import dev.chaski.server.admin.Views.LatencyView;
import dev.chaski.wire.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What nsqd's {@code /stats?format=json} tells of a node, as far as the console shows it. Lists may be null there. */
record NsqdStats(
        @Nullable String version,
        @Nullable String health,
        long startTime,
        @Nullable List<TopicJson> topics,
        @Nullable List<ClientJson> producers) {

    private static final double NS_PER_MS = TimeUnit.MILLISECONDS.toNanos(1);

    record TopicJson(
            String topicName, @Nullable List<ChannelJson> channels, long depth, long messageCount, boolean paused) {}

    record ChannelJson(
            String channelName,
            long depth,
            long inFlightCount,
            long deferredCount,
            long messageCount,
            long requeueCount,
            long timeoutCount,
            @Nullable Integer clientCount,
            @Nullable List<ClientJson> clients,
            boolean paused,
            @Nullable LatencyJson e2eProcessingLatency) {

        /** Messages that came into the channel and are not there any more. */
        private long gone() {
            return messageCount - depth - inFlightCount - deferredCount;
        }
    }

    record LatencyJson(long count, @Nullable List<PercentileJson> percentiles) {}

    record PercentileJson(double quantile, double value) {}

    record ClientJson(
            @Nullable String clientId,
            @Nullable String hostname,
            @Nullable String remoteAddress,
            @Nullable String userAgent,
            int readyCount,
            int inFlightCount,
            long messageCount,
            long finishCount,
            long requeueCount,
            long connectTs,
            int sampleRate,
            boolean deflate,
            boolean snappy,
            boolean authed,
            boolean tls,
            @Nullable String topologyZone,
            @Nullable String topologyRegion) {}

    /** What it tells, with the rates that follow from it and from what it told before. */
    NodeFigures figures(String node, PeerRates.Look rates) {
        List<TopicFigures> found = new ArrayList<>();
        List<ClientView> views = new ArrayList<>();
        for (TopicJson topic : orEmpty(topics)) {
            List<ChannelView> channels = new ArrayList<>();
            for (ChannelJson channel : orEmpty(topic.channels())) {
                channels.add(view(channel, rates.finished(topic.topicName(), channel.channelName(), channel.gone())));
                for (ClientJson client : orEmpty(channel.clients())) {
                    views.add(view(client, node, topic.topicName(), channel.channelName()));
                }
            }
            found.add(new TopicFigures(
                    topic.topicName(),
                    topic.paused(),
                    topic.depth(),
                    null,
                    topic.messageCount(),
                    rates.published(topic.topicName(), topic.messageCount()),
                    channels));
        }
        for (ClientJson producer : orEmpty(producers)) {
            views.add(view(producer, node, null, null));
        }
        return new NodeFigures(node, orDash(health), TimeUnit.SECONDS.toMillis(startTime), found, views);
    }

    private static ChannelView view(ChannelJson channel, @Nullable Double finishedPerSecond) {
        Integer count = channel.clientCount();
        return new ChannelView(
                channel.channelName(),
                Names.isEphemeral(channel.channelName()),
                channel.paused(),
                channel.depth(),
                channel.inFlightCount(),
                channel.deferredCount(),
                channel.requeueCount(),
                channel.timeoutCount(),
                channel.messageCount(),
                count == null ? orEmpty(channel.clients()).size() : count,
                null,
                finishedPerSecond,
                latency(channel.e2eProcessingLatency()));
    }

    private static @Nullable LatencyView latency(@Nullable LatencyJson latency) {
        if (latency == null || orEmpty(latency.percentiles()).isEmpty()) {
            return null;
        }
        return new LatencyView(at(latency, 0.5), at(latency, 0.95), at(latency, 0.99));
    }

    private static @Nullable Double at(LatencyJson latency, double quantile) {
        for (PercentileJson percentile : orEmpty(latency.percentiles())) {
            if (percentile.quantile() == quantile) {
                return percentile.value() / NS_PER_MS;
            }
        }
        return null;
    }

    private static ClientView view(ClientJson client, String node, @Nullable String topic, @Nullable String channel) {
        String zone = client.topologyZone();
        String region = client.topologyRegion();
        return new ClientView(
                orDash(client.clientId()),
                orDash(client.hostname()),
                orDash(client.userAgent()),
                orDash(client.remoteAddress()),
                node,
                topic,
                channel,
                client.readyCount(),
                client.inFlightCount(),
                client.finishCount(),
                client.requeueCount(),
                client.messageCount(),
                TimeUnit.SECONDS.toMillis(client.connectTs()),
                client.tls(),
                client.deflate(),
                client.snappy(),
                client.authed(),
                client.sampleRate(),
                zone == null && region == null ? null : region + "/" + zone);
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    private static String orDash(@Nullable String text) {
        return text == null ? "-" : text;
    }
}
