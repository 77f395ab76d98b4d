package dev.chaski.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.log.LogConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Looking at what is published consumes nothing and keeps nothing. */
@Timeout(60)
class TopicTailTest {
    private static final int BYTES_MAX = 1 << 20;

    @TempDir
    Path folder;

    static LongStream seeds() {
        return Seeds.seeds().limit(3);
    }

    private static List<String> bodies(List<SeenMessage> messages) {
        return messages.stream()
                .map(message -> new String(message.body(), StandardCharsets.UTF_8))
                .toList();
    }

    private TestBroker openSmall() {
        LogConfig small = new LogConfig(folder, 0, 100, 4096, 64 << 10, 1 << 20, 1 << 20, 30_000, 0);
        return new TestBroker(BrokerConfig.of(small), 2);
    }

    @Test
    void whatIsPublishedAfterItBeganIsSeenOnce() throws Exception {
        try (TestBroker test = TestBroker.open(folder)) {
            test.publish("t", "before");
            TopicTail tail = test.topic("t").tail();
            assertThat(tail.read(10, BYTES_MAX, 100)).isEmpty();
            test.publish("t", "one", "two", "three");
            test.publishDeferred("t", 60_000, "later");
            assertThat(bodies(tail.read(2, BYTES_MAX, 100))).containsExactly("one", "two");
            List<SeenMessage> rest = tail.read(10, BYTES_MAX, 3);
            assertThat(bodies(rest)).containsExactly("thr", "lat");
            assertThat(rest.get(1).dueMs()).isPositive();
            assertThat(tail.read(10, BYTES_MAX, 100)).isEmpty();
            assertThat(test.topic("t").stats().depth()).isEqualTo(5);
        }
    }

    @Test
    void theNewestMessagesAreSeenAgainAlsoOverARestart() throws Exception {
        try (TestBroker test = TestBroker.open(folder)) {
            test.publish("t", "one", "two");
        }
        // Offsets go on far above those of before.
        try (TestBroker test = TestBroker.open(folder)) {
            test.publish("t", "three");
            assertThat(bodies(rewound(test, 0))).isEmpty();
            assertThat(bodies(rewound(test, 1))).containsExactly("three");
            assertThat(bodies(rewound(test, 2))).containsExactly("two", "three");
            assertThat(bodies(rewound(test, 100))).containsExactly("one", "two", "three");
        }
    }

    private static List<SeenMessage> rewound(TestBroker test, int count) throws InterruptedException {
        TopicTail tail = test.topic("t").tail();
        tail.rewind(count);
        return tail.read(100, BYTES_MAX, 100);
    }

    @Test
    void aPausedTopicAndOneWithoutChannelsAreSeenToo() throws Exception {
        try (TestBroker test = TestBroker.open(folder)) {
            TopicTail tail = test.topic("t").tail();
            test.topic("t").pause(true).join();
            test.publish("t", "kept back");
            assertThat(bodies(tail.read(10, BYTES_MAX, 100))).containsExactly("kept back");
        }
    }

    @Test
    void bytesOfOneReadAreBounded() throws Exception {
        try (TestBroker test = TestBroker.open(folder)) {
            TopicTail tail = test.topic("t").tail();
            test.publish("t", "x".repeat(100), "y".repeat(100), "z".repeat(100));
            assertThat(tail.read(10, 150, 1_000)).hasSize(2);
            assertThat(tail.read(10, 150, 1_000)).hasSize(1);
        }
    }

    @Test
    void aTailThatDoesNotReadPinsNothing() throws Exception {
        try (TestBroker test = openSmall()) {
            Channel channel = test.channel("t", "c");
            TestConsumer consumer = new TestConsumer(channel, 1_000, true);
            Topic topic = test.topic("t");
            TopicTail tail = topic.tail();
            test.publish("t", "first");
            assertThat(tail.read(1, BYTES_MAX, 10)).hasSize(1);
            long first = topic.log().firstOffset();
            for (int i = 0; i < 200; i++) {
                test.publish("t", "x".repeat(2_000));
            }
            await().until(() -> consumer.got.size() == 201);
            // What it saw last, and what it would read next, is freed under it.
            await().until(() -> topic.log().firstOffset() > first + 150);
            List<SeenMessage> left = tail.read(1_000, BYTES_MAX, 10);
            assertThat(left.size()).isLessThan(60);
            test.publish("t", "and on");
            await().until(() -> bodies(tail.read(1_000, BYTES_MAX, 10)).contains("and on"));
        }
    }

    @Test
    void aDeletedTopicEndsIt() throws Exception {
        try (TestBroker test = TestBroker.open(folder)) {
            TopicTail tail = test.topic("t").tail();
            test.publish("t", "gone");
            test.broker().deleteTopic("t").join();
            assertThat(tail.isOver()).isTrue();
            assertThat(tail.read(10, BYTES_MAX, 10)).isEmpty();
        }
    }

    /** Whatever is read and given up in between: each message is one or the other, in order. */
    @ParameterizedTest
    @MethodSource("seeds")
    void everyMessageIsReadOrCounted(long seed) throws Exception {
        Random random = new Random(seed);
        try (TestBroker test = openSmall()) {
            TopicTail tail = test.topic("t").tail();
            List<Long> offsets = new ArrayList<>();
            int published = 0;
            long lost = 0;
            for (int round = 0; round < 100; round++) {
                String[] batch = new String[random.nextInt(40) + 1];
                for (int i = 0; i < batch.length; i++) {
                    batch[i] = "message " + published++ + "x".repeat(random.nextInt(300));
                }
                test.publish("t", batch);
                if (random.nextInt(3) > 0) {
                    lost += tail.skip(random.nextInt(200));
                }
                tail.read(random.nextInt(60) + 1, BYTES_MAX, 10).forEach(message -> offsets.add(message.offset()));
            }
            List<SeenMessage> rest = tail.read(1_000_000, 1 << 30, 10);
            rest.forEach(message -> offsets.add(message.offset()));
            assertThat(offsets).as("seed " + seed).isSorted().doesNotHaveDuplicates();
            assertThat(offsets.size() + lost).as("seed " + seed).isEqualTo(published);
        }
    }
}
