package dev.chaski.bus.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import dev.chaski.bus.BusException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A channel on which the server confirms what it has taken. It serves until the channel is closed. Any thread; many
 * publishes may be on their way.
 */
final class Publisher {
    private final Channel channel;
    /** What the server has not confirmed, by its number on this channel. */
    private final ConcurrentNavigableMap<Long, Sent> unconfirmed = new ConcurrentSkipListMap<>();

    /** The ones that the server returned; it confirms them right after. Told by the connection's thread alone. */
    private static final class Sent {
        final CompletableFuture<Boolean> isRouted = new CompletableFuture<>();
        volatile boolean isReturned;
    }

    private Publisher(Channel channel) {
        this.channel = channel;
    }

    static Publisher open(Connector connector, Settings settings) throws IOException, TimeoutException {
        Channel channel = connector.connection().createChannel();
        Publisher publisher = new Publisher(channel);
        channel.exchangeDeclare(settings.exchange(), "topic", settings.isDurable());
        channel.confirmSelect();
        channel.addReturnListener(returned -> publisher.returned(returned.getProperties()));
        channel.addConfirmListener(publisher::taken, publisher::refused);
        channel.addShutdownListener(publisher::ended);
        return publisher;
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    /**
     * Publishes.
     *
     * @param key where to; the queue's name where the exchange is empty
     * @return completed when the server has it, with whether there was a queue for it; exceptionally where it has not, or
     *     may not have it
     */
    CompletableFuture<Boolean> send(String exchange, String key, BasicProperties properties, byte[] body)
            throws IOException {
        Sent sent = new Sent();
        try {
            // The number is given to the next that is sent.
            synchronized (this) {
                long number = channel.getNextPublishSeqNo();
                unconfirmed.put(number, sent);
                BasicProperties numbered =
                        properties.builder().messageId(Long.toString(number)).build();
                channel.basicPublish(exchange, key, true, numbered, body);
            }
        } catch (IOException | RuntimeException e) {
            // The client has counted it, the server has not: no confirmation would fit any more.
            channel.abort();
            throw e;
        }
        return sent.isRouted;
    }

    private void returned(BasicProperties properties) {
        Sent sent = unconfirmed.get(Long.valueOf(properties.getMessageId()));
        if (sent != null) {
            sent.isReturned = true;
        }
    }

    private void taken(long number, boolean isForAllBefore) {
        end(number, isForAllBefore, null);
    }

    private void refused(long number, boolean isForAllBefore) {
        end(number, isForAllBefore, new BusException("the server refuses it: a queue is full, or fails"));
    }

    private void end(long number, boolean isForAllBefore, @Nullable BusException failure) {
        ConcurrentNavigableMap<Long, Sent> told =
                isForAllBefore ? unconfirmed.headMap(number, true) : unconfirmed.subMap(number, true, number, true);
        told.values().removeIf(sent -> {
            if (failure == null) {
                sent.isRouted.complete(!sent.isReturned);
            } else {
                sent.isRouted.completeExceptionally(failure);
            }
            return true;
        });
    }

    private void ended(ShutdownSignalException cause) {
        synchronized (this) {
            unconfirmed.values().removeIf(sent -> {
                sent.isRouted.completeExceptionally(cause);
                return true;
            });
        }
    }

    /** The queue of what is published before anybody subscribes. */
    void declareFirst(String topic, Settings settings) throws IOException {
        FirstQueue.declare(channel, topic, settings);
    }
}
