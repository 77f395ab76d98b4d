package dev.chaski.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A search for far deferred messages finds those alone that its channel is still to get. */
@Timeout(60)
class PromotionTest {
    private static final long HOUR_MS = 3_600_000;

    @TempDir
    Path folder;

    private TestBroker broker;

    @BeforeEach
    void open() {
        broker = TestBroker.open(folder);
    }

    @AfterEach
    void close() {
        broker.close();
    }

    /** The wall clock goes on until a message comes that was deferred behind all others, and all is delivered. */
    private void passTime(TestConsumer consumer, String last) {
        Channel channel = broker.channel("t", "c");
        broker.aheadMs.addAndGet(2 * HOUR_MS);
        await().until(() -> consumer.bodies().contains(last));
        await().until(() -> channel.stats().deferredCount() == 0);
        await().until(() -> channel.stats().inFlightCount() == 0);
    }

    @Test
    void aDeferredMessageThatWasDueWhenItWasReadDoesNotComeAgain() {
        Channel channel = broker.channel("t", "c");
        TestConsumer consumer = new TestConsumer(channel, 0, true);
        broker.publishDeferred("t", HOUR_MS, "far");
        await().until(() -> channel.stats().deferredCount() == 1);
        broker.publish("t", "head"); // while nobody is ready, reading ahead stops here
        broker.publishDeferred("t", HOUR_MS / 6, "middle", "middle too");
        broker.aheadMs.addAndGet(HOUR_MS / 3);
        consumer.ready(10);
        await().until(() -> consumer.got.size() == 3);

        passTime(consumer, "far");

        assertThat(consumer.bodies()).containsExactlyInAnyOrder("head", "middle", "middle too", "far");
    }

    @Test
    void aDeferredMessageThatWasEmptiedDoesNotCome() {
        Channel channel = broker.channel("t", "c");
        TestConsumer consumer = new TestConsumer(channel, 10, true);
        broker.publishDeferred("t", HOUR_MS, "far");
        await().until(() -> channel.stats().deferredCount() == 1);
        broker.topic("t").pause(true).join();
        broker.publishDeferred("t", HOUR_MS / 2, "emptied");
        broker.topic("t").empty().join();
        broker.topic("t").pause(false).join();
        broker.publish("t", "after");
        await().until(() -> consumer.got.size() == 1);

        passTime(consumer, "far");

        assertThat(consumer.bodies()).containsExactly("after", "far");
    }

    @Test
    void whatIsOverdueBehindAFarMessageThatIsOverdueComesOnce() {
        Channel channel = broker.channel("t", "c");
        TestConsumer consumer = new TestConsumer(channel, 0, true);
        broker.publishDeferred("t", HOUR_MS, "far");
        await().until(() -> channel.stats().deferredCount() == 1);
        broker.publish("t", "head");
        broker.publishDeferred("t", HOUR_MS + 1000, "behind");
        broker.publishDeferred("t", 3 * HOUR_MS, "last");
        broker.aheadMs.addAndGet(2 * HOUR_MS);
        consumer.ready(10);
        await().until(() -> consumer.got.size() == 3);

        passTime(consumer, "last");

        assertThat(consumer.bodies()).containsExactlyInAnyOrder("head", "far", "behind", "last");
    }
}
