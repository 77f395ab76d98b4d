package dev.chaski.cli;

import dev.chaski.cli.nodes.ChannelStats;
import dev.chaski.cli.nodes.HttpAddress;
import dev.chaski.cli.nodes.NodeStats;
import dev.chaski.cli.nodes.TopicStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What two looks at all nodes say of the time between them. Each node's counters are compared to its own: one that was
 * started again, or was not there before, has no rates yet and spoils none. Stateless.
 */
final class StatRates {
    private static final double NS_PER_S = 1e9;

    private StatRates() {}

    /** A row for each channel, and for each topic in which messages wait, by name. */
    static List<StatRow> rows(@Nullable StatSample before, StatSample now) {
        List<StatRow> rows = new ArrayList<>();
        Map<String, TopicStats> totals =
                TopicStats.total(List.copyOf(now.nodes().values()));
        Map<String, Deltas> deltas = before == null ? Map.of() : deltas(before, now);
        double seconds = before == null ? 0 : (now.atNs() - before.atNs()) / NS_PER_S;
        for (TopicStats topic : totals.values()) {
            if (topic.depth() > 0 || topic.channels().isEmpty()) {
                rows.add(row(topic, deltas.get(key(topic.name(), "")), seconds));
            }
            for (ChannelStats channel : topic.channels().values()) {
                rows.add(row(topic.name(), channel, deltas.get(key(topic.name(), channel.name())), seconds));
            }
        }
        return rows;
    }

    /** What was counted meanwhile. */
    private static final class Deltas {
        long in;
        long out;
        long requeued;
        long timedOut;
    }

    /** Names have no spaces. */
    private static String key(String topic, String channel) {
        return topic + " " + channel;
    }

    private static Map<String, Deltas> deltas(StatSample before, StatSample now) {
        Map<String, Deltas> deltas = new TreeMap<>();
        for (Map.Entry<HttpAddress, NodeStats> entry : now.nodes().entrySet()) {
            NodeStats old = before.nodes().get(entry.getKey());
            NodeStats node = entry.getValue();
            if (old != null && old.startTimeS() == node.startTimeS()) {
                Map<String, TopicStats> oldTopics = TopicStats.total(List.of(old));
                node.topics().forEach(topic -> add(deltas, oldTopics.get(topic.name()), topic));
            }
        }
        return deltas;
    }

    /** What was made meanwhile counts from its beginning. */
    private static void add(Map<String, Deltas> deltas, @Nullable TopicStats old, TopicStats topic) {
        Deltas own = deltas.computeIfAbsent(key(topic.name(), ""), key -> new Deltas());
        own.in += positive(topic.messages() - (old == null ? 0 : old.messages()));
        for (ChannelStats channel : topic.channels().values()) {
            ChannelStats was = old == null ? ChannelStats.none(channel.name()) : old.channel(channel.name());
            Deltas delta = deltas.computeIfAbsent(key(topic.name(), channel.name()), key -> new Deltas());
            delta.in += positive(channel.messages() - was.messages());
            delta.out += positive(channel.done() - was.done());
            delta.requeued += positive(channel.requeued() - was.requeued());
            delta.timedOut += positive(channel.timedOut() - was.timedOut());
        }
    }

    /** A topic that was deleted and made again counts from zero. */
    private static long positive(long delta) {
        return Math.max(0, delta);
    }

    private static @Nullable Double rate(boolean isKnown, long count, double seconds) {
        return isKnown && seconds > 0 ? count / seconds : null;
    }

    private static StatRow row(TopicStats topic, @Nullable Deltas found, double seconds) {
        Deltas delta = found == null ? new Deltas() : found;
        return new StatRow(
                topic.name(),
                "",
                topic.nodes(),
                topic.pausedAt(),
                rate(found != null, delta.in, seconds),
                null,
                topic.depth(),
                0,
                0,
                null,
                null,
                0,
                0,
                0);
    }

    private static StatRow row(String topic, ChannelStats channel, @Nullable Deltas found, double seconds) {
        boolean isKnown = found != null;
        Deltas delta = found == null ? new Deltas() : found;
        return new StatRow(
                topic,
                channel.name(),
                channel.nodes(),
                channel.pausedAt(),
                rate(isKnown, delta.in, seconds),
                rate(isKnown, delta.out, seconds),
                channel.depth(),
                channel.inFlight(),
                channel.deferred(),
                rate(isKnown, delta.requeued, seconds),
                rate(isKnown, delta.timedOut, seconds),
                channel.requeued(),
                channel.timedOut(),
                channel.clientCount());
    }
}
