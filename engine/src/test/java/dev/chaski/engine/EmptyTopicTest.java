package dev.chaski.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Emptying a paused topic drops what it keeps back, and nothing that its channels already have. */
@Timeout(60)
class EmptyTopicTest {
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

    private void emptyTwiceWhileTheChannelStandsStill() {
        broker.channel("t", "a");
        broker.publish("t", "1", "2", "3");
        broker.topic("t").pause(true).join();
        broker.publish("t", "dropped 1", "dropped 2");
        broker.topic("t").empty().join();
        broker.topic("t").pause(false).join();
        broker.publish("t", "4");
        broker.topic("t").pause(true).join();
        broker.publish("t", "dropped 3");
        broker.topic("t").empty().join();
        broker.publish("t", "5");
    }

    private void finishTheRest() {
        Channel channel = broker.channel("t", "a");
        assertThat(channel.stats().depth()).isEqualTo(4);
        assertThat(broker.topic("t").stats().depth()).isEqualTo(1);
        TestConsumer consumer = new TestConsumer(channel, 100, true);
        await().until(() -> consumer.got.size() >= 4);
        broker.topic("t").pause(false).join();
        await().until(() -> consumer.got.size() >= 5);
        assertThat(consumer.bodies()).isEqualTo(List.of("1", "2", "3", "4", "5"));
        await().until(() -> channel.stats().inFlightCount() == 0);
        assertThat(channel.stats().depth()).isZero();
        assertThat(channel.stats().messageCount()).isEqualTo(5);
    }

    @Test
    void whatAChannelHasNotReadYetIsStillItsOwn() {
        emptyTwiceWhileTheChannelStandsStill();
        finishTheRest();
    }

    @Test
    void andAlsoAfterARestart() {
        emptyTwiceWhileTheChannelStandsStill();
        broker.close();
        open();
        finishTheRest();
    }
}
