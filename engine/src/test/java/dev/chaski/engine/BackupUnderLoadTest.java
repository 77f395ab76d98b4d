package dev.chaski.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.log.LogConfig;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A backup is of one moment over all topics, however much is published meanwhile. */
@Timeout(120)
class BackupUnderLoadTest {
    private static final int ROUNDS = Math.max(2, Integer.getInteger("chaski.crash.rounds", 5) / 5);
    private static final int LANES = 2;

    @TempDir
    Path folder;

    private volatile boolean isOver;
    private final AtomicInteger[] acknowledged = {new AtomicInteger(), new AtomicInteger()};

    @Test
    void whatCameBeforeInAnotherTopicIsThereWhereWhatCameAfterIs() throws Exception {
        Path data = folder.resolve("data");
        LogConfig small = new LogConfig(data, 0, 20, 32 << 10, 256 << 10, 1 << 20, 1 << 20, 100, 0);
        int[] before = new int[ROUNDS * LANES];
        try (TestBroker broker = new TestBroker(BrokerConfig.of(small), LANES)) {
            broker.channel("first", "c");
            broker.channel("second", "c");
            TestConsumer consumer = new TestConsumer(broker.channel("second", "c"), 1000, true);
            List<Thread> lanes = List.of(lane(broker, 0), lane(broker, 1));
            for (int round = 0; round < ROUNDS; round++) {
                int had = acknowledged[0].get();
                await().atMost(Duration.ofSeconds(60)).until(() -> acknowledged[0].get() > had + 100);
                for (int lane = 0; lane < LANES; lane++) {
                    before[round * LANES + lane] = acknowledged[lane].get();
                }
                Backups.take(data, folder.resolve("backup-" + round));
            }
            assertThat(consumer.got).isNotEmpty();
            end(lanes);
        } finally {
            isOver = true;
        }
        for (int round = 0; round < ROUNDS; round++) {
            check(folder.resolve("backup-" + round), before, round * LANES);
        }
    }

    private void end(List<Thread> lanes) throws InterruptedException {
        isOver = true;
        for (Thread lane : lanes) {
            lane.join();
        }
    }

    /** Publishes each number to one topic, and when that is acknowledged to the other. */
    private Thread lane(TestBroker broker, int lane) {
        return Thread.ofPlatform().start(() -> {
            for (int i = 0; !isOver; i++) {
                publish(broker, lane, "first", i);
                publish(broker, lane, "second", i);
                acknowledged[lane].set(i + 1);
            }
        });
    }

    private static void publish(TestBroker broker, int lane, String topic, int number) {
        TestLoop loop = broker.loop(lane);
        Topic target = broker.topic(topic);
        CompletableFuture<Void> answer = new CompletableFuture<>();
        byte[] body = (lane + " " + number).getBytes(StandardCharsets.US_ASCII);
        loop.execute(() -> {
            Publisher publisher = broker.broker().publisher(loop);
            publisher.stage(target, ByteBuffer.wrap(body), 0, body.length, 0);
            publisher.answer(target, new PublishListener() {
                @Override
                public void published(int publishes) {
                    answer.complete(null);
                }

                @Override
                public void refused(int publishes, BrokerException why) {
                    answer.completeExceptionally(why);
                }
            });
        });
        answer.join();
    }

    private void check(Path backup, int[] before, int at) throws Exception {
        Backups.assertClean(backup);
        Path restored = folder.resolve("restored-" + backup.getFileName());
        Backups.restore(backup, restored);
        try (TestBroker broker = TestBroker.open(restored)) {
            TestConsumer first = drain(broker, "first");
            TestConsumer second = drain(broker, "second");
            for (int lane = 0; lane < LANES; lane++) {
                Set<Integer> all = numbers(first, lane);
                int count = all.size();
                assertThat(count).isGreaterThanOrEqualTo(before[at + lane]);
                for (int i = 0; i < count; i++) {
                    assertThat(all).contains(i);
                }
                // The second topic is being consumed in the order of its messages: only the end of it is left.
                Set<Integer> left = numbers(second, lane);
                int last = left.stream().mapToInt(Integer::intValue).max().orElse(count - 1);
                assertThat(last).as("lane %s of %s", lane, backup).isBetween(count - 2, count - 1);
            }
        }
        Folders.remove(restored);
    }

    private static TestConsumer drain(TestBroker broker, String topic) {
        Channel channel = broker.channel(topic, "c");
        long expected = channel.stats().depth();
        TestConsumer consumer = new TestConsumer(channel, 100_000, true);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(consumer.got.size()).isEqualTo((int) expected));
        return consumer;
    }

    private static Set<Integer> numbers(TestConsumer consumer, int lane) {
        Set<Integer> numbers = new HashSet<>();
        for (String body : consumer.bodies()) {
            if (body.startsWith(lane + " ")) {
                assertThat(numbers.add(Integer.parseInt(body.substring(2))))
                        .as(body)
                        .isTrue();
            }
        }
        return numbers;
    }
}
