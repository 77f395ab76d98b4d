package dev.chaski.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.log.LogConfig;
import dev.chaski.log.LogException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Backups between random publishes, finishes, pauses, deletions and restarts, while segments roll, are freed, compacted
 * and compressed: each is restored and held against what the model knew at its moment.
 */
@Timeout(180)
class BackupPropertyTest {
    private static final int STEPS = 150;
    private static final int BACKUPS_MAX = 4;
    private static final int HOUR_MS = 3_600_000;
    private static final List<String> TOPICS = List.of("t", "u");
    private static final List<String> CHANNELS = List.of("a", "b");

    @TempDir
    Path folder;

    private final Map<String, Model> models = new TreeMap<>();
    private final List<Expected> backups = new ArrayList<>();
    private int published;

    static LongStream seeds() {
        return Integer.getInteger("chaski.crash.rounds", 5) <= 5 ? Seeds.seeds().limit(2) : Seeds.seeds();
    }

    /** One channel: what it was given, and what of that is finished. */
    private static final class Model {
        final Set<String> open = new TreeSet<>();
        final Map<String, Integer> deliveries = new HashMap<>();
        final List<TestConsumer> consumers = new ArrayList<>();
        boolean isPaused;

        void count() {
            consumers.forEach(consumer -> consumer.got.forEach(this::count));
        }

        void count(TestConsumer.Got got) {
            deliveries.merge(got.body(), got.attempts(), Math::max);
        }
    }

    /** What a channel was like before a backup began and when it was done. */
    private record Moment(
            Set<String> open, Map<String, Integer> before, Map<String, Integer> after, boolean isPaused) {}

    private record Expected(Path backup, Map<String, Moment> channels) {}

    @ParameterizedTest
    @MethodSource("seeds")
    void aRestoredFolderServesWhatWasThereAtTheMomentOfTheBackup(long seed) throws Exception {
        Random random = new Random(seed);
        TestBroker broker = open(folder.resolve("data"));
        try {
            TOPICS.forEach(topic -> CHANNELS.forEach(channel -> make(broker, topic, channel)));
            for (int step = 0; step < STEPS; step++) {
                step(random, broker);
            }
            backUp(broker);
        } finally {
            broker.close();
        }
        backUpStopped();
        assertThat(backups).hasSizeGreaterThan(1);
        for (Expected each : backups) {
            check(each);
        }
    }

    private static TestBroker open(Path data) {
        LogConfig small = new LogConfig(data, 0, 20, 4096, 64 << 10, 1 << 20, 1 << 20, 100, 100);
        return new TestBroker(BrokerConfig.of(small), 2);
    }

    private void make(TestBroker broker, String topic, String channel) {
        broker.channel(topic, channel);
        models.put(topic + ":" + channel, new Model());
    }

    private void step(Random random, TestBroker broker) throws Exception {
        String topic = TOPICS.get(random.nextInt(TOPICS.size()));
        String channel = CHANNELS.get(random.nextInt(CHANNELS.size()));
        Model model = models.get(topic + ":" + channel);
        int dice = random.nextInt(100);
        if (dice < 40) {
            publish(random, broker, topic);
        } else if (dice < 52) {
            if (model.consumers.size() < 2) {
                model.consumers.add(new TestConsumer(broker.channel(topic, channel), 0, false));
            }
            model.consumers.forEach(consumer -> consumer.ready(random.nextInt(300)));
        } else if (dice < 85) {
            settle(random, model);
        } else if (dice < 88) {
            model.isPaused = random.nextBoolean();
            broker.channel(topic, channel).pause(model.isPaused).join();
        } else if (dice < 90) {
            broker.channel(topic, channel).empty().join();
            model.open.clear();
            model.consumers.forEach(consumer -> consumer.got.clear());
        } else if (dice < 92) {
            model.consumers.clear();
            broker.topic(topic).deleteChannel(channel).get(10, TimeUnit.SECONDS);
            make(broker, topic, channel);
        } else if (dice < 93) {
            broker.broker().deleteTopic(topic).get(10, TimeUnit.SECONDS);
            CHANNELS.forEach(each -> make(broker, topic, each));
        } else if (dice < 96 && backups.size() < BACKUPS_MAX) {
            backUp(broker);
        }
    }

