package dev.chaski.bus.kafka;

import dev.chaski.bus.SubscribeOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The whole of a topic, for one subscription alone: no group, and no place that Kafka would keep. */
final class LogSource implements Source {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);
    private static final long RAISE_NS = TimeUnit.SECONDS.toNanos(1);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Topics topics;
    private final String name;
    private Map<TopicPartition, Long> raised = Map.of();
    private long raisedNs = System.nanoTime();

    private LogSource(KafkaConsumer<byte[], byte[]> consumer, Topics topics, String name) {
        this.consumer = consumer;
        this.topics = topics;
        this.name = name;
    }

    static LogSource open(Map<String, Object> settings, Topics topics, String name, SubscribeOptions options) {
        Map<TopicPartition, Long> floors = topics.floors(name);
        Map<String, Object> wanted = new HashMap<>(settings);
        wanted.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        wanted.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        wanted.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        wanted.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, options.inFlightMax());
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(wanted, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(floors.keySet());
        floors.forEach(consumer::seek);
        return new LogSource(consumer, topics, name);
    }

    @Override
    public void turn(Inflight inflight) {
        if (inflight.hasRoom()) {
            consumer.poll(PATIENCE).forEach(inflight::take);
        } else {
            inflight.awaitRoom(PATIENCE.toMillis());
        }
        if (System.nanoTime() - raisedNs > RAISE_NS) {
            raisedNs = System.nanoTime();
            raise(inflight);
        }
    }

    private void raise(Inflight inflight) {
        Map<TopicPartition, Long> done = new HashMap<>();
        for (TopicPartition partition : consumer.assignment()) {
            done.put(partition, inflight.lowest(partition.partition(), consumer.position(partition)));
        }
        inflight.forgetDone();
        if (!done.equals(raised)) {
            topics.raise(name, done);
            raised = done;
        }
    }

    @Override
    public void wake() {
        consumer.wakeup();
    }

    @Override
    public void close(Inflight inflight) {
        try {
            raise(inflight);
        } catch (KafkaException e) {
            // Then another gets a few messages that were handled here.
        }
        consumer.close(CloseOptions.timeout(CLOSE_LIMIT));
    }
}
