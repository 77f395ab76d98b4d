package dev.chaski.bus.nsq;

import dev.chaski.bus.BusException;
import dev.chaski.bus.BusOptions;
import dev.chaski.bus.Link;
import dev.chaski.bus.SubscribeOptions;
import dev.chaski.client.ClientException;
import dev.chaski.client.Consumer;
import dev.chaski.client.ConsumerBuilder;
import dev.chaski.client.Producer;
import dev.chaski.wire.Names;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** One producer, and a consumer for each subscription. Any thread; handlers run on their consumer's virtual thread. */
final class NsqLink implements Link {
    /** The server's own time-out is later than the bus's, which gives a message back in time; this is for the dead. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final Duration SUBSCRIBE_LIMIT = Duration.ofSeconds(10);
    private static final long LOOK_MS = 5;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private final String address;
    private final Producer producer;
    private final BusOptions options;
    private final Set<NsqFeed> feeds = ConcurrentHashMap.newKeySet();

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
        NsqFeed feed = new NsqFeed(topic, options.codec(), receiver);
        ConsumerBuilder settings = Consumer.builder(topic, channel)
                .servers(address)
                .attemptsMax(0)
                .inFlightMax(subscribe.inFlightMax())
                .messageTimeout(subscribe.ackTimeout().plus(GRACE))
                .closeTimeout(CLOSE_LIMIT)
                .reconnectBackoff(NsqBusPlugin.RETRY_FIRST, NsqBusPlugin.RETRY_LAST)
                .manualHandler(feed::receive);
        if (options.sslContext() != null) {
            settings.tls(options.sslContext());
        }
        Consumer consumer = settings.build();
        feeds.add(feed);
        Feed ending = () -> {
            feeds.remove(feed);
            feed.close();
        };
        feed.isServedBy(consumer);
        awaitSubscribed(consumer, topic, ending);
        return ending;
    }

    private void awaitSubscribed(Consumer consumer, String topic, Feed ending) {
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
            ending.close();
            throw new BusException("interrupted while subscribing to " + topic, e);
        } catch (BusException e) {
            ending.close();
            throw e;
        }
    }

    private static void checkName(String what, String name) {
        if (!Names.isValid(name)) {
            throw new BusException(
                    "NSQ takes no " + what + " \"" + name + "\": names have 1 to 64 characters of .a-zA-Z0-9_-");
        }
    }

    @Override
    public void close() {
        feeds.forEach(NsqFeed::close);
        feeds.clear();
        producer.close();
    }
}
