package dev.chaski.bus.kafka;

import dev.chaski.bus.SubscribeOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * A member of a share group (KIP-932). Kafka wants to hear of every record that a poll returned before the next one: what
 * is still being handled is renewed (KIP-1222), and returned again. So the lock on it never ends while this process lives.
 */
final class ShareSource implements Source {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration PATIENCE_HOLDING = Duration.ofMillis(200);
    /** How often new records are looked for while others are held; each time those are renewed. */
    private static final int HOLDING_MS = 100;
    /** How often that is done where there is no room for more: a lock lasts 15 seconds or more. */
    private static final int RENEW_MS = 4_000;

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);
    private static final long RAISE_NS = TimeUnit.SECONDS.toNanos(1);

    private final KafkaShareConsumer<byte[], byte[]> consumer;
    private final Topics topics;
    private final String name;
    /** What the last poll returned. */
    private final Map<Inflight.Key, ConsumerRecord<byte[], byte[]>> returned = new HashMap<>();
    /** What is held and Kafka may give to others. */
    private final Set<Inflight.Key> lost = new HashSet<>();
    /** What is beyond all that was taken. */
    private final Map<TopicPartition, Long> taken = new HashMap<>();

    private long raisedNs = System.nanoTime();

    private ShareSource(KafkaShareConsumer<byte[], byte[]> consumer, Topics topics, String name) {
        this.consumer = consumer;
        this.topics = topics;
        this.name = name;
        consumer.setAcknowledgementCommitCallback(this::note);
    }

    static ShareSource open(Map<String, Object> settings, Topics topics, String name, SubscribeOptions options) {
        String group = KafkaNames.group(options.queue(), name);
        topics.beginShareGroup(group, name);
        topics.raise(name, topics.ends(name));
        Map<String, Object> wanted = new HashMap<>(settings);
        wanted.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        wanted.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
        wanted.put(ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG, "record_limit");
        wanted.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, options.inFlightMax());
        KafkaShareConsumer<byte[], byte[]> consumer =
                new KafkaShareConsumer<>(wanted, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.subscribe(List.of(name));
        return new ShareSource(consumer, topics, name);
    }

    @Override
    public void turn(Inflight inflight) {
        inflight.awaitSettled(HOLDING_MS);
        inflight.awaitRoom(RENEW_MS);
        forgetLost(inflight);
        acknowledge(inflight, AcknowledgeType.RENEW);
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(inflight.isEmpty() ? PATIENCE : PATIENCE_HOLDING)) {
            returned.put(Inflight.Key.of(record), record);
            if (inflight.take(record)) {
                taken.merge(new TopicPartition(name, record.partition()), record.offset() + 1, Math::max);
            }
        }
        if (System.nanoTime() - raisedNs > RAISE_NS && !taken.isEmpty()) {
            raisedNs = System.nanoTime();
            topics.raise(name, taken);
            taken.clear();
        }
    }

    /** Kafka did not hear of them in time: another has them, or they come again. What is done here is done. */
    private void note(Map<TopicIdPartition, Set<Long>> offsets, @Nullable Exception error) {
        if (error != null) {
            offsets.forEach((partition, failed) ->
                    failed.forEach(offset -> lost.add(new Inflight.Key(partition.partition(), offset))));
        }
    }

    private void forgetLost(Inflight inflight) {
        lost.removeAll(returned.keySet());
        lost.removeIf(key -> {
            boolean isDone = inflight.isDone(key);
            if (isDone) {
                inflight.forget(key);
            }
            return isDone;
        });
    }

    private void acknowledge(Inflight inflight, AcknowledgeType undone) {
        returned.forEach((key, record) -> {
            boolean isDone = inflight.isDone(key);
            try {
                consumer.acknowledge(record, isDone ? AcknowledgeType.ACCEPT : undone);
            } catch (IllegalStateException e) {
                // Its lock is over; Kafka gives it to somebody again.
            }
            if (isDone) {
                inflight.forget(key);
            }
        });
        returned.clear();
    }

    @Override
    public void wake() {
        consumer.wakeup();
    }

    @Override
    public void close(Inflight inflight) {
        acknowledge(inflight, AcknowledgeType.RELEASE);
        consumer.close(CLOSE_LIMIT);
        try {
            topics.raise(name, taken);
        } catch (KafkaException e) {
            // Then another new queue gets a few messages from before.
        }
    }
}