    private void publish(Random random, TestBroker broker, String topic) {
        String[] bodies = new String[1 + random.nextInt(random.nextInt(4) == 0 ? 300 : 5)];
        for (int i = 0; i < bodies.length; i++) {
            bodies[i] = "no " + published++ + " " + "x".repeat(random.nextInt(200));
            for (String channel : CHANNELS) {
                models.get(topic + ":" + channel).open.add(bodies[i]);
            }
        }
        broker.publishDeferred(topic, random.nextInt(6) == 0 ? HOUR_MS : 0, bodies);
    }

    private static void settle(Random random, Model model) {
        for (TestConsumer consumer : model.consumers) {
            for (TestConsumer.Got got : List.copyOf(consumer.got)) {
                model.count(got);
                int dice = random.nextInt(20);
                if (dice < 15) {
                    assertThat(consumer.finish(got.id())).isEqualTo(Subscription.Outcome.DONE);
                    assertThat(model.open.remove(got.body())).as(got.body()).isTrue();
                    consumer.got.remove(got);
                } else if (dice < 18) {
                    consumer.requeue(got.id(), random.nextBoolean() ? HOUR_MS : 0);
                    consumer.got.remove(got);
                }
            }
        }
    }

    private void backUp(TestBroker broker) throws Exception {
        Map<String, Map<String, Integer>> before = deliveries();
        Path target = folder.resolve("backup-" + backups.size());
        Backups.take(folder.resolve("data"), target);
        note(target, before);
        assertThat(broker.broker().unhealthy()).isNull();
    }

    private void backUpStopped() throws Exception {
        Map<String, Map<String, Integer>> before = deliveries();
        Path target = folder.resolve("backup-stopped");
        Backups.take(folder.resolve("data"), target);
        note(target, before);
    }

    private Map<String, Map<String, Integer>> deliveries() {
        Map<String, Map<String, Integer>> all = new HashMap<>();
        models.forEach((name, model) -> {
            model.count();
            all.put(name, Map.copyOf(model.deliveries));
        });
        return all;
    }

    private void note(Path target, Map<String, Map<String, Integer>> before) {
        Map<String, Map<String, Integer>> after = deliveries();
        Map<String, Moment> channels = new TreeMap<>();
        models.forEach((name, model) -> channels.put(
                name, new Moment(Set.copyOf(model.open), before.get(name), after.get(name), model.isPaused)));
        backups.add(new Expected(target, channels));
    }

    private void check(Expected expected) throws IOException, LogException {
        Backups.assertClean(expected.backup);
        Path restored = folder.resolve("restored-" + expected.backup.getFileName());
        Backups.restore(expected.backup, restored);
        Backups.assertClean(restored);
        TestBroker broker = open(restored);
        try {
            broker.aheadMs.set(2L * HOUR_MS);
            expected.channels.forEach((name, moment) -> check(broker, name, moment));
        } finally {
            broker.close();
        }
        Backups.assertClean(expected.backup); // what the broker did with its folder is not seen in the backup
        Folders.remove(restored);
    }

    private static void check(TestBroker broker, String name, Moment moment) {
        String[] names = name.split(":", 2);
        Topic topic = broker.broker().findTopic(names[0]);
        assertThat(topic).as(name).isNotNull();
        Channel channel = topic.findChannel(names[1]);
        assertThat(channel).as(name).isNotNull();
        assertThat(channel.stats().isPaused()).as(name).isEqualTo(moment.isPaused);
        channel.pause(false).join();
        TestConsumer consumer = new TestConsumer(channel, 100_000, true);
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(10))
                .untilAsserted(() -> assertThat(consumer.got).hasSize(moment.open.size()));
        await().untilAsserted(() -> {
            ChannelStats stats = channel.stats();
            assertThat(List.of(stats.depth(), stats.inFlightCount(), stats.deferredCount()))
                    .as(name)
                    .isEqualTo(List.of(0L, 0L, 0L));
        });
        assertThat(new HashSet<>(consumer.bodies())).as(name).isEqualTo(moment.open);
        assertThat(consumer.got).hasSize(moment.open.size());
        for (TestConsumer.Got got : consumer.got) {
            int before = moment.before.getOrDefault(got.body(), 0);
            int after = moment.after.getOrDefault(got.body(), 0);
            assertThat(got.attempts())
                    .as("attempts of %s in %s", got.body(), name)
                    .isBetween(before + 1, after + 1);
        }
    }
}
