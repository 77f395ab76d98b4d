package dev.chaski.server.stats;

import dev.chaski.engine.ChannelStats;
import dev.chaski.engine.TopicStats;
import dev.chaski.server.clients.ClientStats;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes a {@link Report} as text in the columns that scripts written for nsqd cut it into. Confined to the writing
 * thread.
 */
final class TextReport {
    /** Widths of the columns: names, short counts, long counts, who a client is, names of memory figures. */
    private static final int TOPIC_WIDTH = 15;

    private static final int CHANNEL_WIDTH = 25;
    private static final int COUNT_WIDTH = 5;
    private static final int CLIENT_COUNT_WIDTH = 4;
    private static final int TOTAL_WIDTH = 8;
    private static final int CLIENT_WIDTH = 21;
    private static final int MEMORY_WIDTH = 25;

    private final Writer out;

    TextReport(OutputStream out) {
        this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    }

    void write(Report report) throws IOException {
        Instant start = Instant.ofEpochSecond(report.startTimeS());
        out.write("nsqd v" + report.version() + " (chaski on java "
                + Runtime.version().feature() + ")\n");
        out.write("start_time " + start + "\n");
        out.write("uptime " + GoDuration.text(Duration.between(start, report.now())) + "\n");
        out.write("\nHealth: " + report.health() + "\n");
        if (report.memory() != null) {
            memory(report.memory());
        }
        topics(report);
        producers(report.producers(), report.now());
        out.flush();
    }

    private void memory(MemoryFigures memory) throws IOException {
        out.write("\nMemory:\n");
        memory("heap_objects", 0);
        memory("heap_idle_bytes", memory.heapIdleBytes());
        memory("heap_in_use_bytes", memory.heapInUseBytes());
        memory("heap_released_bytes", memory.heapReleasedBytes());
        memory("gc_pause_usec_100", memory.gcPauseUs100());
        memory("gc_pause_usec_99", memory.gcPauseUs99());
        memory("gc_pause_usec_95", memory.gcPauseUs95());
        memory("next_gc_bytes", memory.nextGcBytes());
        memory("gc_total_runs", memory.gcRunCount());
    }

    private void memory(String name, long value) throws IOException {
        out.write("   ");
        padded(name, MEMORY_WIDTH);
        out.write("\t" + value + "\n");
    }

    private void topics(Report report) throws IOException {
        List<TopicFigures> topics = report.topics();
        if (topics == null || topics.isEmpty()) {
            out.write("\nTopics: None\n");
            return;
        }
        out.write("\nTopics:");
        for (TopicFigures topic : topics) {
            topic(topic);
            for (ChannelFigures channel : topic.channels()) {
                channel(channel, report.now());
            }
            out.write('\n');
        }
    }

    private void topic(TopicFigures topic) throws IOException {
        TopicStats stats = topic.stats();
        out.write(stats.isPaused() ? "\n*P [" : "\n   [");
        padded(topic.name(), TOPIC_WIDTH);
        count("] depth: ", stats.depth(), COUNT_WIDTH);
        count(" be-depth: ", stats.depth(), COUNT_WIDTH);
        count(" msgs: ", stats.messageCount(), TOTAL_WIDTH);
        out.write(" e2e%: " + topic.latency().text());
    }

    private void channel(ChannelFigures channel, Instant now) throws IOException {
        ChannelStats stats = channel.stats();
        out.write(stats.isPaused() ? "\n   *P [" : "\n      [");
        padded(channel.name(), CHANNEL_WIDTH);
        count("] depth: ", stats.depth(), COUNT_WIDTH);
        count(" be-depth: ", stats.depth(), COUNT_WIDTH);
        count(" inflt: ", stats.inFlightCount(), CLIENT_COUNT_WIDTH);
        count(" def: ", stats.deferredCount(), CLIENT_COUNT_WIDTH);
        count(" re-q: ", stats.requeueCount(), COUNT_WIDTH);
        count(" timeout: ", stats.timeoutCount(), COUNT_WIDTH);
        count(" msgs: ", stats.messageCount(), TOTAL_WIDTH);
        out.write(" e2e%: " + channel.latency().text());
        if (channel.clients() != null) {
            for (ClientStats client : channel.clients()) {
                consumer(client, now);
            }
        }
    }

    private void consumer(ClientStats client, Instant now) throws IOException {
        out.write("\n        ");
        client(client);
        out.write(" state: " + client.state());
        count(" inflt: ", client.inFlightCount(), CLIENT_COUNT_WIDTH);
        count(" rdy: ", client.readyCount(), CLIENT_COUNT_WIDTH);
        count(" fin: ", client.finishCount(), TOTAL_WIDTH);
        count(" re-q: ", client.requeueCount(), TOTAL_WIDTH);
        count(" msgs: ", client.messageCount(), TOTAL_WIDTH);
        out.write(" connected: " + connected(client, now));
    }

    private void producers(@Nullable List<ClientStats> producers, Instant now) throws IOException {
        if (producers == null || producers.isEmpty()) {
            out.write("\nProducers: None\n");
            return;
        }
        out.write("\nProducers:");
        for (ClientStats client : producers) {
            out.write("\n   ");
            client(client);
            count(
                    " msgs: ",
                    client.pubCounts().stream()
                            .mapToLong(ClientStats.PubCount::count)
                            .sum(),
                    TOTAL_WIDTH);
            String topics = client.pubCounts().stream()
                    .map(count -> count.topic() + "=" + count.count())
                    .collect(Collectors.joining(","));
            out.write(" topics: " + topics + " connected: " + connected(client, now));
        }
        out.write('\n');
    }

    private void client(ClientStats client) throws IOException {
        String port = client.remoteAddress().substring(client.remoteAddress().lastIndexOf(':') + 1);
        out.write("[" + client.version() + " ");
        padded(client.hostname() + ":" + port + " " + client.userAgent(), CLIENT_WIDTH);
        out.write(']');
    }

    private static String connected(ClientStats client, Instant now) {
        Duration since = Duration.between(Instant.ofEpochSecond(client.connectTs()), now);
        return GoDuration.text(since.truncatedTo(ChronoUnit.SECONDS));
    }

    private void count(String title, long value, int width) throws IOException {
        out.write(title);
        padded(Long.toString(value), width);
    }

    private void padded(String text, int width) throws IOException {
        out.write(text);
        for (int i = text.length(); i < width; i++) {
            out.write(' ');
        }
    }
}
