package dev.chaski.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.log.LogConfig;
import dev.chaski.log.faults.LossyDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The power goes in the middle of publishing and consuming: what was answered as synced is there. */
@Timeout(120)
class PowerCutTest {
    private static final long LONG_MS = 600_000;

    @TempDir
    Path folder;

    @TempDir
    Path graveyard;

    static LongStream seeds() {
        return Seeds.seeds();
    }

    private BrokerConfig config(int syncIntervalMs) {
        LogConfig small = new LogConfig(folder, 0, syncIntervalMs, 4096, 64 << 10, 1 << 20, 1 << 20, 30_000, 0);
        BrokerConfig defaults = BrokerConfig.of(small);
        return new BrokerConfig(
                small, BrokerConfig.Ack.SYNCED, 100, 1 << 20, 0, 1000, List.of(), LONG_MS, defaults.knownChannels());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatWasAnsweredAsSyncedOutlivesIt(long seed) throws Exception {
        Random random = new Random(seed);
        LossyDisk disk = new LossyDisk(graveyard);
        Set<String> acked = new HashSet<>();
        Set<String> finished = new HashSet<>();
        TestBroker broker = new TestBroker(config(20), 2, disk);
        try {
            TestConsumer consumer = new TestConsumer(broker.channel("t", "a"), 40, false);
            broker.publish("t", "first");
            acked.add("first");
            disk.powerCutAfter(random.nextInt(400), seed);
            while (!disk.isOff()) {
                publish(broker, random, acked);
                for (TestConsumer.Got got : List.copyOf(consumer.got)) {
                    if (random.nextInt(3) > 0) {
                        consumer.finish(got.id());
                        finished.add(got.body());
                        consumer.got.remove(got);
                    }
                }
            }
        } finally {
            broker.close();
        }
        acked.removeAll(finished);
        try (TestBroker again = new TestBroker(config(20), 2)) {
            TestConsumer consumer = new TestConsumer(again.channel("t", "a"), 10_000, true);
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(new HashSet<>(consumer.bodies()))
                            .as("seed %d", seed)
                            .containsAll(acked));
        }
    }

    /** The topic and its channel are told to the change log, which has its own fsync. */
    @ParameterizedTest
    @MethodSource("seeds")
    void theFirstMessageOfATopicOutlivesItToo(long seed) throws Exception {
        LossyDisk disk = new LossyDisk(graveyard);
        TestBroker broker = new TestBroker(config(60_000), 2, disk);
        try {
            broker.channel("before", "a");
            broker.publish("before", "x");
            broker.channel("t", "a");
            broker.channel("t", "b");
            broker.publish("t", "first");
            disk.powerCut(seed);
        } finally {
            broker.close();
        }
        try (TestBroker again = new TestBroker(config(60_000), 2)) {
            for (String channel : List.of("a", "b")) {
                assertThat(again.topic("t").findChannel(channel))
                        .as("seed %d", seed)
                        .isNotNull();
                TestConsumer consumer = new TestConsumer(again.channel("t", channel), 10, true);
                await().until(() -> consumer.bodies().equals(List.of("first")));
            }
        }
    }

    private static void publish(TestBroker broker, Random random, Set<String> acked) {
        String[] bodies = new String[1 + random.nextInt(20)];
        for (int i = 0; i < bodies.length; i++) {
            bodies[i] = "no " + acked.size() + " " + i + " " + random.nextLong() + "x".repeat(random.nextInt(200));
        }
        try {
            broker.publishDeferred("t", random.nextInt(5) == 0 ? 1 + random.nextInt(200) : 0, bodies);
            acked.addAll(List.of(bodies));
        } catch (CompletionException e) {
            // The power is off, or just going: nothing was promised.
            assertThat(e).hasCauseInstanceOf(BrokerException.class);
        }
    }
}
