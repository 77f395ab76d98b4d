package dev.chaski.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.log.LogConfig;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Several loops publish to one topic while it is administered, and while the broker is closed. */
@Timeout(120)
class RacesTest {
    private static final int LOOPS = 3;
    private static final int STEPS = 150;

    @TempDir
    Path folder;

    static LongStream seeds() {
        return Seeds.seeds().limit(3);
    }

    private TestBroker open() {
        LogConfig small = new LogConfig(folder, 0, 100, 4096, 64 << 10, 1 << 20, 1 << 20, 30_000, 0);
        return new TestBroker(BrokerConfig.of(small), LOOPS);
    }

    /** A connection that publishes the next message when the last one was answered. */
    private static final class Producer implements PublishListener {
        private final TestBroker broker;
        private final TestLoop loop;
        private final int number;
        private final Topic topic;
        private int next;
        final Set<String> acked = ConcurrentHashMap.newKeySet();
        final AtomicInteger refused = new AtomicInteger();
        volatile boolean isOver;
        volatile boolean isIdle;

        Producer(TestBroker broker, int number) {
            this.broker = broker;
            this.loop = broker.loop(number);
            this.number = number;
            this.topic = broker.topic("t");
        }

        void publish() {
            byte[] bytes = body().getBytes(StandardCharsets.UTF_8);
            Publisher publisher = broker.broker().publisher(loop);
            publisher.stage(topic, ByteBuffer.wrap(bytes), 0, bytes.length, 0);
            publisher.answer(topic, this);
        }

        private String body() {
            return "loop " + number + " no " + next;
        }

        @Override
        public void published(int publishes) {
            acked.add(body());
            goOn();
        }

        @Override
        public void refused(int publishes, BrokerException why) {
            refused.incrementAndGet();
            isIdle = true;
        }

        private void goOn() {
            next++;
            isIdle = isOver;
            if (!isIdle) {
                // Now and then at once, in the middle of being answered.
                if (ThreadLocalRandom.current().nextInt(4) == 0) {
                    publish();
                } else {
                    loop.schedule(this::publish, 1);
                }
            }
        }
    }

    private static List<Producer> start(TestBroker broker) {
        List<Producer> producers = new ArrayList<>();
        for (int i = 0; i < LOOPS; i++) {
            Producer producer = new Producer(broker, i);
            producers.add(producer);
            broker.loop(i).execute(producer::publish);
        }
        return producers;
    }

    private static Set<String> acked(List<Producer> producers) {
        Set<String> acked = new HashSet<>();
        producers.forEach(producer -> acked.addAll(producer.acked));
        return acked;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aChannelGetsEverythingOnceAndInOrderWhateverHappensBesideIt(long seed) throws BrokerException {
        Random random = new Random(seed);
        try (TestBroker broker = open()) {
            Channel channel = broker.channel("t", "keep");
            TestConsumer consumer = new TestConsumer(channel, 100, true);
            List<Producer> producers = start(broker);
            Topic topic = broker.topic("t");
            for (int step = 0; step < STEPS; step++) {
                administer(random, broker, topic, channel);
            }
            producers.forEach(producer -> producer.isOver = true);
            await().until(() -> producers.stream().allMatch(producer -> producer.isIdle));
            topic.pause(false).join();
            channel.pause(false).join();
            Set<String> acked = acked(producers);
            await().atMost(Duration.ofSeconds(30)).until(() -> consumer.got.size() >= acked.size());
            assertThat(producers).as("seed %d", seed).allMatch(producer -> producer.refused.get() == 0);
            assertThat(consumer.bodies())
                    .as("seed %d", seed)
                    .doesNotHaveDuplicates()
                    .containsExactlyInAnyOrderElementsOf(acked);
            for (int i = 0; i < LOOPS; i++) {
                String prefix = "loop " + i + " no ";
                assertThat(consumer.bodies().stream().filter(body -> body.startsWith(prefix)))
                        .as("seed %d: order of loop %d", seed, i)
                        .isSortedAccordingTo((a, b) -> Integer.compare(number(a, prefix), number(b, prefix)));
            }
            await().until(() ->
                    channel.stats().inFlightCount() == 0 && channel.stats().depth() == 0);
            assertThat(channel.stats().messageCount()).isEqualTo(acked.size());
        }
    }

    private static int number(String body, String prefix) {
        return Integer.parseInt(body.substring(prefix.length()));
    }

    private static void administer(Random random, TestBroker broker, Topic topic, Channel channel)
            throws BrokerException {
        int dice = random.nextInt(100);
        if (dice < 30) {
            topic.pause(random.nextBoolean()).join();
        } else if (dice < 50) {
            channel.pause(random.nextBoolean()).join();
        } else if (dice < 65) {
            String name = "other" + random.nextInt(3);
            new TestConsumer(topic.channel(name), random.nextInt(20), random.nextBoolean());
        } else if (dice < 75) {
            topic.channel("other" + random.nextInt(3)).empty().join();
        } else if (dice < 85) {
            String name = "other" + random.nextInt(3);
            if (topic.findChannel(name) != null) {
                topic.deleteChannel(name).join();
            }
        } else {
            TestConsumer tail = new TestConsumer(broker.channel("t", "tail#ephemeral"), 5, true);
            tail.leave();
            await().until(() -> topic.findChannel("tail#ephemeral") == null);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatWasAnsweredBeforeTheBrokerClosedIsThereAfterIt(long seed) {
        Random random = new Random(seed);
        Set<String> acked;
        try (TestBroker broker = open()) {
            broker.channel("t", "keep");
            List<Producer> producers = start(broker);
            int enough = random.nextInt(300);
            await().until(() -> acked(producers).size() > enough);
            broker.broker().close();
            await().until(() -> producers.stream().allMatch(producer -> producer.isIdle));
            acked = acked(producers);
        }
        try (TestBroker again = open()) {
            TestConsumer consumer = new TestConsumer(again.channel("t", "keep"), 10_000, true);
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(consumer.bodies())
                            .as("seed %d", seed)
                            .doesNotHaveDuplicates()
                            .containsAll(acked));
        }
    }
}
