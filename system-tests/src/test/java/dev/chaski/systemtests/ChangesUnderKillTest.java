package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL while topics and channels are made, deleted, emptied and paused: what was answered holds. */
class ChangesUnderKillTest {
    private static final int ROUNDS = Integer.getInteger("chaski.crash.rounds", 5);
    private static final int TOPICS = 6;

    @TempDir
    private Path data;

    /** What is known of a topic and its channel. A change without an answer may have happened or not. */
    private static final class Known {
        private boolean exists;
        private boolean paused;
        private boolean channelPaused;
        private int depth;
        private boolean uncertain;
    }

    private final Map<Integer, Known> known = new HashMap<>();

    @Test
    void anAnsweredChangeHoldsOverKillMinusNine() throws Exception {
        Random random = Seed.random("anAnsweredChangeHoldsOverKillMinusNine");
        for (int i = 0; i < TOPICS; i++) {
            known.put(i, new Known());
        }
        for (int round = 0; round < ROUNDS; round++) {
            try (BrokerProcess broker = BrokerProcess.start(data)) {
                compare(broker);
                Thread killer = killLater(broker, 100 + random.nextInt(800));
                changeUntilDead(broker.http(), random);
                killer.join();
                broker.assertNoErrors();
            }
        }
        try (BrokerProcess broker = BrokerProcess.start(data)) {
            compare(broker);
            broker.stop();
        }
    }

    private static Thread killLater(BrokerProcess broker, int delayMs) {
        return Thread.ofPlatform().start(() -> {
            Moments.letPass(Duration.ofMillis(delayMs));
            try {
                broker.killMinusNine();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void changeUntilDead(HttpDoor http, Random random) throws InterruptedException {
        while (true) {
            Known topic = known.get(random.nextInt(TOPICS));
            int number = numberOf(topic);
            topic.uncertain = true;
            try {
                change(http, random, topic, number);
            } catch (IOException e) {
                return;
            }
            topic.uncertain = false;
        }
    }

    private int numberOf(Known topic) {
        return known.entrySet().stream()
                .filter(entry -> entry.getValue() == topic)
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    private static void change(HttpDoor http, Random random, Known topic, int number)
            throws IOException, InterruptedException {
        String at = "?topic=t" + number;
        if (!topic.exists) {
            http.must("/topic/create" + at);
            http.must("/channel/create" + at + "&channel=c");
            topic.exists = true;
            return;
        }
        switch (random.nextInt(6)) {
            case 0 -> {
                http.must("/topic/delete" + at);
                topic.exists = false;
                topic.paused = false;
                topic.channelPaused = false;
                topic.depth = 0;
            }
            case 1 -> {
                http.must((topic.paused ? "/topic/unpause" : "/topic/pause") + at);
                topic.paused = !topic.paused;
            }
            case 2 -> {
                http.must((topic.channelPaused ? "/channel/unpause" : "/channel/pause") + at + "&channel=c");
                topic.channelPaused = !topic.channelPaused;
            }
            case 3 -> {
                http.must("/topic/empty" + at);
                http.must("/channel/empty" + at + "&channel=c");
                topic.depth = 0;
            }
            default -> {
                assertThat(http.post("/mpub" + at, "a\nb\nc").status()).isEqualTo(200);
                topic.depth += 3;
            }
        }
    }

    private void compare(BrokerProcess broker) throws IOException, InterruptedException {
        for (Map.Entry<Integer, Known> entry : known.entrySet()) {
            String name = "t" + entry.getKey();
            Known expected = entry.getValue();
            JsonNode topic = broker.http().topic(name);
            if (!expected.uncertain) {
                assertThat(topic != null).as("%s exists", name).isEqualTo(expected.exists);
            }
            if (topic != null && !expected.uncertain) {
                assertThat(topic.path("paused").asBoolean())
                        .as("%s is paused", name)
                        .isEqualTo(expected.paused);
                JsonNode channel = broker.http().channel(name, "c");
                assertThat(channel.path("paused").asBoolean())
                        .as("channel of %s is paused", name)
                        .isEqualTo(expected.channelPaused);
                int depth = topic.path("depth").asInt() + channel.path("depth").asInt();
                assertThat(depth).as("depth of %s with its channel", name).isEqualTo(expected.depth);
            }
            if (expected.uncertain) {
                startOver(broker.http(), name, expected);
            }
        }
    }

    private static void startOver(HttpDoor http, String name, Known topic) throws IOException, InterruptedException {
        http.must("/topic/create?topic=" + name);
        http.must("/topic/delete?topic=" + name);
        topic.exists = false;
        topic.paused = false;
        topic.channelPaused = false;
        topic.depth = 0;
        topic.uncertain = false;
    }
}
