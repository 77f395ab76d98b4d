package dev.chaski.server.nsq;

import static dev.chaski.server.nsq.TestClient.multi;
import static dev.chaski.server.nsq.TestClient.sized;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.server.clients.ClientStats;
import dev.chaski.server.nsq.TestClient.Frame;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages go in at one connection and come out at another, as NSQ's rules have it. */
class ConsumeTest {
    @TempDir
    private static Path folder;

    private static TestDoor door;

    @BeforeAll
    static void open() throws Exception {
        door = TestDoor.open(folder);
    }

    @AfterAll
    static void close() {
        door.close();
    }

    @Test
    void whatIsPublishedIsDeliveredAndFinished() throws Exception {
        try (TestClient producer = door.connect().magic();
                TestClient consumer = door.connect().magic()) {
            producer.publish("plain", "hello").ok();
            consumer.subscribe("plain", "c").send("RDY 1\n");
            Frame message = consumer.message();
            assertThat(message.body()).isEqualTo("hello");
            assertThat(message.attempts()).isEqualTo(1);
            consumer.send("FIN " + message.id() + "\n");
            producer.publish("plain", "again").ok();
            assertThat(consumer.message().body()).isEqualTo("again");
        }
    }

    @Test
    void readyIsTheMostThatIsInFlight() throws Exception {
        try (TestClient client = door.connect().magic()) {
            client.send("MPUB ready\n" + multi("1", "2", "3")).ok();
            client.subscribe("ready", "c").send("RDY 2\n");
            Frame first = client.message();
            client.message();
            client.send("NOP\nFIN " + first.id() + "\n");
            assertThat(client.message().body()).isEqualTo("3");
        }
    }

    @Test
    void aRequeuedMessageComesAgainWithItsCountRaised() throws Exception {
        try (TestClient client = door.connect().magic()) {
            client.publish("requeue", "x").ok();
            client.subscribe("requeue", "c").send("RDY 1\n");
            Frame first = client.message();
            client.send("REQ " + first.id() + " 0\n");
            Frame second = client.message();
            assertThat(second.id()).isEqualTo(first.id());
            assertThat(second.attempts()).isEqualTo(2);
            client.send("TOUCH " + second.id() + "\nFIN " + second.id() + "\nFIN " + second.id() + "\n");
            client.expectError("E_FIN_FAILED FIN " + second.id() + " failed ID not in flight");
        }
    }

    @Test
    void aMessageOfAnotherConsumerCannotBeFinished() throws Exception {
        try (TestClient owner = door.connect().magic();
                TestClient other = door.connect().magic()) {
            owner.publish("owner", "x").ok();
            owner.subscribe("owner", "c").send("RDY 1\n");
            Frame message = owner.message();
            other.subscribe("owner", "c").send("FIN " + message.id() + "\n");
            other.expectError("E_FIN_FAILED FIN " + message.id() + " failed client does not own message");
            other.send("TOUCH " + message.id() + "\n");
            other.expectError("E_TOUCH_FAILED TOUCH " + message.id() + " failed client does not own message");
        }
    }

    @Test
    void aDeferredMessageIsNotEarly() throws Exception {
        try (TestClient client = door.connect().magic()) {
            client.subscribe("deferred", "c").send("RDY 1\n");
            long sentNs = System.nanoTime();
            client.send("DPUB deferred 300\n" + sized("later")).ok();
            assertThat(client.message().body()).isEqualTo("later");
            assertThat(System.nanoTime() - sentNs).isGreaterThanOrEqualTo(290_000_000L);
        }
    }

