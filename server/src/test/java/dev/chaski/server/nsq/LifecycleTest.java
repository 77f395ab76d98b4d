package dev.chaski.server.nsq;

import static dev.chaski.server.nsq.TestClient.sized;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections come, are looked after, and go. */
class LifecycleTest {
    @TempDir
    private Path folder;

    @Test
    void aSilentClientGetsHeartbeatsAndIsClosedAfterTwoIntervals() throws Exception {
        try (TestDoor door = TestDoor.open(folder);
                TestClient client = door.connect().magic()) {
            client.identify("{\"heartbeat_interval\":1000}");
            long startNs = System.nanoTime();
            assertThat(client.readAny().text()).isEqualTo("_heartbeat_");
            long beatMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
            assertThat(beatMs).isBetween(950L, 1600L);
            client.expectEnd();
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs))
                    .isBetween(1950L, 2700L);
        }
    }

    @Test
    void aClientThatAnswersHeartbeatsStays() throws Exception {
        try (TestDoor door = TestDoor.open(folder);
                TestClient client = door.connect().magic()) {
            client.identify("{\"heartbeat_interval\":1000}");
            client.subscribe("t", "c");
            for (int i = 0; i < 3; i++) {
                assertThat(client.readAny().text()).isEqualTo("_heartbeat_");
                client.send("NOP\n");
            }
            client.publish("t", "x").ok();
        }
    }

    @Test
    void aConnectionThatNeverSaysItsProtocolIsToldNothingAndClosedInTime() throws Exception {
        NsqLimits limits = new TestLimits().clientTimeoutMs(800).all();
        try (TestDoor door = TestDoor.open(folder, TestDoor.limits(limits));
                TestClient client = door.connect()) {
            long startNs = System.nanoTime();
            client.send("  V");
            client.expectEnd();
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs))
                    .isBetween(750L, 3000L);
        }
    }

    @Test
    void aClientThatSwitchedHeartbeatsOffMayBeSilent() throws Exception {
        NsqLimits limits = new TestLimits().clientTimeoutMs(400).all();
        try (TestDoor door = TestDoor.open(folder, TestDoor.limits(limits));
                TestClient silent = door.connect().magic();
                TestClient usual = door.connect().magic()) {
            silent.identify("{\"heartbeat_interval\":-1}");
            assertThat(usual.readAny().text()).isEqualTo("_heartbeat_");
            usual.expectEnd();
            silent.publish("t", "x");
            assertThat(silent.readAny().text()).isEqualTo("OK");
        }
    }

    @Test
    void drainingAnswersWhatWasReceivedAndCloses() throws Exception {
        try (TestDoor door = TestDoor.open(folder);
                TestClient producer = door.connect().magic();
                TestClient consumer = door.connect().magic()) {
            consumer.subscribe("t", "c");
            producer.publish("t", "x").ok();
            producer.send("PUB t\n" + sized("half").substring(0, 6));
            door.door().closeAcceptor();
            door.door().drain().get(5, TimeUnit.SECONDS);
            producer.expectEnd();
            consumer.expectEnd();
            assertThat(door.door().connectionCount()).isZero();
            assertThat(door.clients().count()).isZero();
        }
    }

    @Test
    void anEndOfInputBehindCommandsLetsThemBeAnswered() throws Exception {
        try (TestDoor door = TestDoor.open(folder);
                TestClient client = door.connect()) {
            client.send("  V2PUB t\n" + sized("1") + "PUB u\n" + sized("2") + "SUB t c\n");
            client.endInput();
            client.ok().ok().ok().expectEnd();
        }
    }

    @Test
    void theDoorWorksWithoutEpoll() throws Exception {
        try (TestDoor door = TestDoor.openOnNio(folder)) {
            for (int i = 0; i < 8; i++) {
                try (TestClient client = door.connect().magic()) {
                    client.publish("t" + i, "x").ok().subscribe("t" + i, "c").send("RDY 1\n");
                    assertThat(client.message().body()).isEqualTo("x");
                    client.send("MPUB\n").expectError("E_INVALID MPUB insufficient number of parameters");
                    client.expectEnd();
                }
            }
        }
    }

    @Test
    void moreConnectionsThanAllowedAreRefused() throws Exception {
        try (TestDoor door = TestDoor.open(
                        folder,
                        TestDoor.limits(new TestLimits().connectionCountMax(2).all()));
                TestClient first = door.connect().magic();
                TestClient second = door.connect().magic()) {
            first.publish("t", "1").ok();
            second.publish("t", "2").ok();
            try (TestClient third = door.connect()) {
                third.expectEnd();
            }
            first.publish("t", "3").ok();
        }
    }

    @Test
    void aConsumerThatDoesNotReadHoldsABoundedAmountAndHarmsNobody() throws Exception {
        String body = "x".repeat(100_000);
        try (TestDoor door = TestDoor.open(folder);
                TestClient producer = door.connect().magic();
                TestClient stalled = door.connect().magic()) {
            stalled.subscribe("big", "c").send("RDY 2500\n");
            for (int i = 0; i < 300; i++) {
                producer.publish("big", body).ok();
            }
            try (TestClient other = door.connect().magic()) {
                other.subscribe("big", "other").publish("small", "y").ok();
            }
            for (int i = 0; i < 300; i++) {
                assertThat(stalled.message().body()).hasSize(body.length());
            }
        }
    }

    @Test
    void aProducerThatDoesNotReadItsAnswersIsNotReadEither() throws Exception {
        try (TestDoor door = TestDoor.open(folder);
                TestClient client = door.connect().magic()) {
            int count = 200_000;
            Thread publishing = Thread.ofVirtual().start(() -> {
                String commands = ("PUB t\n" + sized("x")).repeat(1000);
                try {
                    for (int i = 0; i < count / 1000; i++) {
                        client.send(commands);
                    }
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            for (int i = 0; i < count; i++) {
                client.ok();
            }
            publishing.join();
        }
    }

    @Test
    void manyConnectionsThatSayNothingLeaveOthersUnharmed() throws Exception {
        try (TestDoor door = TestDoor.open(folder)) {
            List<TestClient> silent = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                silent.add(door.connect());
            }
            await().until(() -> door.door().connectionCount() == 500);
            try (TestClient client = door.connect().magic()) {
                client.publish("t", "x").ok();
            }
            for (TestClient client : silent) {
                client.close();
            }
            await().until(() -> door.door().connectionCount() == 0);
        }
    }
}
