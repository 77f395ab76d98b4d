package dev.chaski.server.stats;

import dev.chaski.engine.Broker;
import dev.chaski.engine.Channel;
import dev.chaski.engine.ChannelStats;
import dev.chaski.engine.Topic;
import dev.chaski.server.clients.ClientStats;
import dev.chaski.server.clients.Clients;
import java.io.IOException;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Gathers the figures of a node and writes them as nsqd's {@code /stats} does. Any thread but an event loop. */
public final class Stats {
    private final Broker broker;
    private final Clients clients;
    private final Supplier<NodeInfo> node;
    private final JvmMemory memory;
    private final List<Double> e2ePercentiles;
    private final InstantSource clock;

    /**
     * Figures of a node.
     *
     * @param broker its topics
     * @param clients who is connected
     * @param node what it tells of itself
     * @param memory its heap
     * @param e2ePercentiles those that the broker keeps, each 0 to 1
     * @param clock what time it is
     */
    public Stats(
            Broker broker,
            Clients clients,
            Supplier<NodeInfo> node,
            JvmMemory memory,
            List<Double> e2ePercentiles,
            InstantSource clock) {
        this.broker = broker;
        this.clients = clients;
        this.node = node;
        this.memory = memory;
        this.e2ePercentiles = List.copyOf(e2ePercentiles);
        this.clock = clock;
    }

    /**
     * Writes JSON.
     *
     * @param query what is asked
     * @param out where to; is not closed
     * @throws IOException from {@code out}
     */
    public void writeJson(StatsQuery query, OutputStream out) throws IOException {
        new JsonReport(out).write(report(query));
    }

    /**
     * Writes the text that nsqd has for people and scripts.
     *
     * @param query what is asked
     * @param out where to; is not closed
     * @throws IOException from {@code out}
     */
    public void writeText(StatsQuery query, OutputStream out) throws IOException {
        new TextReport(out).write(report(query));
    }

    /**
     * Whether the node is well, in the words that monitoring looks for.
     *
     * @return {@code OK}, or {@code NOK - } and why
     */
    public String health() {
        String unhealthy = broker.unhealthy();
        return unhealthy == null ? "OK" : "NOK - " + unhealthy;
    }

    /**
     * Whether times from publish to finish are kept.
     *
     * @return true where percentiles of them were asked for at the start
     */
    public boolean keepsLatency() {
        return !e2ePercentiles.isEmpty();
    }

    Report report(StatsQuery query) {
        Clients.@Nullable Snapshot connected = query.includeClients() ? clients.snapshot() : null;
        NodeInfo info = node.get();
        return new Report(
                info.version(),
                health(),
                clock.instant(),
                info.startTimeS(),
                topics(query, connected),
                query.includeMemory() ? memory.figures() : null,
                connected == null ? null : producers(query.topic(), connected));
    }

    private @Nullable List<TopicFigures> topics(StatsQuery query, Clients.@Nullable Snapshot connected) {
        List<Topic> found;
        if (query.topic().isEmpty()) {
            found = broker.topics();
        } else {
            Topic topic = broker.findTopic(query.topic());
            if (topic == null) {
                return null;
            }
            found = List.of(topic);
        }
        List<TopicFigures> figures = new ArrayList<>(found.size());
        for (Topic topic : found) {
            List<ChannelFigures> channels = channels(topic, query.channel(), connected);
            if (query.channel().isEmpty() || !channels.isEmpty()) {
                figures.add(new TopicFigures(topic.name(), topic.stats(), channels, Latency.highest(channels)));
            }
        }
        return figures;
    }

    private List<ChannelFigures> channels(Topic topic, String only, Clients.@Nullable Snapshot connected) {
        List<ChannelFigures> figures = new ArrayList<>();
        for (Channel channel : topic.channels()) {
            if (only.isEmpty() || channel.name().equals(only)) {
                ChannelStats stats = channel.stats();
                figures.add(new ChannelFigures(
                        channel.name(),
                        stats,
                        Latency.of(e2ePercentiles, stats),
                        connected == null ? null : connected.consumers(topic.name(), channel.name())));
            }
        }
        return figures;
    }

    /** As nsqd: with a topic, those who published to it, and null for nobody. */
    private static @Nullable List<ClientStats> producers(String topic, Clients.Snapshot connected) {
        if (topic.isEmpty()) {
            return connected.producers();
        }
        List<ClientStats> found = new ArrayList<>();
        for (ClientStats producer : connected.producers()) {
            if (producer.pubCounts().stream().anyMatch(count -> count.topic().equals(topic))) {
                found.add(producer);
            }
        }
        return found.isEmpty() ? null : found;
    }
}
