package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file system that runs full under a broker, and gets room again. */
class FullDiskTest {
    private static final int BODY_BYTES = 32 << 10;
    private static final Duration TURN = Duration.ofSeconds(20);
    private static final String[] FLAGS = {"--disk-low-water=8mb", "--segment-size-max=1mb", "--recycled-size-max=1mb"};

    @TempDir
    private Path work;

    private Path disk;

    @BeforeEach
    void mount() throws IOException, InterruptedException {
        Assumptions.assumeTrue(BrokerKind.underTest() == BrokerKind.CHASKI, "nsqd takes no heed of a full disk");
        disk = Files.createDirectory(work.resolve("disk"));
        int exit = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=64m", "chaski-test", disk.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        Assumptions.assumeTrue(exit == 0, "may not mount a small file system here");
    }

    @AfterEach
    void unmount() throws IOException, InterruptedException {
        new ProcessBuilder("umount", "-l", disk.toString()).start().waitFor();
    }

    private Path data() {
        return disk.resolve("data");
    }

    @Test
    void publishingStopsWithAnErrorBeforeTheDiskIsFullAndGoesOnWhenMessagesAreFinished() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(data(), FLAGS)) {
            broker.http().must("/topic/create?topic=flood");
            broker.http().must("/channel/create?topic=flood&channel=c");
            int stored = publishUntilFull(broker);
            assertThat(broker.log().contains(Pattern.compile("level=ERROR.*disk")))
                    .as("an error about the disk:\n%s", broker.log().tail())
                    .isTrue();
            assertThat(drain(broker)).hasSize(stored);
            assertHealthyAgain(broker);
            broker.signalTerm();
            assertThat(broker.awaitExit()).isZero();
        }
    }

    @Test
    void aDiskFilledByOthersStopsPublishersOnlyUntilThereIsRoomAgain() throws Exception {
        Path foreign = disk.resolve("foreign");
        try (BrokerProcess broker = BrokerProcess.start(data(), FLAGS)) {
            int stored = publishHundredAndFill(broker, foreign);
            assertThat(drain(broker)).hasSize(stored);
            Files.delete(foreign);
            assertHealthyAgain(broker);
            broker.signalTerm();
            assertThat(broker.awaitExit()).isZero();
        }
    }

    @Test
    void aBrokerKilledOnAFullDiskStartsThereAndServesConsumers() throws Exception {
        int stored;
        try (BrokerProcess broker = BrokerProcess.start(data(), FLAGS)) {
            stored = publishHundredAndFill(broker, disk.resolve("foreign"));
            broker.killMinusNine();
        }
        // A start gives back the segments that were made ready: the next one finds not a byte.
        try (BrokerProcess again = BrokerProcess.start(data(), FLAGS)) {
            again.killMinusNine();
        }
        fill(disk.resolve("more"));
        try (BrokerProcess again = BrokerProcess.start(data(), FLAGS)) {
            assertUnhealthy(again);
            assertThat(again.http().post("/pub?topic=flood", "x").status()).isBetween(500, 599);
            assertThat(drain(again).size()).isBetween(stored, stored + 1);
            again.signalTerm();
            assertThat(again.awaitExit()).isZero();
        }
        fill(disk.resolve("rest"));
        try (BrokerProcess again = BrokerProcess.start(data(), FLAGS)) {
            assertThat(drain(again)).as("what was finished on the full disk").isEmpty();
            Files.delete(disk.resolve("foreign"));
            assertHealthyAgain(again);
            again.signalTerm();
            assertThat(again.awaitExit()).isZero();
        }
    }

    /** Returns how many messages were acknowledged. */
    private static int publishHundredAndFill(BrokerProcess broker, Path foreign) throws Exception {
        broker.http().must("/topic/create?topic=flood");
        broker.http().must("/channel/create?topic=flood&channel=c");
        try (RawNsq producer = broker.connect()) {
            for (int i = 0; i < 100; i++) {
                producer.publish("flood", Bodies.of(new Bodies.Key(1, i), BODY_BYTES));
            }
        }
        fill(foreign);
        int stored = 100 + publishUntilRefused(broker, 100);
        assertUnhealthy(broker);
        return stored;
    }

    /** Takes all room that is left. */
    private static void fill(Path file) throws IOException {
        byte[] block = new byte[64 << 10];
        try (OutputStream out = Files.newOutputStream(file)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space");
        }
    }

    /** Publishes until nobody may: what the broker gives back when the disk is full may make room once more. */
    private static int publishUntilFull(BrokerProcess broker) {
        AtomicInteger stored = new AtomicInteger();
        Awaitility.await().atMost(TURN).untilAsserted(() -> {
            stored.addAndGet(publishUntilRefused(broker, stored.get()));
            int status = broker.http()
                    .post("/pub?topic=flood", Bodies.of(new Bodies.Key(1, stored.get()), BODY_BYTES))
                    .status();
            if (status == 200) {
                stored.incrementAndGet();
            }
            assertThat(status).isBetween(500, 599);
            assertPingTells(broker);
        });
        return stored.get();
    }

    /** How many were acknowledged before the first error. */
    private static int publishUntilRefused(BrokerProcess broker, int from) throws IOException {
        try (RawNsq producer = broker.connect()) {
            for (int i = from; ; i++) {
                assertThat(i).as("messages on a disk of 64 MB").isLessThan(2_048);
                producer.pub("flood", Bodies.of(new Bodies.Key(1, i), BODY_BYTES));
                producer.flush();
                RawNsq.Frame answer = producer.read();
                if (answer instanceof RawNsq.Failure failure) {
                    assertThat(failure.text()).startsWith("E_PUB_FAILED");
                    return i - from;
                }
                assertThat(answer).isEqualTo(new RawNsq.Response("OK"));
            }
        }
    }

    private static void assertUnhealthy(BrokerProcess broker) {
        Awaitility.await().atMost(TURN).untilAsserted(() -> assertPingTells(broker));
    }

    private static void assertPingTells(BrokerProcess broker) throws IOException, InterruptedException {
        HttpDoor.Answer ping = broker.http().get("/ping");
        assertThat(ping.status()).isEqualTo(500);
        assertThat(ping.body()).startsWith("NOK - ");
    }

    private static void assertHealthyAgain(BrokerProcess broker) {
        Awaitility.await()
                .atMost(TURN)
                .untilAsserted(() -> assertThat(broker.http().get("/ping")).isEqualTo(new HttpDoor.Answer(200, "OK")));
        Awaitility.await()
                .atMost(TURN)
                .untilAsserted(() -> assertThat(
                                broker.http().post("/pub?topic=after", "x").status())
                        .isEqualTo(200));
    }

    /** Finishes whatever the channel has; each message is whole. */
    private static Set<Integer> drain(BrokerProcess broker) throws IOException {
        Set<Integer> arrived = new HashSet<>();
        try (RawNsq consumer =
                broker.connect().readTimeoutMs(2_000).subscribe("flood", "c").ready(100)) {
            while (true) {
                RawNsq.Message message = consumer.readMessage();
                arrived.add(Bodies.keyOf(message.body()).number());
                consumer.finish(message.id());
                consumer.flush();
            }
        } catch (java.net.SocketTimeoutException e) {
            return arrived;
        }
    }
}
