package dev.chaski.server.admin;

import dev.chaski.engine.Broker;
import dev.chaski.engine.Channel;
import dev.chaski.engine.ChannelStats;
import dev.chaski.engine.Topic;
import dev.chaski.engine.TopicStats;
import dev.chaski.server.admin.NodeFigures.TopicFigures;
import dev.chaski.server.admin.Views.ChannelView;
import dev.chaski.server.admin.Views.ClientView;
import dev.chaski.server.clients.ClientStats;
import dev.chaski.server.stats.NodeInfo;
import dev.chaski.wire.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What this node has, read from its counters. Any thread but an event loop. */
final class OwnNode {
    private final AdminServices services;
    private final Sampler sampler;

    OwnNode(AdminServices services, Sampler sampler) {
        this.services = services;
        this.sampler = sampler;
    }

    /** Host and HTTP port under which others know this node. */
    String key() {
        NodeInfo info = info();
        return Scope.key(info.broadcastAddress(), info.httpPort());
    }

    NodeInfo info() {
        return services.node().get();
    }

    Broker broker() {
        return services.broker();
    }

    /** Everything, without clients; percentiles are left out, since those of many channels cost something. */
    NodeFigures all() {
        List<Topic> topics = broker().topics();
        List<TopicFigures> figures = new ArrayList<>(topics.size());
        for (Topic topic : topics) {
            figures.add(figures(topic, false));
        }
        return node(figures, List.of());
    }

    /** One topic, with its clients where they are wanted; without the topic where there is none. */
    NodeFigures topic(String name, boolean withClients) {
        Topic topic = broker().findTopic(name);
        if (topic == null) {
            return node(List.of(), List.of());
        }
        List<ClientView> clients = withClients ? clients(name) : List.of();
        return node(List.of(figures(topic, true)), clients);
    }

    private NodeFigures node(List<TopicFigures> topics, List<ClientView> clients) {
        long startedAt = TimeUnit.SECONDS.toMillis(info().startTimeS());
        return new NodeFigures(key(), services.stats().health(), startedAt, topics, clients);
    }

    private TopicFigures figures(Topic topic, boolean withLatency) {
        TopicStats stats = topic.stats();
        List<Channel> channels = topic.channels();
        List<ChannelView> views = new ArrayList<>(channels.size());
        for (Channel channel : channels) {
            views.add(view(channel, withLatency));
        }
        return new TopicFigures(
                topic.name(),
                stats.isPaused(),
                stats.depth(),
                stats.sizeBytes(),
                stats.messageCount(),
                sampler.rates().published(topic),
                views);
    }

    private ChannelView view(Channel channel, boolean withLatency) {
        ChannelStats stats = channel.counts();
        RateBook rates = sampler.rates();
        return new ChannelView(
                channel.name(),
                Names.isEphemeral(channel.name()),
                stats.isPaused(),
                stats.depth(),
                stats.inFlightCount(),
                stats.deferredCount(),
                stats.requeueCount(),
                stats.timeoutCount(),
                stats.messageCount(),
                stats.consumerCount(),
                rates.delivered(channel),
                rates.finished(channel),
                withLatency ? Latencies.of(channel) : null);
    }

    /** Who is connected: all, or those who are subscribed to a topic. */
    List<ClientView> clients(@Nullable String topic) {
        List<ClientView> views = new ArrayList<>();
        String node = key();
        for (ClientStats client : services.clients().snapshot().all()) {
            if (topic == null || topic.equals(client.topic())) {
                views.add(view(client, node));
            }
        }
        return views;
    }

    private static ClientView view(ClientStats client, String node) {
        String topology =
                client.topologyRegion().isEmpty() && client.topologyZone().isEmpty()
                        ? null
                        : client.topologyRegion() + "/" + client.topologyZone();
        return new ClientView(
                client.clientId(),
                client.hostname(),
                client.userAgent(),
                client.remoteAddress(),
                node,
                client.topic(),
                client.channel(),
                client.readyCount(),
                client.inFlightCount(),
                client.finishCount(),
                client.requeueCount(),
                client.messageCount(),
                TimeUnit.SECONDS.toMillis(client.connectTs()),
                client.tls() != null,
                client.deflate(),
                client.snappy(),
                client.auth() != null,
                client.sampleRate(),
                topology);
    }
}
