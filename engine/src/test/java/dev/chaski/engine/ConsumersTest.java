package dev.chaski.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.log.Region;
import dev.chaski.wire.FrameFormat;
import dev.chaski.wire.MessageId;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who gets what of a channel, and that nobody who can take messages is forgotten. */
@Timeout(60)
class ConsumersTest {
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

    @Test
    void aConsumerWhoseTurnComesWhenTheTurnsBudgetIsSpentIsServedInTheNextTurn() {
        Channel channel = broker.channel("t", "a");
        List<TestConsumer> consumers = IntStream.range(0, 4)
                .mapToObj(_ -> new TestConsumer(channel, 0, false))
                .toList();
        channel.pause(true).join();
        broker.publish("t", IntStream.range(0, 12_000).mapToObj(i -> "no " + i).toArray(String[]::new));
        consumers.forEach(consumer -> consumer.ready(2500));
        channel.pause(false).join();
        await().untilAsserted(() -> assertThat(consumers)
                .allSatisfy(consumer -> assertThat(consumer.got).hasSize(2500)));
    }

    @Test
    void aConsumerThatThrowsStopsNeitherItselfNorOthers() {
        Channel channel = broker.channel("t", "a");
        TestConsumer bad = new TestConsumer(channel, 10, true);
        bad.faults.set(1);
        broker.publish("t", "first");
        await().until(() -> bad.faults.get() == 0);
        broker.publish("t", "second");
        await().until(() -> bad.bodies().equals(List.of("second")));

        bad.faults.set(Integer.MAX_VALUE);
        broker.publish("t", "third");
        await().until(() -> bad.slices.get() == 3);
        TestConsumer good = new TestConsumer(channel, 10, true);
        bad.leave();
        broker.publish("t", "fourth");
        await().until(() -> good.bodies().contains("fourth"));
    }

    @Test
    void whatWasGivenBackIsNotOutrunByWhatIsNew() {
        Channel channel = broker.channel("t", "a");
        broker.publish("t", IntStream.range(0, 300).mapToObj(i -> "no " + i).toArray(String[]::new));
        TestConsumer first = new TestConsumer(channel, 100, false);
        await().until(() -> first.got.size() == 100);
        first.ready(0);
        first.got.forEach(got -> first.requeue(got.id(), 0));
        TestConsumer second = new TestConsumer(channel, 100, false);
        await().until(() -> second.got.size() == 100);
        assertThat(second.got).filteredOn(got -> got.attempts() == 2).hasSize(50);
    }

    @Test
    void aThousandConsumersOfOneChannelGetEveryMessageOnce() {
        Channel channel = broker.channel("t", "a");
        List<TestConsumer> consumers = IntStream.range(0, 1000)
                .mapToObj(_ -> new TestConsumer(channel, 1, true))
                .toList();
        int messages = 20_000;
        broker.publish(
                "t", IntStream.range(0, messages).mapToObj(i -> "no " + i).toArray(String[]::new));
        await().until(() -> consumers.stream().mapToInt(c -> c.got.size()).sum() == messages);
        Set<String> bodies = new HashSet<>();
        consumers.forEach(consumer -> bodies.addAll(consumer.bodies()));
        assertThat(bodies).hasSize(messages);
        assertThat(consumers).allMatch(consumer -> !consumer.got.isEmpty());
        await().until(() ->
                channel.stats().inFlightCount() == 0 && channel.stats().depth() == 0);
    }

    /** Does something with its subscription while it is handed a message. */
    private static final class Acting implements Consumer {
        private final java.util.function.BiConsumer<Subscription, Long> act;
        final AtomicReference<Subscription> subscription = new AtomicReference<>();

        Acting(java.util.function.BiConsumer<Subscription, Long> act) {
            this.act = act;
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void deliver(Region region, int position, int length, int count, int attempts) {
            act.accept(subscription.get(), MessageId.get(region.bytes(), position + FrameFormat.ID_OFFSET));
        }

        @Override
        public void delivered() {}

        @Override
        public void channelClosed() {}

        @Override
        public long msgTimeoutMs() {
            return 300;
        }

        @Override
        public int sampleRate() {
            return 0;
        }

        @Override
        public int distance() {
            return 0;
        }

        @Override
        public Map<String, String> labels() {
            return Map.of();
        }
    }

    private static Subscription subscribe(Channel channel, Acting consumer) {
        TestLoop loop = (TestLoop) channel.loop();
        return loop.ask(() -> {
            try {
                Subscription subscription = channel.subscribe(consumer);
                consumer.subscription.set(subscription);
                subscription.ready(1);
                return subscription;
            } catch (BrokerException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void aConsumerMayFinishAMessageWhileItIsHandedOver() {
        Channel channel = broker.channel("t", "a");
        Subscription subscription = subscribe(channel, new Acting(Subscription::finish));
        broker.publish("t", IntStream.range(0, 500).mapToObj(i -> "no " + i).toArray(String[]::new));
        await().until(() -> subscription.finishCount() == 500);
        assertThat(subscription.inFlightCount()).isZero();
        await().until(() ->
                channel.stats().inFlightCount() == 0 && channel.stats().depth() == 0);
    }

    @Test
    void aConsumerThatGoesWhileItIsHandedAMessageDoesNotTakeItAlong() {
        Channel channel = broker.channel("t", "a");
        subscribe(channel, new Acting((subscription, _) -> subscription.close()));
        broker.publish("t", "x");
        await().until(() -> channel.stats().inFlightCount() == 1);
        TestConsumer next = new TestConsumer(channel, 1, true);
        await().until(() -> next.got.size() == 1);
        assertThat(next.got.get(0).attempts()).isEqualTo(2);
    }

    @Test
    void theFirstChannelCountsTheMessagesThatWaitedForIt() {
        broker.publish("t", "1", "2", "3");
        Channel first = broker.channel("t", "first");
        Channel second = broker.channel("t", "second");
        broker.publish("t", "4");
        assertThat(first.stats().messageCount()).isEqualTo(4);
        assertThat(second.stats().messageCount()).isEqualTo(1);
    }
}
