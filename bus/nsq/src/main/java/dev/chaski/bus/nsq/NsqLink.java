package dev.chaski.bus.nsq;

import dev.chaski.bus.BusException;
import dev.chaski.bus.BusOptions;
import dev.chaski.bus.Codec;
import dev.chaski.bus.Link;
import dev.chaski.bus.SubscribeOptions;
import dev.chaski.client.ClientException;
import dev.chaski.client.Consumer;
import dev.chaski.client.ConsumerBuilder;
import dev.chaski.client.Message;
import dev.chaski.client.Producer;
import dev.chaski.wire.Names;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One producer, and a consumer for each subscription. Any thread; handlers run on their consumer's virtual thread. */
final class NsqLink implements Link {
    private static final Logger LOG = LoggerFactory.getLogger(NsqLink.class);
    /** The server's own time-out is later than the bus's, which gives a message back in time; this is for the dead. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final Duration SUBSCRIBE_LIMIT = Duration.ofSeconds(10);
    private static final long LOOK_MS = 5;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private final String address;
    private final Producer producer;
    private final BusOptions options;
    private final Set<Consumer> consumers = ConcurrentHashMap.newKeySet();

    NsqLink(String address, Producer producer, BusOptions options) {
        this.address = address;
        this.producer = producer;
        this.options = options;
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public void publish(String topic, dev.chaski.bus.Message message) {
        checkName("topic", topic);
        try {
            producer.publish(topic, options.codec().encode(message));
        } catch (ClientException e) {
            throw new BusException("not published to " + topic + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Feed subscribe(String topic, SubscribeOptions subscribe, Receiver receiver) {
        checkName("topic", topic);
        String channel =
                subscribe.isBroadcast() ? "bus-" + UUID.randomUUID() + Names.EPHEMERAL_SUFFIX : subscribe.queue();
        checkName("queue", channel);
        ConsumerBuilder settings = Consumer.builder(topic, channel)
                .servers(address)
                .attemptsMax(0)
                .inFlightMax(subscribe.inFlightMax())
                .messageTimeout(subscribe.ackTimeout().plus(GRACE))
                .closeTimeout(CLOSE_LIMIT)
                .manualHandler(message -> receive(topic, message, receiver));
        if (options.sslContext() != null) {
            settings.tls(options.sslContext());
        }
        Consumer consumer = settings.build();
        consumers.add(consumer);
        awaitSubscribed(consumer, topic);
        return () -> {
            consumers.remove(consumer);
            consumer.close();
        };
    }

    private void awaitSubscribed(Consumer consumer, String topic) {
        long deadlineNs = System.nanoTime() + SUBSCRIBE_LIMIT.toNanos();
        try {
            while (consumer.stats().connections() == 0) {
                if (System.nanoTime() - deadlineNs > 0) {
                    throw new BusException("not subscribed to " + topic + " at " + address + " in time");
                }
                Thread.sleep(LOOK_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end(consumer);
            throw new BusException("interrupted while subscribing to " + topic, e);
        } catch (BusException e) {
            end(consumer);
            throw e;
        }
    }

    private void end(Consumer consumer) {
        consumers.remove(consumer);
        consumer.close();
    }

    private void receive(String topic, Message message, Receiver receiver) {
        Codec codec = options.codec();
        dev.chaski.bus.Message decoded;
        try {
            decoded = codec.decode(message.body());
        } catch (BusException e) {
            // It would be the same the next time; whoever wants such messages takes Codecs.RAW.
            LOG.error(
                    "message dropped topic={} id={} error=\"{}\"; it was not written as {}",
                    topic,
                    message.id(),
                    e.getMessage(),
                    codec.name());
            message.finish();
            return;
        }
        receiver.receive(decoded, new Settlement() {
            @Override
            public void ack() {
                message.finish();
            }

            @Override
            public void requeue(long delayMs) {
                message.postpone(Duration.ofMillis(delayMs));
            }
        });
    }

    private static void checkName(String what, String name) {
        if (!Names.isValid(name)) {
            throw new BusException(
                    "NSQ takes no " + what + " \"" + name + "\": names have 1 to 64 characters of .a-zA-Z0-9_-");
        }
    }

    @Override
    public void close() {
        consumers.forEach(Consumer::close);
        consumers.clear();
        producer.close();
    }
}
