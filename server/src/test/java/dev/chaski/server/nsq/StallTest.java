package dev.chaski.server.nsq;

import static dev.chaski.server.nsq.TestClient.sized;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.wire.FrameFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that do not read what they are sent are closed in time, and nobody else notices. */
@Timeout(60)
class StallTest {
    private static final int STALL_TIMEOUT_MS = 600;
    /** Where a client must be seen to read, though the machine may let nobody run for a while. */
    private static final int PATIENT_TIMEOUT_MS = 3_000;
    /** More than a socket takes that nobody reads from, and as much again. */
    private static final int UNREAD_BYTES = 32 << 20;

    /** What the systems at both ends hold, and some more: commands beyond are not read, so their answers are bounded. */
    private static final int FLOOD_BYTES_MAX = 20 << 20;

    private final AtomicLong sentBytes = new AtomicLong();

    @TempDir
    private Path folder;

    private TestDoor door;

    @BeforeEach
    void open() throws Exception {
        open(STALL_TIMEOUT_MS);
    }

    private void open(int stallTimeoutMs) throws Exception {
        door = TestDoor.open(
                folder,
                TestDoor.limits(new TestLimits().stallTimeoutMs(stallTimeoutMs).all()));
    }

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void aConsumerThatReadsNothingIsClosedAndItsMessagesGoToOthers() throws Exception {
        String body = "x".repeat(1 << 20);
        int count = UNREAD_BYTES / body.length();
        try (TestClient stalled = door.connect().magic();
                TestClient producer = door.connect().magic();
                TestClient other = door.connect().magic()) {
            stalled.identify("{\"msg_timeout\":1000}");
            stalled.subscribe("big", "c").send("RDY 2500\n");
            other.subscribe("big", "other").send("RDY 1\n");
            for (int i = 0; i < count; i++) {
                producer.publish("big", body).ok();
            }
            await().until(() -> door.clients().snapshot().consumers("big", "c").isEmpty());
            for (int i = 0; i < count; i++) {
                other.send("FIN " + other.message().id() + "\n");
            }
            try (TestClient next = door.connect().magic()) {
                next.subscribe("big", "c").send("RDY 1\n");
                for (int i = 0; i < count; i++) {
                    next.send("FIN " + next.message().id() + "\n");
                }
            }
            producer.publish("big", "still here").ok();
        }
    }

    @Test
    void aConsumerThatReadsSlowlyStays() throws Exception {
        door.close();
        open(PATIENT_TIMEOUT_MS);
        String body = "x".repeat(1 << 20);
        int count = UNREAD_BYTES / body.length();
        try (TestClient slow = door.connect().magic();
                TestClient producer = door.connect().magic()) {
            slow.subscribe("big", "c").send("RDY 2500\n");
            CompletableFuture<Void> publishing = CompletableFuture.runAsync(() -> publish(producer, body, count));
            for (int i = 0; i < count; i++) {
                // Twice longer altogether than a client may read nothing.
                await().pollDelay(Duration.ofMillis(2L * PATIENT_TIMEOUT_MS / count))
                        .until(() -> true);
                slow.send("FIN " + slow.message().id() + "\n");
            }
            publishing.join();
        }
    }

    private static void publish(TestClient producer, String body, int count) {
        try {
            for (int i = 0; i < count; i++) {
                producer.publish("big", body).ok();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aProducerThatReadsNoAnswersIsClosed() throws Exception {
        try (TestClient producer = door.connect().magic();
                TestClient other = door.connect().magic()) {
            Thread flooding = flood(producer, "PUB t\n" + sized("x"));
            other.publish("t", "x").ok();
            await().until(() -> door.door().connectionCount() == 1);
            flooding.join();
            other.publish("t", "x").ok();
        }
    }

    @Test
    void aConsumerThatReadsNothingOfItsErrorsIsClosedToo() throws Exception {
        try (TestClient consumer = door.connect().magic();
                TestClient other = door.connect().magic()) {
            consumer.subscribe("t", "c");
            Thread flooding = flood(consumer, "FIN 0123456789abcdef\n");
            await().until(() -> door.door().connectionCount() == 1);
            flooding.join();
            assertThat(sentBytes.get()).isLessThan(FLOOD_BYTES_MAX);
            other.publish("t", "x").ok();
        }
    }

    @Test
    void aConsumerThatBeganToPublishWhenItReadNothingAnyMoreIsClosedToo() throws Exception {
        try (TestClient consumer = door.connect().magic();
                TestClient producer = door.connect().magic()) {
            fillUp(consumer, producer);
            Thread flooding = flood(consumer, "PUB t\n" + sized("x"));
            await().until(() -> door.door().connectionCount() == 1);
            flooding.join();
            assertThat(sentBytes.get()).isLessThan(FLOOD_BYTES_MAX);
            producer.publish("t", "x").ok();
        }
    }

    @Test
    void aConsumerThatPublishesWhenItLagsGetsEverythingOnceItReads() throws Exception {
        int publishCount = 10_000;
        try (TestDoor patient = TestDoor.open(folder.resolve("patient"));
                TestClient consumer = patient.connect().magic();
                TestClient producer = patient.connect().magic()) {
            int count = fillUp(consumer, producer);
            consumer.send(("PUB t\n" + sized("x")).repeat(publishCount));
            int messages = 0;
            int oks = 0;
            while (messages < count || oks < publishCount) {
                TestClient.Frame frame = consumer.read();
                if (frame.type() == FrameFormat.TYPE_MESSAGE) {
                    messages++;
                } else {
                    assertThat(frame.text()).isEqualTo("OK");
                    oks++;
                }
            }
            assertThat(messages).isEqualTo(count);
            assertThat(oks).isEqualTo(publishCount);
            consumer.publish("t", "y").ok();
        }
    }

    /** Has a consumer be sent more than its socket takes. Returns how many messages there are. */
    private static int fillUp(TestClient consumer, TestClient producer) throws IOException {
        String body = "x".repeat(1 << 20);
        int count = UNREAD_BYTES / body.length();
        consumer.subscribe("big", "c").send("RDY 2500\n");
        for (int i = 0; i < count; i++) {
            producer.publish("big", body).ok();
        }
        return count;
    }

    /** Sends without end, until it is cut off. */
    private Thread flood(TestClient client, String command) {
        byte[] commands = TestClient.latin1(command.repeat(1000));
        return Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    client.send(commands);
                    sentBytes.addAndGet(commands.length);
                }
            } catch (IOException e) {
                assertThat(e).isNotNull();
            }
        });
    }
}
