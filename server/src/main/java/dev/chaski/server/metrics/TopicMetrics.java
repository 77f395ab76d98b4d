package dev.chaski.server.metrics;

import dev.chaski.engine.Broker;
import dev.chaski.engine.Channel;
import dev.chaski.engine.ChannelStats;
import dev.chaski.engine.Topic;
import dev.chaski.engine.TopicStats;
import dev.chaski.wire.Names;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Metrics of topics and channels. How many time series there are is bounded: the first topics by name have their own,
 * those of all others are one; what is ephemeral comes and goes under ever new names, and is one as well. Confined to
 * whoever holds the lock of {@link Metrics}.
 */
final class TopicMetrics {
    /** Stand for many; no topic or channel can have these names. */
    private static final String OTHER = "(other)";

    private static final String EPHEMERAL = "(ephemeral)";
    private static final String SEPARATOR = "\n";
    /** Channels of one topic that have figures of their own. */
    private static final int CHANNELS_MAX = 50;

    private static final List<Double> QUANTILES = List.of(0.5, 0.95, 0.99);
    private static final double NS_PER_S = TimeUnit.SECONDS.toNanos(1);

    /** A metric: where its figure stands, what it is called, and what it says. */
    private record Column(int index, MetricType type, String name, String help) {}

    private static final List<Column> TOPIC_COLUMNS = List.of(
            new Column(0, MetricType.COUNTER, "chaski_topic_messages_total", "Messages published to the topic."),
            new Column(
                    1,
                    MetricType.COUNTER,
                    "chaski_topic_message_bytes_total",
                    "Bytes of the bodies of these messages."),
            new Column(0, MetricType.GAUGE, "chaski_topic_depth", "Messages given to no channel yet."),
            new Column(1, MetricType.GAUGE, "chaski_topic_backlog_bytes", "Bytes that the topic takes on disk."),
            new Column(2, MetricType.GAUGE, "chaski_topic_paused", "1 while the topic gives nothing to its channels."));

    private static final List<Column> CHANNEL_COLUMNS = List.of(
            new Column(0, MetricType.COUNTER, "chaski_channel_messages_total", "Messages that entered the channel."),
            new Column(
                    1,
                    MetricType.COUNTER,
                    "chaski_channel_delivered_total",
                    "Deliveries to consumers, repeated ones too."),
            new Column(2, MetricType.COUNTER, "chaski_channel_finished_total", "Messages that consumers finished."),
            new Column(3, MetricType.COUNTER, "chaski_channel_requeued_total", "Messages that consumers gave back."),
            new Column(4, MetricType.COUNTER, "chaski_channel_timed_out_total", "Messages whose time-out ran out."),
            new Column(0, MetricType.GAUGE, "chaski_channel_depth", "Messages that wait to be delivered."),
            new Column(
                    1,
                    MetricType.GAUGE,
                    "chaski_channel_in_flight",
                    "Messages that consumers have and did not settle."),
            new Column(2, MetricType.GAUGE, "chaski_channel_deferred", "Messages that are held back until a time."),
            new Column(3, MetricType.GAUGE, "chaski_channel_clients", "Subscribed consumers."),
            new Column(4, MetricType.GAUGE, "chaski_channel_paused", "1 while the channel delivers nothing."));

    private final Broker broker;
    private final int topicsMax;
    private final Series topics = new Series(2, 3);
    private final Series channels = new Series(5, 5);

    TopicMetrics(Broker broker, int topicsMax) {
        this.broker = broker;
        this.topicsMax = topicsMax;
    }

    /** A channel whose percentiles are told. */
    private record Timed(String topic, String channel, List<Long> ns) {}

    void write(Exposition out) throws IOException {
        topics.begin();
        channels.begin();
        List<Timed> timed = new ArrayList<>();
        int named = 0;
        for (Topic topic : broker.topics()) {
            String name = Names.isEphemeral(topic.name()) ? EPHEMERAL : named < topicsMax ? topic.name() : OTHER;
            named += name.equals(topic.name()) ? 1 : 0;
            add(name, topic);
            addChannels(name, topic, timed);
        }
        Map<String, Series.Sum> topicSums = topics.end();
        for (Column column : TOPIC_COLUMNS) {
            out.metric(column.name(), column.type(), column.help());
            for (Map.Entry<String, Series.Sum> sum : topicSums.entrySet()) {
                out.sample("", value(column, sum.getValue()), "topic", sum.getKey());
            }
        }
        writeChannels(out, channels.end());
        writeLatencies(out, timed);
    }

    private void add(String name, Topic topic) {
        TopicStats stats = topic.stats();
        topics.add(name, topic, new long[] {stats.messageCount(), stats.messageBytes()}, new long[] {
            stats.depth(), stats.sizeBytes(), stats.isPaused() ? 1 : 0
        });
    }

    private void addChannels(String topicName, Topic topic, List<Timed> timed) {
        int named = 0;
        for (Channel channel : topic.channels()) {
            boolean isOwn =
                    topicName.equals(topic.name()) && !Names.isEphemeral(channel.name()) && named++ < CHANNELS_MAX;
            String name = isOwn ? channel.name() : Names.isEphemeral(channel.name()) ? EPHEMERAL : OTHER;
            add(topicName + SEPARATOR + name, channel);
            List<Long> ns = isOwn ? channel.latenciesNs(QUANTILES) : List.of();
            if (!ns.isEmpty()) {
                timed.add(new Timed(topicName, name, ns));
            }
        }
    }

    private void add(String name, Channel channel) {
        ChannelStats stats = channel.counts();
        channels.add(
                name,
                channel,
                new long[] {
                    stats.messageCount(),
                    channel.deliveredCount(),
                    channel.finishedCount(),
                    stats.requeueCount(),
                    stats.timeoutCount()
                },
                new long[] {
                    stats.depth(),
                    stats.inFlightCount(),
                    stats.deferredCount(),
                    stats.consumerCount(),
                    stats.isPaused() ? 1 : 0
                });
    }

    private static void writeChannels(Exposition out, Map<String, Series.Sum> sums) throws IOException {
        for (Column column : CHANNEL_COLUMNS) {
            out.metric(column.name(), column.type(), column.help());
            for (Map.Entry<String, Series.Sum> sum : sums.entrySet()) {
                String key = sum.getKey();
                int end = key.indexOf(SEPARATOR);
                out.sample(
                        "",
                        value(column, sum.getValue()),
                        "topic",
                        key.substring(0, end),
                        "channel",
                        key.substring(end + 1));
            }
        }
    }

    private static long value(Column column, Series.Sum sum) {
        return column.type() == MetricType.COUNTER ? sum.counts[column.index()] : sum.gauges[column.index()];
    }

    private static void writeLatencies(Exposition out, List<Timed> timed) throws IOException {
        out.metric(
                "chaski_channel_latency_seconds",
                MetricType.SUMMARY,
                "Time from publish to finish over the last minutes; kept with --e2e-processing-latency-percentile.");
        for (Timed channel : timed) {
            for (int i = 0; i < QUANTILES.size(); i++) {
                out.sample(
                        "",
                        channel.ns().get(i) / NS_PER_S,
                        "topic",
                        channel.topic(),
                        "channel",
                        channel.channel(),
                        "quantile",
                        QUANTILES.get(i).toString());
            }
        }
    }
}
