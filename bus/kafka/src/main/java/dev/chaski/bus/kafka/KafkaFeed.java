package dev.chaski.bus.kafka;

import dev.chaski.bus.Link;
import dev.chaski.bus.SubscribeOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A subscription: one virtual thread owns its source, as Kafka's consumers want it. */
final class KafkaFeed implements Link.Feed {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaFeed.class);
    private static final int RETRY_MS = 500;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final String topic;
    private final Source source;
    private final Inflight inflight;
    private final AtomicBoolean isClosed = new AtomicBoolean();
    private final Thread thread;

    KafkaFeed(String topic, SubscribeOptions options, Link.Receiver receiver, Source source) {
        this.topic = topic;
        this.source = source;
        this.inflight = new Inflight(topic, options.inFlightMax(), receiver);
        this.thread = Thread.ofVirtual().name("bus-kafka-poll-" + topic).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!isClosed.get()) {
                turn();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    private void turn() throws InterruptedException {
        try {
            source.turn(inflight);
        } catch (WakeupException e) {
            LOG.debug("woken topic={}", topic);
        } catch (KafkaException | IllegalStateException e) {
            LOG.warn("nothing received topic={} error=\"{}\"; trying again", topic, e.toString());
            TimeUnit.MILLISECONDS.sleep(RETRY_MS);
        }
    }

    private void end() {
        try {
            source.close(inflight);
        } catch (KafkaException | IllegalStateException e) {
            LOG.debug("subscription not ended in order topic={}", topic, e);
        }
    }

    @Override
    public void close() {
        if (!isClosed.compareAndSet(false, true)) {
            return;
        }
        inflight.close();
        source.wake();
        try {
            thread.join(CLOSE_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
