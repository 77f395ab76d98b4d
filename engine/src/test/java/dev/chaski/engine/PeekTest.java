package dev.chaski.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.chaski.engine.SeenMessage.State;
import dev.chaski.log.LogConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Looking into a channel shows what is there, and changes nothing. */
@Timeout(60)
class PeekTest {
    private static final PeekQuery ALL = new PeekQuery(100, 1_000, null);

    @TempDir
    Path folder;

    static LongStream seeds() {
        return Seeds.seeds().limit(3);
    }

    private static String body(SeenMessage message) {
        return new String(message.body(), StandardCharsets.UTF_8);
    }

    private static List<String> bodies(List<SeenMessage> messages) {
        return messages.stream().map(PeekTest::body).toList();
    }

    @Test
    void everyStateIsShownInTheOrderOfTheLog() throws Exception {
        try (TestBroker test = TestBroker.open(folder)) {
            Channel channel = test.channel("t", "c");
            test.publish("t", "deferred", "given back", "in flight", "new");
            test.publishDeferred("t", 50_000, "near");
            test.publishDeferred("t", 1_000_000_000, "far");
            TestConsumer consumer = new TestConsumer(channel, 3, false);
            await().until(() -> consumer.got.size() == 3);
            consumer.ready(0);
            consumer.requeue(consumer.got.get(0).id(), 90_000);
            consumer.requeue(consumer.got.get(1).id(), 0);
            List<SeenMessage> seen = channel.peek(ALL);
            assertThat(seen)
                    .extracting(PeekTest::body, SeenMessage::state, SeenMessage::attempts)
                    .containsExactly(
                            tuple("deferred", State.DEFERRED, 1),
                            tuple("given back", State.WAITING, 1),
                            tuple("in flight", State.IN_FLIGHT, 1),
                            tuple("new", State.WAITING, 0),
                            tuple("near", State.DEFERRED, 0),
                            tuple("far", State.DEFERRED, 0));
            long nowMs = System.currentTimeMillis();
            assertThat(seen.get(0).dueMs()).isBetween(nowMs + 60_000, nowMs + 90_000);
            assertThat(seen.get(2).dueMs()).isZero();
            assertThat(seen.get(5).dueMs()).isBetween(nowMs + 900_000_000, nowMs + 1_000_000_000);
            assertThat(seen.get(2).id())
                    .isEqualTo(
                            dev.chaski.wire.MessageId.text(consumer.got.get(2).id()));
            assertThat(seen.get(3).publishedNs() / 1_000_000).isBetween(nowMs - 60_000, nowMs);
        }
    }

    @Test
    void oneStateIsFoundAmongTheOthers() throws Exception {
        try (TestBroker test = TestBroker.open(folder)) {
            Channel channel = test.channel("t", "c");
            test.publish("t", "a", "b", "c", "d");
            test.publishDeferred("t", 1_000_000_000, "far");
            TestConsumer consumer = new TestConsumer(channel, 2, false);
            await().until(() -> consumer.got.size() == 2);
            assertThat(bodies(channel.peek(new PeekQuery(9, 9, State.IN_FLIGHT))))
                    .containsExactly("a", "b");
            assertThat(bodies(channel.peek(new PeekQuery(9, 9, State.WAITING)))).containsExactly("c", "d");
            assertThat(bodies(channel.peek(new PeekQuery(1, 9, State.WAITING)))).containsExactly("c");
            assertThat(bodies(channel.peek(new PeekQuery(9, 9, State.DEFERRED))))
                    .containsExactly("far");
        }
    }

    @Test
    void bodiesAreCutAndTheirSizeIsTold() throws Exception {
        try (TestBroker test = TestBroker.open(folder)) {
            Channel channel = test.channel("t", "c");
            test.publish("t", "a long body");
            SeenMessage seen = channel.peek(new PeekQuery(1, 6, null)).getFirst();
            assertThat(body(seen)).isEqualTo("a long");
            assertThat(seen.sizeBytes()).isEqualTo(11);
        }
    }

