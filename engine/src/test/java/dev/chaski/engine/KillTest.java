package dev.chaski.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.log.LogConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A copy of the data folder, taken while the broker runs, is what kill -9 leaves. */
@Timeout(120)
class KillTest {
    /** Finishes older than this are not forgotten: 50 ms by design, and room for a machine that is busy. */
    private static final long FORGOTTEN_MS = 500;

    private static final long DEFER_MS = 1500;
    /** What is published and not finished: the check after the kill takes it one by one. */
    private static final int BACKLOG_MAX = 3000;

    private static final int LATE_EVERY = 7;

    @TempDir
    Path folder;

    @TempDir
    Path copy;

    static LongStream seeds() {
        return Seeds.seeds().limit(3);
    }

    private static TestBroker open(Path folder) {
        LogConfig small = new LogConfig(folder, 0, 100, 4096, 64 << 10, 1 << 20, 1 << 20, 30_000, 0);
        return new TestBroker(BrokerConfig.of(small), 2);
    }

    /** A broker under load, and what it promised. */
    private static final class Load {
        final TestBroker broker;
        final Random random;
        final Map<String, Long> ackedMs = new ConcurrentHashMap<>();
        final Map<String, Long> finishedMs = new ConcurrentHashMap<>();
        final Map<String, Long> dueMs = new ConcurrentHashMap<>();
        final AtomicInteger published = new AtomicInteger();
        final TestConsumer consumer;
        volatile boolean isOver;

        Load(TestBroker broker, long seed) {
            this.broker = broker;
            this.random = new Random(seed);
            this.consumer = new TestConsumer(broker.channel("t", "a"), 300, false);
        }

        void publish() {
            while (!isOver) {
                if (published.get() - finishedMs.size() > BACKLOG_MAX) {
                    LockSupport.parkNanos(1_000_000);
                    continue;
                }
                int first = published.getAndAdd(10);
                boolean isLate = first % LATE_EVERY == 0;
                String[] bodies = new String[10];
                for (int i = 0; i < bodies.length; i++) {
                    bodies[i] = "no " + (first + i);
                    if (isLate) {
                        dueMs.put(bodies[i], System.currentTimeMillis() + DEFER_MS);
                    }
                }
                broker.publishDeferred("t", isLate ? DEFER_MS : 0, bodies);
                for (String body : bodies) {
                    ackedMs.put(body, System.currentTimeMillis());
                }
            }
        }

        void consume() {
            while (!isOver) {
                for (TestConsumer.Got got : List.copyOf(consumer.got)) {
                    int dice = random.nextInt(20);
                    if (dice < 15) {
                        if (consumer.finish(got.id()) == Subscription.Outcome.DONE) {
                            finishedMs.put(got.body(), System.currentTimeMillis());
                        }
                        consumer.got.remove(got);
                    } else if (dice < 18) {
                        consumer.requeue(got.id(), random.nextInt(3) == 0 ? 50 : 0);
                        consumer.got.remove(got);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anAcknowledgedMessageSurvivesKillMinusNine(long seed) throws Exception {
        Set<String> acked;
        long killMs;
        Load load;
        try (TestBroker broker = open(folder)) {
            load = new Load(broker, seed);
            Thread publishing = Thread.ofPlatform().start(load::publish);
            Thread consuming = Thread.ofPlatform().start(load::consume);
            long untilMs = System.currentTimeMillis() + 3 * FORGOTTEN_MS + load.random.nextInt(1000);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> load.finishedMs.size() > 1000 && System.currentTimeMillis() > untilMs);
            acked = new HashSet<>(load.ackedMs.keySet());
            killMs = System.currentTimeMillis();
            Folders.copyAsKilled(folder, copy);
            load.isOver = true;
            publishing.join();
            consuming.join();
        }
        check(seed, load, acked, killMs);
    }

    private void check(long seed, Load load, Set<String> acked, long killMs) {
        Set<String> finished = load.finishedMs.entrySet().stream()
                .filter(each -> each.getValue() < killMs - FORGOTTEN_MS)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        try (TestBroker again = open(copy)) {
            TestConsumer consumer = new TestConsumer(again.channel("t", "a"), 100_000, true);
            Set<String> missing = new HashSet<>(acked);
            missing.removeAll(load.finishedMs.keySet());
            int[] seen = {0};
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                for (; seen[0] < consumer.got.size(); seen[0]++) {
                    TestConsumer.Got got = consumer.got.get(seen[0]);
                    missing.remove(got.body());
                    assertThat(System.currentTimeMillis())
                            .as("seed %d: %s is not early", seed, got)
                            .isGreaterThanOrEqualTo(load.dueMs.getOrDefault(got.body(), 0L));
                }
                return missing.isEmpty();
            });
            await().until(() -> again.channel("t", "a").stats().inFlightCount() == 0);
            assertThat(consumer.bodies())
                    .as("seed %d: what was finished long before", seed)
                    .doesNotContainAnyElementsOf(finished);
            assertThat(consumer.bodies()).as("seed %d", seed).doesNotHaveDuplicates();
        }
    }

    @Test
    void aDeletedTopicDoesNotComeBack() throws IOException {
        try (TestBroker broker = TestBroker.open(folder)) {
            broker.channel("t", "a");
            broker.publish("t", "x");
            await().until(() -> Files.exists(folder.resolve("catalog")));
            broker.broker().deleteTopic("t").join();
            Folders.copyAsKilled(folder, copy);
        }
        try (TestBroker again = TestBroker.open(copy)) {
            assertThat(again.broker().topics()).isEmpty();
        }
    }

    @Test
    void messagesOutliveTheNameOfTheirTopic() throws IOException {
        try (TestBroker broker = TestBroker.open(folder)) {
            broker.channel("t", "a");
            broker.publish("t", "x", "y");
        }
        Files.deleteIfExists(folder.resolve("catalog"));
        Folders.remove(folder.resolve("changes"));
        for (int start = 1; start <= 2; start++) {
            try (TestBroker again = TestBroker.open(folder)) {
                assertThat(again.broker().topics()).singleElement().satisfies(topic -> {
                    assertThat(topic.name()).isEqualTo("recovered.1");
                    assertThat(topic.stats().depth()).isEqualTo(2);
                });
            }
        }
    }

    @Test
    void whatAnEphemeralChannelWasGivenDoesNotComeBack() throws IOException {
        try (TestBroker broker = TestBroker.open(folder)) {
            TestConsumer consumer = new TestConsumer(broker.channel("t", "tail#ephemeral"), 10, true);
            broker.publish("t", "x");
            await().until(() -> consumer.got.size() == 1);
            Topic topic = broker.topic("t");
            await().until(() -> topic.notedRelease == topic.log().endOffset());
            Folders.copyAsKilled(folder, copy);
        }
        try (TestBroker again = TestBroker.open(copy)) {
            assertThat(again.topic("t").stats().depth()).isZero();
        }
    }
}
