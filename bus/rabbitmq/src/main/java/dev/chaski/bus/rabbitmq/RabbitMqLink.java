package dev.chaski.bus.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import dev.chaski.bus.BusException;
import dev.chaski.bus.Link;
import dev.chaski.bus.Message;
import dev.chaski.bus.SubscribeOptions;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A connection to publish on, and one to subscribe on, so that a server that stops the one lets the other acknowledge. */
final class RabbitMqLink implements Link {
    private static final long CONFIRM_LIMIT_MS = 10_000;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(5);
    private static final long PAUSE_MS = 100;

    private final Settings settings;
    private final Connector publishing;
    private final Connector subscribing;
    private final Set<RabbitMqFeed> feeds = ConcurrentHashMap.newKeySet();
    private @Nullable Publisher publisher;

    RabbitMqLink(Settings settings) {
        this.settings = settings;
        this.publishing = new Connector(settings, "chaski-bus publishing");
        this.subscribing = new Connector(settings, "chaski-bus subscribing");
    }

    void open() throws IOException, TimeoutException {
        publisher();
    }

    @Override
    public String address() {
        return settings.address();
    }

    Settings settings() {
        return settings;
    }

    Connector subscribing() {
        return subscribing;
    }

    /** One whose channel is open. */
    synchronized Publisher publisher() throws IOException, TimeoutException {
        Publisher open = publisher;
        if (open == null || !open.isOpen()) {
            open = Publisher.open(publishing, settings);
            publisher = open;
        }
        return open;
    }

    @Override
    public void publish(String topic, Message message) {
        String key = Names.routingKey(topic);
        BasicProperties properties = MessageFormat.properties(message);
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        try {
            while (true) {
                try {
                    if (isPublished(topic, key, properties, message.body())) {
                        return;
                    }
                } catch (IOException | TimeoutException | RuntimeException e) {
                    if (!Failures.isInterruption(e) || System.nanoTime() - deadlineNs > 0) {
                        throw new BusException("not published to " + topic + ": " + Failures.reason(e), e);
                    }
                    Thread.sleep(PAUSE_MS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BusException("interrupted while publishing to " + topic, e);
        }
    }

    /** False where the queue that it would have waited in was removed just now. */
    private boolean isPublished(String topic, String key, BasicProperties properties, byte[] body)
            throws IOException, TimeoutException, InterruptedException {
        Publisher open = publisher();
        if (isRouted(open, settings.exchange(), key, properties, body)) {
            return true;
        }
        open.declareFirst(topic, settings);
        return isRouted(open, "", Names.first(topic), properties, body);
    }

    private static boolean isRouted(
            Publisher open, String exchange, String key, BasicProperties properties, byte[] body)
            throws IOException, InterruptedException {
        try {
            return open.send(exchange, key, properties, body).get(CONFIRM_LIMIT_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new BusException("the server has not confirmed it in " + CONFIRM_LIMIT_MS + " ms", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException told) {
                throw told;
            }
            throw new IOException(e.getCause());
        }
    }

    @Override
    public Feed subscribe(String topic, SubscribeOptions options, Receiver receiver) {
        RabbitMqFeed feed = new RabbitMqFeed(this, topic, options, receiver);
        feeds.add(feed);
        try {
            feed.open();
        } catch (IOException | TimeoutException | RuntimeException e) {
            feeds.remove(feed);
            feed.close();
            throw new BusException("not subscribed to " + topic + ": " + Failures.reason(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            feeds.remove(feed);
            feed.close();
            throw new BusException("interrupted while subscribing to " + topic, e);
        }
        return () -> {
            feeds.remove(feed);
            feed.close();
        };
    }

    @Override
    public void close() {
        feeds.forEach(RabbitMqFeed::close);
        feeds.clear();
        subscribing.close();
        publishing.close();
    }
}
