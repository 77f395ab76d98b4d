package dev.chaski.bus.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import dev.chaski.bus.BusException;
import dev.chaski.bus.Link;
import dev.chaski.bus.Message;
import dev.chaski.bus.SubscribeOptions;
import dev.chaski.bus.Timers;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes a queue for one subscription, on a channel of its own, whose thread runs the handler. When the channel is
 * gone, whyever, another is opened. The rest: any thread.
 */
final class RabbitMqFeed implements Link.Feed {
    private static final Logger LOG = LoggerFactory.getLogger(RabbitMqFeed.class);
    /** The client holds up to 1,000 deliveries for a channel, and then reads nothing more for any. */
    private static final int IN_FLIGHT_MAX = 500;

    /** A broadcast queue without its subscriber is removed after this. */
    private static final int BROADCAST_LIFE_MS = 60_000;

    private static final long BACKOFF_MIN_MS = 50;
    private static final long BACKOFF_MAX_MS = 2_000;

    private final RabbitMqLink link;
    private final Settings settings;
    private final String topic;
    private final String queue;
    private final SubscribeOptions options;
    private final Link.Receiver receiver;
    /** Whoever runs the handler: what an old channel brought may still be handled when a new one is there. */
    private final Semaphore turn = new Semaphore(1);

    private @Nullable Channel channel;
    private @Nullable Channel moving;
    private volatile boolean isClosed;

    RabbitMqFeed(RabbitMqLink link, String topic, SubscribeOptions options, Link.Receiver receiver) {
        this.link = link;
        this.settings = link.settings();
        this.topic = topic;
        this.queue = Names.queue(topic, options.isBroadcast() ? "all-" + UUID.randomUUID() : options.queue());
        this.options = options;
        this.receiver = receiver;
    }

    /** Declares what it needs and begins to consume. */
    void open() throws IOException, TimeoutException, InterruptedException {
        Channel opened = link.subscribing().connection().createChannel();
        Channel mover = link.subscribing().connection().createChannel();
        try {
            opened.exchangeDeclare(settings.exchange(), "topic", settings.isDurable());
            opened.queueDeclare(queue, true, false, false, arguments());
            // Bound only then, so that what was published before comes before what is published now.
            FirstQueue.moveTo(queue, mover, topic, settings, this::moveHere);
            opened.queueBind(queue, settings.exchange(), Names.routingKey(topic));
            opened.basicQos(Math.min(options.inFlightMax(), IN_FLIGHT_MAX));
            opened.basicConsume(queue, false, new Deliveries(opened));
        } catch (IOException | InterruptedException | RuntimeException e) {
            end(opened);
            end(mover);
            throw e;
        }
        synchronized (this) {
            channel = opened;
            moving = mover;
        }
        // Where they are gone already, this is told at once.
        opened.addShutdownListener(cause -> lost(cause, opened, mover));
        mover.addShutdownListener(cause -> lost(cause, opened, mover));
        if (isClosed) {
            close();
        }
    }

    private Map<String, Object> arguments() {
        return options.isBroadcast() ? Map.of("x-expires", BROADCAST_LIFE_MS) : settings.queueArguments();
    }

    private CompletableFuture<Boolean> moveHere(String here, BasicProperties properties, byte[] body)
            throws IOException {
        try {
            return link.publisher().send("", here, properties, body);
        } catch (TimeoutException e) {
            throw new IOException(e);
        }
    }

    /** One channel is gone; the other goes, too, and somebody opens both again. */
    private void lost(ShutdownSignalException cause, Channel opened, Channel mover) {
        synchronized (this) {
            if (isClosed || !opened.equals(channel)) {
                return;
            }
            channel = null;
            moving = null;
        }
        LOG.warn("subscription interrupted topic={} server={} error=\"{}\"", topic, settings, Failures.reason(cause));
        Thread.ofVirtual().name("bus-rabbitmq-" + topic).start(() -> {
            end(opened);
            end(mover);
            reopen();
        });
    }

    private void reopen() {
        try {
            for (long backoffMs = BACKOFF_MIN_MS; !isClosed; backoffMs = Math.min(backoffMs * 2, BACKOFF_MAX_MS)) {
                Thread.sleep(backoffMs);
                try {
                    open();
                    LOG.info("subscription resumed topic={} server={}", topic, settings);
                    return;
                } catch (IOException | TimeoutException | RuntimeException e) {
                    LOG.debug("not subscribed yet topic={} error=\"{}\"", topic, e.toString());
                }
            }
        } catch (InterruptedException e) {
            // Nobody does that.
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        isClosed = true;
        Channel open;
        Channel mover;
        synchronized (this) {
            open = channel;
            mover = moving;
            channel = null;
            moving = null;
        }
        if (open == null) {
            return;
        }
        try {
            if (options.isBroadcast()) {
                open.queueDelete(queue);
            }
        } catch (IOException | AlreadyClosedException e) {
            // The server removes it when its time is over.
            LOG.debug("queue not removed queue={} error=\"{}\"", queue, e.toString());
        }
        end(open);
        if (mover != null) {
            end(mover);
        }
    }

    private static void end(Channel open) {
        try {
            open.abort();
        } catch (IOException | RuntimeException e) {
            LOG.debug("channel not closed error=\"{}\"", e.toString());
        }
    }

    private final class Deliveries extends DefaultConsumer {
        Deliveries(Channel channel) {
            super(channel);
        }

        @Override
        public void handleDelivery(String consumerTag, Envelope envelope, BasicProperties properties, byte[] body) {
            turn.acquireUninterruptibly();
            try {
                if (!isClosed && getChannel().isOpen()) {
                    handle(envelope, properties, body);
                }
                // Otherwise the server has given it to another already, or will.
            } finally {
                turn.release();
            }
        }

        private void handle(Envelope envelope, BasicProperties properties, byte[] body) {
            Held settlement = new Held(getChannel(), envelope.getDeliveryTag());
            Message message;
            try {
                message = MessageFormat.decode(properties, body);
            } catch (BusException e) {
                // It would be the same the next time.
                LOG.error("message dropped topic={} error=\"{}\"", topic, e.getMessage());
                settlement.drop();
                return;
            }
            receiver.receive(message, settlement);
        }

        /** The server ended it: its queue was removed. */
        @Override
        public void handleCancel(String consumerTag) {
            end(getChannel());
        }
    }

    private final class Held implements Link.Settlement {
        private final Channel from;
        private final long tag;

        Held(Channel from, long tag) {
            this.from = from;
            this.tag = tag;
        }

        @Override
        public void ack() {
            try {
                from.basicAck(tag, false);
            } catch (IOException | AlreadyClosedException e) {
                throw new BusException("RabbitMQ was not told, and gives the message again: " + Failures.reason(e), e);
            }
        }

        void drop() {
            settle(() -> from.basicAck(tag, false));
        }

        @Override
        public void requeue(long delayMs) {
            if (delayMs == 0) {
                giveBack();
            } else {
                // Until then it stays with this consumer; if that goes, another gets it sooner.
                Timers.after(delayMs, this::giveBack);
            }
        }

        private void giveBack() {
            settle(() -> from.basicNack(tag, false, true));
        }

        private void settle(Settling settling) {
            try {
                settling.run();
            } catch (IOException | AlreadyClosedException e) {
                if (!isClosed) {
                    LOG.warn("not settled topic={} error=\"{}\"; the message comes again", topic, Failures.reason(e));
                }
            }
        }
    }
}
