package dev.chaski.server.stats;

import dev.chaski.engine.ChannelStats;
import dev.chaski.engine.TopicStats;
import dev.chaski.wire.Names;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** Turns reports into statsd's lines: gauges as they are, counters as what came since. Confined to the pushing thread. */
final class StatsdLines {
    private static final int PERCENT = 100;

    private final String prefix;
    private final boolean excludeEphemeral;
    private Map<String, Long> last = Map.of();
    private Map<String, Long> current = new HashMap<>();

    StatsdLines(String prefix, boolean excludeEphemeral) {
        this.prefix = prefix;
        this.excludeEphemeral = excludeEphemeral;
    }

    void write(Report report, Consumer<String> lines) {
        current = new HashMap<>();
        if (report.topics() != null) {
            for (TopicFigures topic : report.topics()) {
                if (!isLeftOut(topic.name())) {
                    topic(topic, lines);
                }
            }
        }
        if (report.memory() != null) {
            memory(report.memory(), lines);
        }
        last = current;
    }

    private boolean isLeftOut(String name) {
        return excludeEphemeral && Names.isEphemeral(name);
    }

    private void topic(TopicFigures topic, Consumer<String> lines) {
        String name = "topic." + topic.name() + ".";
        TopicStats stats = topic.stats();
        counter(name + "message_count", stats.messageCount(), lines);
        counter(name + "message_bytes", stats.messageBytes(), lines);
        gauge(name + "depth", stats.depth(), lines);
        gauge(name + "backend_depth", stats.depth(), lines);
        latency(name, topic.latency(), lines);
        for (ChannelFigures channel : topic.channels()) {
            if (!isLeftOut(channel.name())) {
                channel(name + "channel." + channel.name() + ".", channel, lines);
            }
        }
    }

    private void channel(String name, ChannelFigures channel, Consumer<String> lines) {
        ChannelStats stats = channel.stats();
        counter(name + "message_count", stats.messageCount(), lines);
        gauge(name + "depth", stats.depth(), lines);
        gauge(name + "backend_depth", stats.depth(), lines);
        gauge(name + "in_flight_count", stats.inFlightCount(), lines);
        gauge(name + "deferred_count", stats.deferredCount(), lines);
        counter(name + "requeue_count", stats.requeueCount(), lines);
        counter(name + "timeout_count", stats.timeoutCount(), lines);
        gauge(name + "clients", stats.consumerCount(), lines);
        latency(name, channel.latency(), lines);
    }

    private void latency(String name, Latency latency, Consumer<String> lines) {
        if (latency.percentiles() != null) {
            for (Latency.Percentile percentile : latency.percentiles()) {
                String percent = String.format(Locale.ROOT, "%.0f", percentile.quantile() * PERCENT);
                gauge(name + "e2e_processing_latency_" + percent, percentile.valueNs(), lines);
            }
        }
    }

    private void memory(MemoryFigures memory, Consumer<String> lines) {
        gauge("mem.heap_objects", 0, lines);
        gauge("mem.heap_idle_bytes", memory.heapIdleBytes(), lines);
        gauge("mem.heap_in_use_bytes", memory.heapInUseBytes(), lines);
        gauge("mem.heap_released_bytes", memory.heapReleasedBytes(), lines);
        gauge("mem.gc_pause_usec_100", memory.gcPauseUs100(), lines);
        gauge("mem.gc_pause_usec_99", memory.gcPauseUs99(), lines);
        gauge("mem.gc_pause_usec_95", memory.gcPauseUs95(), lines);
        gauge("mem.next_gc_bytes", memory.nextGcBytes(), lines);
        counter("mem.gc_runs", memory.gcRunCount(), lines);
    }

    private void gauge(String name, long value, Consumer<String> lines) {
        lines.accept(prefix + name + ":" + value + "|g\n");
    }

    /** A count below the last one is that of a topic or channel made anew: all of it is new. */
    private void counter(String name, long value, Consumer<String> lines) {
        long before = last.getOrDefault(name, 0L);
        current.put(name, value);
        lines.accept(prefix + name + ":" + (value < before ? value : value - before) + "|c\n");
    }
}