    @Test
    void farDeferredMessagesAreFoundBelowWhatWasRead() throws Exception {
        try (TestBroker test = TestBroker.open(folder)) {
            Channel channel = test.channel("t", "c");
            for (int i = 0; i < 20; i++) {
                test.publishDeferred("t", 1_000_000_000, "far " + i);
                test.publish("t", "now " + i);
            }
            TestConsumer consumer = new TestConsumer(channel, 100, true);
            await().until(() -> consumer.got.size() == 20);
            await().until(() -> channel.stats().inFlightCount() == 0);
            assertThat(channel.stats().deferredCount()).isEqualTo(20);
            assertThat(bodies(channel.peek(new PeekQuery(3, 9, null)))).containsExactly("far 0", "far 1", "far 2");
            assertThat(channel.peek(ALL)).hasSize(20);
            assertThat(channel.stats().deferredCount()).isEqualTo(20);
        }
    }

    @Test
    void whatATopicKeepsBackAndWhatWasEmptiedIsNotShown() throws Exception {
        try (TestBroker test = TestBroker.open(folder)) {
            Channel channel = test.channel("t", "c");
            test.publish("t", "dropped");
            channel.empty().join();
            test.publish("t", "there");
            test.topic("t").pause(true).join();
            test.publish("t", "kept back");
            assertThat(bodies(channel.peek(ALL))).containsExactly("there");
            test.topic("t").empty().join();
            test.topic("t").pause(false).join();
            test.publish("t", "after");
            assertThat(bodies(channel.peek(ALL))).containsExactly("there", "after");
        }
    }

    @Test
    void aChannelThatIsGoneIsToldOf() throws Exception {
        try (TestBroker test = TestBroker.open(folder)) {
            Channel channel = test.channel("t", "c");
            test.topic("t").deleteChannel("c").join();
            assertThatThrownBy(() -> channel.peek(ALL)).isInstanceOf(BrokerException.class);
        }
    }

    /** Segments come and go, messages are finished and given back while somebody looks all the time. */
    @ParameterizedTest
    @MethodSource("seeds")
    void aChannelThatMovesOnIsNotDisturbed(long seed) throws Exception {
        Random random = new Random(seed);
        LogConfig small = new LogConfig(folder, 0, 100, 4096, 64 << 10, 1 << 20, 1 << 20, 30_000, 0);
        try (TestBroker test = new TestBroker(BrokerConfig.of(small), 2)) {
            Channel channel = test.channel("t", "c");
            TestConsumer consumer = new TestConsumer(channel, 50, true);
            Set<String> published = new HashSet<>();
            Map<String, String> bodyOfId = new HashMap<>();
            for (int round = 0; round < 60; round++) {
                int count = 1 + random.nextInt(60);
                String[] batch = new String[count];
                for (int i = 0; i < count; i++) {
                    batch[i] = round + "." + i + " ".repeat(random.nextInt(200));
                    published.add(batch[i]);
                }
                test.publish("t", batch);
                consumer.ready(random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(60));
                List<SeenMessage> seen = channel.peek(new PeekQuery(1 + random.nextInt(100), 1_000, null));
                assertThat(seen)
                        .as("seed " + seed)
                        .extracting(SeenMessage::offset)
                        .isSorted()
                        .doesNotHaveDuplicates();
                for (SeenMessage message : seen) {
                    assertThat(published).as("seed " + seed).contains(body(message));
                    assertThat(bodyOfId.merge(message.id(), body(message), (one, other) -> one))
                            .as("seed " + seed)
                            .isEqualTo(body(message));
                }
            }
            consumer.ready(1_000);
            await().until(() -> consumer.got.size() >= published.size());
            assertThat(consumer.got).as("seed " + seed).hasSize(published.size());
            assertThat(consumer.got).extracting(TestConsumer.Got::attempts).containsOnly(1);
            await().until(() -> channel.peek(ALL).isEmpty());
        }
    }
}