    @Test
    void afterClsNothingComesButWhatIsInFlightCanBeFinished() throws Exception {
        try (TestClient client = door.connect().magic()) {
            client.send("MPUB cls\n" + multi("1", "2")).ok();
            client.subscribe("cls", "c").send("RDY 1\n");
            Frame message = client.message();
            client.send("CLS\n");
            assertThat(client.read().text()).isEqualTo("CLOSE_WAIT");
            client.send("RDY 5\nFIN " + message.id() + "\nFIN " + message.id() + "\n");
            client.expectError("E_FIN_FAILED FIN " + message.id() + " failed ID not in flight");
            client.send("CLS\n").expectError("E_INVALID cannot CLS in current state");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4096, 8192, 100_000, 1 << 20})
    void bodiesOfAnySizeComeBackWhole(int size) throws Exception {
        String body = text(size);
        String topic = "size-" + size;
        try (TestClient client = door.connect().magic()) {
            client.publish(topic, body).ok().publish(topic, body).ok();
            client.subscribe(topic, "c").send("RDY 2\n");
            Frame first = client.message();
            assertThat(first.body()).isEqualTo(body);
            assertThat(client.message().body()).isEqualTo(body);
            client.send("REQ " + first.id() + " 0\n");
            Frame again = client.message();
            assertThat(again.body()).isEqualTo(body);
            assertThat(again.attempts()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 100})
    void commandsMayComeInAnyPieces(int pieceBytes) throws Exception {
        String topic = "pieces-" + pieceBytes;
        String commands = "  V2PUB " + topic + "\n" + sized("one") + "NOP\nPUB " + topic + "\r\n" + sized("two")
                + "MPUB "
                + topic + "\n" + multi("three", "four") + "DPUB " + topic + " 0\n" + sized("five") + "SUB " + topic
                + " c\nRDY 10\n";
        try (TestClient client = door.connect()) {
            byte[] bytes = commands.getBytes(StandardCharsets.ISO_8859_1);
            for (int at = 0; at < bytes.length; at += pieceBytes) {
                client.send(java.util.Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + pieceBytes)));
            }
            client.ok().ok().ok().ok().ok();
            List<String> bodies = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                bodies.add(client.message().body());
            }
            assertThat(bodies).containsExactlyInAnyOrder("one", "two", "three", "four", "five");
        }
    }

    @Test
    void commandsBehindASubscriptionAreExecutedOnTheOtherLoop() throws Exception {
        for (int i = 0; i < 20; i++) {
            String topic = "moving-" + i;
            try (TestClient client = door.connect()) {
                client.send("  V2PUB " + topic + "\n" + sized("a") + "SUB " + topic + " c\nPUB " + topic + "\n"
                        + sized("b") + "RDY 2\nPUB " + topic);
                client.send("-x\n" + sized("c") + "NOP\n");
                Set<String> seen = new HashSet<>();
                for (int frames = 0; frames < 6; frames++) {
                    Frame frame = client.read();
                    seen.add(frame.type() == 2 ? frame.body() : frames + frame.text());
                }
                assertThat(seen).contains("0OK", "1OK", "a", "b").hasSize(6);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.chaski.server.Seeds#seeds")
    void manyMessagesOverManyConnectionsAllArrive(long seed) throws Exception {
        Random random = new Random(seed);
        String topic = "many" + (seed & 0xFFFFFF);
        int count = 5000;
        try (TestClient producer = door.connect().magic()) {
            Thread publishing = Thread.ofVirtual().start(() -> publishAll(producer, topic, count, random));
            Set<String> seen = new HashSet<>();
            try (TestClient consumer = door.connect().magic()) {
                consumer.subscribe(topic, "c").send("RDY 500\n");
                while (seen.size() < count) {
                    Frame message = consumer.message();
                    assertThat(seen.add(message.body().substring(0, 8))).isTrue();
                    consumer.send("FIN " + message.id() + "\n");
                }
            }
            publishing.join();
        }
    }

    private static void publishAll(TestClient producer, String topic, int count, Random random) {
        try {
            for (int i = 0; i < count; ) {
                int batch = Math.min(count - i, 1 + random.nextInt(50));
                StringBuilder commands = new StringBuilder();
                for (int j = 0; j < batch; j++) {
                    String body = String.format("%08d", i + j) + text(random.nextInt(600));
                    commands.append("PUB ").append(topic).append('\n').append(sized(body));
                }
                producer.send(commands.toString());
                for (int j = 0; j < batch; j++) {
                    producer.ok();
                }
                i += batch;
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void theStatisticsTellWhoIsConnected() throws Exception {
        try (TestClient client = door.connect().magic()) {
            client.identify(
                    "{\"client_id\":\"me\",\"hostname\":\"here\",\"user_agent\":\"test/1\",\"msg_timeout\":2000}");
            client.send("MPUB stats\n" + multi("1", "2", "3")).ok();
            client.subscribe("stats", "c").send("RDY 3\n");
            client.message();
            Frame second = client.message();
            client.message();
            client.send("FIN " + second.id() + "\n");
            await().untilAsserted(
                            () -> assertThat(consumer("stats").finishCount()).isEqualTo(1));
            ClientStats stats = consumer("stats");
            assertThat(stats.clientId()).isEqualTo("me");
            assertThat(stats.hostname()).isEqualTo("here");
            assertThat(stats.userAgent()).isEqualTo("test/1");
            assertThat(stats.msgTimeoutMs()).isEqualTo(2000);
            assertThat(stats.state()).isEqualTo(3);
            assertThat(stats.readyCount()).isEqualTo(3);
            assertThat(stats.inFlightCount()).isEqualTo(2);
            assertThat(stats.messageCount()).isEqualTo(3);
            assertThat(stats.remoteAddress()).startsWith("127.0.0.1:");
            assertThat(stats.pubCounts()).containsExactly(new ClientStats.PubCount("stats", 3));
            assertThat(door.clients().snapshot().producers()).contains(stats);
        }
        await().untilAsserted(() ->
                assertThat(door.clients().snapshot().consumers("stats", "c")).isEmpty());
    }

    @Test
    void aDeletedChannelClosesItsConsumers() throws Exception {
        try (TestClient client = door.connect().magic()) {
            client.subscribe("deleted", "c");
            door.broker().topic("deleted").deleteChannel("c").join();
            client.expectEnd();
        }
    }

    @Test
    void aTopicThatWasDeletedIsMadeAnewByTheNextPublish() throws Exception {
        try (TestClient client = door.connect().magic()) {
            client.publish("renewed", "x").ok();
            door.broker().deleteTopic("renewed").join();
            client.publish("renewed", "y").ok().subscribe("renewed", "c").send("RDY 1\n");
            assertThat(client.message().body()).isEqualTo("y");
        }
    }

    @Test
    void anEphemeralChannelGoesWithItsLastConsumerAndMayBeMadeAnew() throws Exception {
        for (int i = 0; i < 10; i++) {
            try (TestClient client = door.connect().magic()) {
                client.subscribe("passing", "c#ephemeral");
            }
        }
        await().untilAsserted(() -> assertThat(door.broker().topic("passing").findChannel("c#ephemeral"))
                .isNull());
    }

    private static ClientStats consumer(String topic) {
        return door.clients().snapshot().consumers(topic, "c").getFirst();
    }

    private static String text(int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + i % 26));
        }
        return text.toString();
    }
}
