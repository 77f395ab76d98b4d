package dev.chaski.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.log.LogConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random publishers, consumers, administrators and restarts, held against a list of what was published. */
@Timeout(120)
class DeliveryPropertyTest {
    private static final int STEPS = 250;
    private static final List<String> CHANNELS = List.of("a", "b");

    @TempDir
    Path folder;

    static LongStream seeds() {
        return Seeds.seeds();
    }

    /** One channel's consumers and what it must not lose or repeat. */
    private static final class Model {
        final List<TestConsumer> consumers = new ArrayList<>();
        final Set<String> finished = new HashSet<>();
        final Map<String, Integer> deliveries = new HashMap<>();

        void note(TestConsumer.Got got) {
            assertThat(finished).as("delivered after it was finished").doesNotContain(got.body());
            deliveries.merge(got.body(), 1, Integer::sum);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everythingPublishedIsDeliveredUntilItIsFinishedAndNotAfter(long seed) {
        Random random = new Random(seed);
        Map<String, Model> models = new HashMap<>();
        CHANNELS.forEach(name -> models.put(name, new Model()));
        List<String> published = new ArrayList<>();
        TestBroker broker = open();
        try {
            for (String name : CHANNELS) {
                broker.channel("t", name);
            }
            for (int step = 0; step < STEPS; step++) {
                int dice = random.nextInt(100);
                if (dice < 40) {
                    publish(random, broker, published);
                } else if (dice < 60) {
                    consume(random, broker, models);
                } else if (dice < 95) {
                    settle(random, models);
                } else {
                    models.values().forEach(DeliveryPropertyTest::drop);
                    broker.close();
                    broker = open();
                }
            }
            finishAll(broker, models, published);
        } finally {
            broker.close();
        }
    }

    private TestBroker open() {
        LogConfig small = new LogConfig(folder, 0, 100, 4096, 64 << 10, 1 << 20, 1 << 20, 30_000, 0);
        return new TestBroker(BrokerConfig.of(small), 2);
    }

    private static void publish(Random random, TestBroker broker, List<String> published) {
        String[] bodies = new String[1 + random.nextInt(random.nextInt(10) == 0 ? 400 : 5)];
        for (int i = 0; i < bodies.length; i++) {
            bodies[i] = "no " + published.size() + " " + "x".repeat(random.nextInt(100));
            published.add(bodies[i]);
        }
        boolean isDeferred = random.nextInt(5) == 0;
        broker.publishDeferred("t", isDeferred ? 1 + random.nextInt(300) : 0, bodies);
    }

    private static void consume(Random random, TestBroker broker, Map<String, Model> models) {
        String name = CHANNELS.get(random.nextInt(CHANNELS.size()));
        Model model = models.get(name);
        if (model.consumers.size() < 3) {
            model.consumers.add(new TestConsumer(broker.channel("t", name), random.nextInt(50), false));
        } else {
            model.consumers.get(random.nextInt(3)).ready(random.nextInt(100));
        }
    }

    private static void settle(Random random, Map<String, Model> models) {
        Model model = models.get(CHANNELS.get(random.nextInt(CHANNELS.size())));
        for (TestConsumer consumer : model.consumers) {
            for (TestConsumer.Got got : List.copyOf(consumer.got)) {
                int dice = random.nextInt(10);
                if (dice < 6) {
                    model.note(got);
                    if (consumer.finish(got.id()) == Subscription.Outcome.DONE) {
                        model.finished.add(got.body());
                    }
                    consumer.got.remove(got);
                } else if (dice < 8) {
                    model.note(got);
                    consumer.requeue(got.id(), random.nextInt(3) == 0 ? random.nextInt(100) : 0);
                    consumer.got.remove(got);
                }
            }
        }
    }

    /** The consumers go with the broker; what they held comes again. */
    private static void drop(Model model) {
        model.consumers.clear();
    }

    private static void finishAll(TestBroker broker, Map<String, Model> models, List<String> published) {
        for (String name : CHANNELS) {
            Model model = models.get(name);
            Channel channel = broker.channel("t", name);
            model.consumers.add(new TestConsumer(channel, 10_000, false));
            await().atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> {
                        for (TestConsumer consumer : model.consumers) {
                            for (TestConsumer.Got got : List.copyOf(consumer.got)) {
                                model.note(got);
                                assertThat(consumer.finish(got.id())).isEqualTo(Subscription.Outcome.DONE);
                                model.finished.add(got.body());
                                consumer.got.remove(got);
                            }
                        }
                        return model.finished.size() == published.size();
                    });
            assertThat(model.finished).containsExactlyInAnyOrderElementsOf(published);
            await().untilAsserted(() -> {
                ChannelStats stats = channel.stats();
                assertThat(List.of(stats.depth(), stats.inFlightCount(), stats.deferredCount()))
                        .isEqualTo(List.of(0L, 0L, 0L));
            });
        }
    }
}
