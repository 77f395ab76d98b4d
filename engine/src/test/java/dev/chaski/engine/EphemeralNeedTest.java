package dev.chaski.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.log.LogConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An ephemeral channel keeps what it may, and holds the log for no more. */
@Timeout(90)
class EphemeralNeedTest {
    private static final int LIMIT = 3000;
    private static final long SEGMENT_BYTES = 64 << 10;
    private static final String BODY = "x".repeat(1000);
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private TestBroker broker;

    @BeforeEach
    void open() {
        LogConfig log = new LogConfig(folder, 0, 5, (int) SEGMENT_BYTES, (int) SEGMENT_BYTES, 0, 0, 30_000, 0);
        BrokerConfig config = BrokerConfig.of(log);
        broker = new TestBroker(
                new BrokerConfig(
                        log, config.ack(), LIMIT, 1 << 20, 0, 1000, List.of(), 600_000, config.knownChannels()),
                2);
    }

    @AfterEach
    void close() {
        broker.close();
    }

    private void publish(String topic, int count) {
        String[] bodies = IntStream.range(0, 50).mapToObj(_ -> BODY).toArray(String[]::new);
        for (int i = 0; i < count; i += bodies.length) {
            broker.publish(topic, bodies);
        }
    }

    /** A topic that everybody is done with loses its segments: then the keeper has been at all of them. */
    private void letTheKeeperFreeTwice() {
        for (int i = 0; i < 2; i++) {
            String topic = "witness" + i;
            new TestConsumer(broker.channel(topic, "c"), 1000, true);
            publish(topic, 1000);
            await().atMost(SOON).until(() -> broker.topic(topic).stats().sizeBytes() < 4 * SEGMENT_BYTES);
        }
    }

    @Test
    void whatWaitsBelowTheLimitIsNotLostWithItsSegment() {
        Channel channel = broker.channel("t", "tail#ephemeral");
        TestConsumer consumer = new TestConsumer(channel, 0, true);
        new TestConsumer(broker.channel("t", "durable"), 1000, true);
        publish("t", LIMIT);
        await().atMost(SOON).until(() -> broker.channel("t", "durable").stats().depth() == 0);
        letTheKeeperFreeTwice();

        consumer.ready(1000);

        await().atMost(SOON).until(() -> consumer.got.size() == LIMIT);
        assertThat(channel.stats().skippedCount()).isZero();
    }

    @Test
    void whatIsGivenBackIsNotLostWithItsSegment() {
        Channel channel = broker.channel("t", "tail#ephemeral");
        TestConsumer consumer = new TestConsumer(channel, 2, false);
        broker.publish("t", "back at once", "back later");
        await().until(() -> consumer.got.size() == 2);
        TestConsumer other = new TestConsumer(channel, 1000, true);
        publish("t", 500);
        await().atMost(SOON).until(() -> other.got.size() == 500);
        other.leave();
        letTheKeeperFreeTwice();

        for (TestConsumer.Got got : List.copyOf(consumer.got)) {
            assertThat(consumer.requeue(got.id(), got.body().endsWith("later") ? 10 : 0))
                    .isEqualTo(Subscription.Outcome.DONE);
        }

        await().atMost(SOON).until(() -> consumer.got.size() == 4);
        assertThat(consumer.bodies().subList(2, 4)).containsExactlyInAnyOrder("back at once", "back later");
    }

    @Test
    void whatIsBeyondTheLimitHoldsNoSegment() {
        Channel channel = broker.channel("t", "tail#ephemeral");
        TestConsumer consumer = new TestConsumer(channel, 0, true);
        publish("t", 4 * LIMIT);
        await().atMost(SOON).until(() -> channel.stats().skippedCount() == 3 * LIMIT);

        await().atMost(SOON).until(() -> broker.topic("t").stats().sizeBytes() < LIMIT * 1100L + 4 * SEGMENT_BYTES);

        consumer.ready(1000);
        await().atMost(SOON).until(() -> consumer.got.size() == LIMIT);
    }
}
