package dev.chaski.bus.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import dev.chaski.bus.Timers;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was published while a topic had no queue waits in a queue of its own. All who subscribe consume it, and RabbitMQ
 * lets one of them, the first, have it all: it moves the messages to its own queue. Its channel's thread.
 */
final class FirstQueue extends DefaultConsumer {
    private static final Logger LOG = LoggerFactory.getLogger(FirstQueue.class);
    private static final int MOVING_MAX = 100;
    /** Who is not the first sees that within this time; the first needs as long as it needs, up to the limit. */
    private static final long SECOND_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final long DRAIN_LIMIT_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long LOOK_MS = 10;
    private static final long AGAIN_MS = 1_000;

    private final String queue;
    private final Sender sender;
    private final AtomicLong moved = new AtomicLong();

    /** Publishes to a queue, and completes when the server has it. */
    @FunctionalInterface
    interface Sender {
        CompletableFuture<Boolean> send(String queue, BasicProperties properties, byte[] body) throws IOException;
    }

    private FirstQueue(Channel channel, String queue, Sender sender) {
        super(channel);
        this.queue = queue;
        this.sender = sender;
    }

    /** How many messages wait there. */
    static int declare(Channel channel, String topic, Settings settings) throws IOException {
        Map<String, Object> arguments = new HashMap<>(settings.queueArguments());
        arguments.put("x-single-active-consumer", true);
        return channel.queueDeclare(Names.first(topic), true, false, false, arguments)
                .getMessageCount();
    }

    /** Moves what waits to a queue, and whatever comes there later. Returns when the first part is done. */
    static void moveTo(String queue, Channel channel, String topic, Settings settings, Sender sender)
            throws IOException, InterruptedException {
        int waiting = declare(channel, topic, settings);
        FirstQueue consumer = new FirstQueue(channel, queue, sender);
        channel.basicQos(MOVING_MAX);
        channel.basicConsume(Names.first(topic), false, consumer);
        long beganNs = System.nanoTime();
        while (consumer.moved.get() < waiting) {
            long elapsedNs = System.nanoTime() - beganNs;
            boolean isSecond =
                    consumer.moved.get() == 0 && elapsedNs > SECOND_NS && channel.messageCount(Names.first(topic)) == 0;
            if (isSecond || elapsedNs > DRAIN_LIMIT_NS) {
                return;
            }
            Thread.sleep(LOOK_MS);
        }
    }

    @Override
    public void handleDelivery(String consumerTag, Envelope envelope, BasicProperties properties, byte[] body)
            throws IOException {
        long tag = envelope.getDeliveryTag();
        sender.send(queue, properties, body).whenComplete((isRouted, failure) -> {
            if (failure == null && isRouted) {
                settle(() -> getChannel().basicAck(tag, false));
                moved.incrementAndGet();
            } else {
                // The queue is full, or gone; in that case so is the subscription.
                Timers.after(AGAIN_MS, () -> settle(() -> getChannel().basicNack(tag, false, true)));
            }
        });
    }

    private void settle(Settling settling) {
        try {
            settling.run();
        } catch (IOException | AlreadyClosedException e) {
            // It stays there, and is moved again.
            LOG.debug("moved twice queue={} error=\"{}\"", queue, e.toString());
        }
    }
}
