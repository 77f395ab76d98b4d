package dev.chaski.bus.nsq;

import dev.chaski.bus.Codec;
import dev.chaski.bus.Link;
import dev.chaski.client.Consumer;
import dev.chaski.client.Message;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A subscription: a consumer, whose virtual thread runs the handler. The rest: any thread. */
final class NsqFeed implements Link.Feed {
    private static final Logger LOG = LoggerFactory.getLogger(NsqFeed.class);

    private final String topic;
    private final Codec codec;
    private final Link.Receiver receiver;
    private final CompletableFuture<Consumer> consumer = new CompletableFuture<>();
    private volatile @Nullable Thread handling;
    private volatile boolean isClosed;

    NsqFeed(String topic, Codec codec, Link.Receiver receiver) {
        this.topic = topic;
        this.codec = codec;
        this.receiver = receiver;
    }

    /** Its messages come from here. */
    void isServedBy(Consumer built) {
        consumer.complete(built);
    }

    void receive(Message message) {
        if (isClosed) {
            // What had come before belongs to others now.
            message.postpone(Duration.ZERO);
            return;
        }
        handling = Thread.currentThread();
        try {
            handle(message);
        } finally {
            handling = null;
        }
    }

    private void handle(Message message) {
        dev.chaski.bus.Message decoded;
        try {
            decoded = codec.decode(message.body());
        } catch (RuntimeException e) {
            // It would be the same the next time; whoever wants such messages takes Codecs.RAW.
            LOG.error(
                    "message dropped topic={} id={} error=\"{}\"; it was not written as {}",
                    topic,
                    message.id(),
                    e.toString(),
                    codec.name());
            message.finish();
            return;
        }
        receiver.receive(decoded, new Link.Settlement() {
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

    /** A consumer waits at its end for its handler, which must not wait for itself: then it ends a little later. */
    @Override
    public void close() {
        isClosed = true;
        Consumer ending = consumer.join();
        if (Thread.currentThread().equals(handling)) {
            Thread.ofVirtual().name("bus-nsq-end-" + topic).start(ending::close);
        } else {
            ending.close();
        }
    }
}
