package dev.chaski.cli;

import dev.chaski.cli.tofile.FileEvents;
import dev.chaski.cli.tofile.FileSettings;
import dev.chaski.cli.tofile.TopicWriter;
import dev.chaski.client.Consumer;
import dev.chaski.client.ConsumerBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The topics that {@code chaski to-file} writes, each with a consumer and a writer. Any thread. */
final class TopicFiles {
    /** Messages that could not be written are tried again soon: room on a disk comes at once. */
    private static final Duration BACKOFF_BASE = Duration.ofMillis(500);

    private static final Duration BACKOFF_MAX = Duration.ofSeconds(8);

    private final FileSettings settings;
    private final Duration syncInterval;
    private final FileEvents events;
    private final Function<String, ConsumerBuilder> builders;
    private final Map<String, Running> topics = new LinkedHashMap<>();

    private record Running(Consumer consumer, TopicWriter writer) {}

    /**
     * Without topics so far.
     *
     * @param builders makes the consumer of a topic, without a handler
     */
    TopicFiles(
            FileSettings settings,
            Duration syncInterval,
            FileEvents events,
            Function<String, ConsumerBuilder> builders) {
        this.settings = settings;
        this.syncInterval = syncInterval;
        this.events = events;
        this.builders = builders;
    }

    /**
     * Writes a topic from now on, if it is not written yet.
     *
     * @throws IllegalArgumentException where its name is not valid, or leads out of the folder
     */
    synchronized void add(String topic) {
        if (topics.containsKey(topic)) {
            return;
        }
        ConsumerBuilder builder = builders.apply(topic).backoff(BACKOFF_BASE, BACKOFF_MAX);
        TopicWriter writer = new TopicWriter(topic, settings, syncInterval, events);
        Consumer consumer = builder.manualHandler(writer::put).build();
        writer.consumer(consumer);
        topics.put(topic, new Running(consumer, writer));
    }

    synchronized void reopen() {
        topics.values().forEach(topic -> topic.writer().reopen());
    }

    synchronized void touch() {
        topics.values().forEach(topic -> topic.writer().touch());
    }

    /**
     * Takes no more, syncs, finishes and closes all.
     *
     * @return whether all that had come was written
     */
    boolean close() throws InterruptedException {
        List<Running> all;
        synchronized (this) {
            all = List.copyOf(topics.values());
        }
        all.forEach(topic -> topic.writer().hurry());
        List<Thread> closing = new ArrayList<>();
        for (Running each : all) {
            closing.add(Thread.ofVirtual().start(each.consumer()::close));
        }
        for (Thread each : closing) {
            each.join();
        }
        boolean isWhole = true;
        for (Running each : all) {
            isWhole &= each.writer().close();
        }
        return isWhole;
    }
}
