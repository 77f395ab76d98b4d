package dev.chaski.bus.nats;

import dev.chaski.bus.SubscribeOptions;
import io.nats.client.Connection;
import io.nats.client.ConsumerContext;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.PurgeOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * A topic's messages on the server. The stream keeps all of them until its limits, for whoever is the first to
 * subscribe; {@link #sweep} removes what every consumer has acknowledged. (A stream that does so by itself keeps nothing
 * while it has no consumers.) Any thread.
 */
final class TopicStream {
    /** A message that nobody speaks for so long is given to another: its holder is dead. */
    static final Duration ACK_WAIT = Duration.ofSeconds(5);
    /** What belonged to one subscription alone goes when its process has been away for so long. */
    private static final Duration ABANDONED_AFTER = Duration.ofMinutes(5);

    private static final int API_STREAM_NOT_FOUND = 10_059;
    private static final int API_CONSUMER_NOT_FOUND = 10_014;
    private static final int API_STREAM_NAME_IN_USE = 10_058;

    private final TopicStreams shared;
    private final String topic;
    private final String subject;
    private final String name;
    private volatile boolean isThere;

    TopicStream(String topic, TopicStreams shared) {
        this.shared = shared;
        this.topic = topic;
        this.subject = NatsNames.subject(topic);
        this.name = NatsNames.stream(topic);
    }

    String topic() {
        return topic;
    }

    private JetStreamManagement management() {
        return shared.management();
    }

    boolean isConnected() {
        return shared.connection().getStatus() == Connection.Status.CONNECTED;
    }

    private void ensure() throws IOException, JetStreamApiException {
        if (isThere) {
            return;
        }
        StreamConfiguration wanted = StreamConfiguration.builder()
                .name(name)
                .subjects(subject)
                .retentionPolicy(RetentionPolicy.Limits)
                .storageType(StorageType.File)
                .discardPolicy(DiscardPolicy.New)
                .maxMessages(shared.pendingMax())
                .replicas(shared.replicas())
                .build();
        try {
            management().addStream(wanted);
        } catch (JetStreamApiException e) {
            // Somebody else wanted other limits: theirs hold.
            if (e.getApiErrorCode() != API_STREAM_NAME_IN_USE) {
                throw e;
            }
        }
        isThere = true;
    }

    void publish(byte[] bytes) throws IOException, JetStreamApiException {
        ensure();
        try {
            shared.jetStream().publish(subject, bytes);
        } catch (IOException e) {
            // No answer: where the stream is gone, nothing was stored, and there may be a new one.
            isThere = !isConnected() || hasStream();
            if (isThere) {
                throw e;
            }
            ensure();
            shared.jetStream().publish(subject, bytes);
        }
    }

    private boolean hasStream() throws IOException, JetStreamApiException {
        try {
            management().getStreamInfo(name);
            return true;
        } catch (JetStreamApiException e) {
            if (e.getApiErrorCode() == API_STREAM_NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    /** The consumer of that name, made where it is missing. */
    ConsumerContext attach(String consumer, SubscribeOptions options) throws IOException, JetStreamApiException {
        ensure();
        try {
            if (!hasConsumer(consumer)) {
                create(consumer, options);
            }
        } catch (JetStreamApiException e) {
            if (e.getApiErrorCode() == API_STREAM_NOT_FOUND) {
                isThere = false;
                ensure();
                create(consumer, options);
            } else if (!hasConsumer(consumer)) {
                throw e;
            }
        }
        return shared.connection().getConsumerContext(name, consumer);
    }

    private boolean hasConsumer(String consumer) throws IOException, JetStreamApiException {
        try {
            management().getConsumerInfo(name, consumer);
            return true;
        } catch (JetStreamApiException e) {
            if (e.getApiErrorCode() == API_CONSUMER_NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    private void create(String consumer, SubscribeOptions options) throws IOException, JetStreamApiException {
        ConsumerConfiguration.Builder wanted = ConsumerConfiguration.builder()
                .durable(consumer)
                .deliverPolicy(hasSubscribers() ? DeliverPolicy.New : DeliverPolicy.All)
                .ackPolicy(AckPolicy.Explicit)
                .ackWait(ACK_WAIT)
                .maxAckPending(-1);
        if (options.isBroadcast()) {
            wanted.inactiveThreshold(ABANDONED_AFTER);
        }
        management().addOrUpdateConsumer(name, wanted.build());
    }

    /** Queues count without members, too; one that has a threshold counts if somebody waits there for messages. */
    private boolean hasSubscribers() throws IOException, JetStreamApiException {
        for (ConsumerInfo consumer : management().getConsumers(name)) {
            Duration threshold = consumer.getConsumerConfiguration().getInactiveThreshold();
            if (threshold == null || threshold.isZero() || consumer.getNumWaiting() > 0) {
                return true;
            }
        }
        return false;
    }

    /** Removes what every consumer has acknowledged. */
    void sweep() throws IOException, JetStreamApiException {
        List<ConsumerInfo> consumers = management().getConsumers(name);
        long done = consumers.stream()
                .mapToLong(consumer -> consumer.getAckFloor().getStreamSequence())
                .min()
                .orElse(0);
        if (done > 0) {
            management()
                    .purgeStream(name, PurgeOptions.builder().sequence(done + 1).build());
        }
    }

    void delete(String consumer) throws IOException, JetStreamApiException {
        management().deleteConsumer(name, consumer);
    }
}
