package dev.chaski.bus.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * What the cluster knows of topics. Each has a floor: what stands below it came while somebody was subscribed, and is
 * nothing for a new subscription. It is kept as the offsets of a consumer group that has no members. Any thread.
 */
final class Topics {
    private static final String FLOORS = "chaski-bus";
    private static final int ANSWER_LIMIT_S = 20;
    private static final long NEW_TOPIC_LIMIT_NS = TimeUnit.SECONDS.toNanos(5);
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(20);
    /** Beyond it, what is known is forgotten, and found out again. */
    private static final int KNOWN_MAX = 10_000;

    private final Admin admin;
    private final int partitions;
    private final int replicas;
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    Topics(Admin admin, int partitions, int replicas) {
        this.admin = admin;
        this.partitions = partitions;
        this.replicas = replicas;
    }

    /** Makes the topic where it is missing. */
    void ensure(String name) {
        if (known.contains(name)) {
            return;
        }
        NewTopic wanted = new NewTopic(
                name, Optional.of(partitions), replicas == 0 ? Optional.empty() : Optional.of((short) replicas));
        try {
            await(admin.createTopics(List.of(wanted)).all());
        } catch (TopicExistsException e) {
            // As it should be.
        }
        if (known.size() >= KNOWN_MAX) {
            known.clear();
        }
        known.add(name);
    }

    void forget(String name) {
        known.remove(name);
    }

    List<TopicPartition> partitions(String name) {
        return awaitKnown(() -> admin.describeTopics(List.of(name)).allTopicNames()).values().stream()
                .flatMap(found -> found.partitions().stream())
                .map(partition -> new TopicPartition(name, partition.partition()))
                .toList();
    }

    Map<TopicPartition, Long> ends(String name) {
        return offsets(name, OffsetSpec.latest());
    }

    private Map<TopicPartition, Long> offsets(String name, OffsetSpec which) {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions(name).forEach(partition -> asked.put(partition, which));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        awaitKnown(() -> admin.listOffsets(asked).all())
                .forEach((partition, found) -> offsets.put(partition, found.offset()));
        return offsets;
    }

    /** Where a new subscription begins: at the floor, or with what there still is. */
    Map<TopicPartition, Long> floors(String name) {
        Map<TopicPartition, Long> floors = offsets(name, OffsetSpec.earliest());
        known(name).forEach((partition, offset) -> floors.merge(partition, offset.offset(), Math::max));
        return floors;
    }

    private Map<TopicPartition, OffsetAndMetadata> known(String name) {
        Map<TopicPartition, OffsetAndMetadata> found = new HashMap<>();
        try {
            await(admin.listConsumerGroupOffsets(FLOORS).partitionsToOffsetAndMetadata())
                    .forEach((partition, offset) -> {
                        if (partition.topic().equals(name) && offset != null) {
                            found.put(partition, offset);
                        }
                    });
        } catch (GroupIdNotFoundException e) {
            // Nobody has subscribed to anything yet.
        }
        return found;
    }

    /** Somebody has what stands below these offsets; the floor never sinks. */
    void raise(String name, Map<TopicPartition, Long> offsets) {
        Map<TopicPartition, OffsetAndMetadata> floors = known(name);
        Map<TopicPartition, OffsetAndMetadata> raised = new HashMap<>();
        offsets.forEach((partition, offset) -> {
            OffsetAndMetadata floor = floors.get(partition);
            if (floor == null || floor.offset() < offset) {
                raised.put(partition, new OffsetAndMetadata(offset));
            }
        });
        if (!raised.isEmpty()) {
            awaitKnown(() -> admin.alterConsumerGroupOffsets(FLOORS, raised).all());
        }
    }

    /** Lets a share group begin at the floor, unless it has begun already. */
    void beginShareGroup(String group, String name) {
        if (hasBegun(group, name)) {
            return;
        }
        try {
            Map<TopicPartition, Long> floors = floors(name);
            awaitKnown(() -> admin.alterShareGroupOffsets(group, floors).all());
        } catch (GroupNotEmptyException e) {
            // Another member was faster.
        }
    }

    private boolean hasBegun(String group, String name) {
        try {
            return await(admin.listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
                            .partitionsToOffsetInfo(group))
                    .entrySet()
                    .stream()
                    .anyMatch(entry -> entry.getKey().topic().equals(name) && entry.getValue() != null);
        } catch (GroupIdNotFoundException e) {
            return false;
        }
    }

    /** A topic that was just made is not known to all brokers at once. */
    private static <T> T awaitKnown(Supplier<KafkaFuture<T>> question) {
        long endNs = System.nanoTime() + NEW_TOPIC_LIMIT_NS;
        while (true) {
            try {
                return await(question.get());
            } catch (UnknownTopicOrPartitionException e) {
                if (System.nanoTime() - endNs > 0) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE_NS);
            }
        }
    }

    /** The answer, or what went wrong on the cluster. */
    static <T> T await(KafkaFuture<T> answer) {
        try {
            return answer.get(ANSWER_LIMIT_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof KafkaException cause) {
                throw cause;
            }
            throw new KafkaException(e);
        } catch (TimeoutException e) {
            throw new KafkaException("no answer in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        }
    }
}
