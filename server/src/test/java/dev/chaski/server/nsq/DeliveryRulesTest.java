package dev.chaski.server.nsq;

import static dev.chaski.server.nsq.TestClient.multi;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.engine.BrokerConfig;
import dev.chaski.engine.BrokerException;
import dev.chaski.engine.ChannelStats;
import dev.chaski.server.nsq.TestClient.Frame;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is given which message, and for how long. */
@Timeout(60)
class DeliveryRulesTest {
    /** Fewer than the greatest RDY, so that all of them are sent at once. */
    private static final int SAMPLED_COUNT = 2000;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"10, 120, 280", "50, 870, 1130", "99, 1955, 1999"})
    void aSampledConsumerIsSentItsShareAndTheRestCountsAsFinished(int rate, int countMin, int countMax)
            throws Exception {
        try (TestDoor door = TestDoor.open(folder);
                TestClient client = door.connect().magic()) {
            client.identify("{\"sample_rate\":" + rate + "}");
            client.subscribe("t", "c").send("RDY 2500\n");
            publish(door, "t", SAMPLED_COUNT);
            await().until(() ->
                    stats(door).messageCount() == SAMPLED_COUNT && stats(door).depth() == 0);
            long sent = stats(door).inFlightCount();
            // Five standard deviations on either side.
            assertThat(sent).isBetween((long) countMin, (long) countMax);
            take(client, (int) sent);
            await().until(() -> stats(door).inFlightCount() == 0);
        }
        try (TestDoor door = TestDoor.open(folder);
                TestClient client = door.connect().magic()) {
            client.subscribe("t", "c").send("RDY 1\n");
            publish(door, "t", 1);
            assertThat(client.message().body()).isEqualTo("m");
        }
    }

    @Test
    void theNearestConsumerIsServedWhereTopologyCounts() throws Exception {
        try (TestDoor door = topologyDoor(true);
                TestClient elsewhere = consumer(door, "other", "other");
                TestClient region = consumer(door, "other", "here");
                TestClient zone = consumer(door, "zone-1", "here")) {
            publish(door, "t", 20);
            take(zone, 20);
            assertThat(received(door, "zone-1", "here")).isEqualTo(20);
            zone.send("RDY 0\n").publish("flush", "x").ok();
            publish(door, "t", 20);
            take(region, 20);
            region.send("RDY 0\n").publish("flush", "x").ok();
            publish(door, "t", 20);
            take(elsewhere, 20);
            zone.send("RDY 100\n").publish("flush", "x").ok();
            publish(door, "t", 20);
            take(zone, 20);
            assertThat(received(door, "other", "here")).isEqualTo(20);
            assertThat(received(door, "other", "other")).isEqualTo(20);
        }
    }

    @Test
    void everybodyIsServedWhereTopologyDoesNotCount() throws Exception {
        try (TestDoor door = topologyDoor(false);
                TestClient elsewhere = consumer(door, "other", "other");
                TestClient region = consumer(door, "other", "here");
                TestClient zone = consumer(door, "zone-1", "here")) {
            publish(door, "t", 30);
            assertThat(elsewhere.message().body()).isEqualTo("m");
            assertThat(region.message().body()).isEqualTo("m");
            assertThat(zone.message().body()).isEqualTo("m");
        }
    }

    @Test
    void aChannelThatHasAllItsConsumersRefusesAnother() throws Exception {
        try (TestDoor door = TestDoor.openBroker(folder, DeliveryRulesTest::twoConsumers);
                TestClient first = door.connect().magic();
                TestClient second = door.connect().magic();
                TestClient third = door.connect().magic();
                TestClient fourth = door.connect().magic()) {
            first.subscribe("t", "c");
            second.subscribe("t", "c");
            third.send("SUB t c\n").expectError("E_SUB_FAILED SUB failed consumers for t:c exceeds limit of 2");
            third.expectEnd();
            first.hangUp();
            await().until(() -> door.clients().snapshot().consumers("t", "c").size() == 1);
            fourth.subscribe("t", "c");
        }
    }

    @Test
    void eachClientHasItsOwnTimeOut() throws Exception {
        try (TestDoor door = TestDoor.open(folder);
                TestClient quick = door.connect().magic();
                TestClient patient = door.connect().magic()) {
            quick.identify("{\"msg_timeout\":1000}");
            patient.identify("{\"msg_timeout\":5000}");
            quick.subscribe("t", "c").send("RDY 1\n");
            publish(door, "t", 1);
            long startNs = System.nanoTime();
            String id = quick.message().id();
            patient.subscribe("t", "c").send("RDY 1\n");
            quick.send("RDY 0\n");
            Frame again = patient.message();
            assertThat(millisSince(startNs)).isBetween(990L, 2500L);
            assertThat(again.id()).isEqualTo(id);
            assertThat(again.attempts()).isEqualTo(2);
            quick.send("FIN " + id + "\n")
                    .expectError("E_FIN_FAILED FIN " + id + " failed client does not own message");
            quick.send("RDY 1\n");
            await().pollDelay(1500, TimeUnit.MILLISECONDS)
                    .untilAsserted(() -> assertThat(stats(door).inFlightCount()).isEqualTo(1));
            patient.send("FIN " + id + "\n");
            await().until(() -> stats(door).inFlightCount() == 0);
            assertThat(stats(door).timeoutCount()).isEqualTo(1);
        }
    }

    @Test
    void touchKeepsAMessageUpToTheLongestTimeOutAndNoLonger() throws Exception {
        NsqLimits limits = new TestLimits().maxMsgTimeoutMs(2500).all();
        try (TestDoor door = TestDoor.open(folder, TestDoor.limits(limits));
                TestClient client = door.connect().magic()) {
            client.identify("{\"msg_timeout\":1000}");
            client.subscribe("t", "c").send("RDY 1\n");
            publish(door, "t", 1);
            long startNs = System.nanoTime();
            String id = client.message().id();
            while (millisSince(startNs) < 2000) {
                await().pollDelay(200, TimeUnit.MILLISECONDS).until(() -> true);
                client.send("TOUCH " + id + "\n");
            }
            Frame again = client.message();
            assertThat(again.id()).isEqualTo(id);
            assertThat(again.attempts()).isEqualTo(2);
            assertThat(millisSince(startNs)).isBetween(2490L, 4000L);
        }
    }

    @Test
    void aMessageGivenBackWithADelayIsNotEarlyAndTheDelayIsBounded() throws Exception {
        NsqLimits limits = new TestLimits().maxReqTimeoutMs(600).all();
        try (TestDoor door = TestDoor.open(folder, TestDoor.limits(limits));
                TestClient client = door.connect().magic()) {
            client.subscribe("t", "c").send("RDY 1\n");
            publish(door, "t", 1);
            Frame first = client.message();
            long startNs = System.nanoTime();
            client.send("REQ " + first.id() + " 300\n");
            Frame second = client.message();
            assertThat(millisSince(startNs)).isBetween(290L, 2000L);
            startNs = System.nanoTime();
            client.send("REQ " + second.id() + " 999999999\n");
            await().until(() -> stats(door).deferredCount() == 1);
            Frame third = client.message();
            assertThat(millisSince(startNs)).isBetween(590L, 3000L);
            assertThat(third.attempts()).isEqualTo(3);
            client.send("REQ " + third.id() + " -1\n").expectError("E_INVALID REQ could not parse timeout -1");
        }
    }

    @Test
    void afterClsWhatIsInFlightCanBeFinishedAndGivenBack() throws Exception {
        try (TestDoor door = TestDoor.open(folder);
                TestClient leaving = door.connect().magic();
                TestClient staying = door.connect().magic()) {
            leaving.subscribe("t", "c").send("RDY 3\n");
            publish(door, "t", 3);
            Frame finished = leaving.message();
            Frame givenBack = leaving.message();
            Frame touched = leaving.message();
            leaving.send("CLS\n");
            assertThat(leaving.read().text()).isEqualTo("CLOSE_WAIT");
            leaving.send(
                    "RDY 10\nFIN " + finished.id() + "\nREQ " + givenBack.id() + " 0\nTOUCH " + touched.id() + "\n");
            staying.subscribe("t", "c").send("RDY 10\n");
            Frame again = staying.message();
            assertThat(again.id()).isEqualTo(givenBack.id());
            publish(door, "t", 1);
            assertThat(staying.message().attempts()).isEqualTo(1);
            leaving.send("FIN " + touched.id() + "\n");
            await().until(() -> stats(door).inFlightCount() == 2);
            assertThat(stats(door).depth()).isZero();
        }
    }

    @Test
    void readyZeroStopsDeliveryUntilItIsRaised() throws Exception {
        try (TestDoor door = TestDoor.open(folder);
                TestClient client = door.connect().magic()) {
            client.subscribe("t", "c").send("RDY 2\n");
            publish(door, "t", 2);
            Frame first = client.message();
            Frame second = client.message();
            client.send("RDY 0\nFIN " + first.id() + "\nFIN " + second.id() + "\n");
            publish(door, "t", 5);
            client.publish("other", "x").ok(); // and nothing before it
            assertThat(stats(door).depth()).isEqualTo(5);
            client.send("RDY 5\n");
            take(client, 5);
            await().until(() -> stats(door).inFlightCount() == 0);
        }
    }

    @Test
    void anEphemeralTopicAndItsChannelGoWithTheLastClient() throws Exception {
        try (TestDoor door = TestDoor.open(folder)) {
            try (TestClient first = door.connect().magic();
                    TestClient second = door.connect().magic()) {
                first.subscribe("t#ephemeral", "c#ephemeral").send("RDY 1\n");
                second.subscribe("t#ephemeral", "c#ephemeral")
                        .publish("t#ephemeral", "x")
                        .ok();
                assertThat(first.message().body()).isEqualTo("x");
                first.hangUp();
                await().until(() -> door.door().connectionCount() == 1);
                second.publish("t#ephemeral", "y").ok();
                assertThat(door.broker().findTopic("t#ephemeral")).isNotNull();
            }
            await().until(() -> door.broker().findTopic("t#ephemeral") == null);
        }
    }

    @Test
    void anEphemeralChannelLeavesItsTopicBehind() throws Exception {
        try (TestDoor door = TestDoor.open(folder)) {
            try (TestClient client = door.connect().magic()) {
                client.subscribe("t", "c#ephemeral");
            }
            await().until(() -> door.broker().topic("t").findChannel("c#ephemeral") == null);
            assertThat(door.broker().findTopic("t")).isNotNull();
        }
    }

    private TestDoor topologyDoor(boolean isOn) throws Exception {
        return TestDoor.open(
                folder,
                TestDoor.features(usual -> new NsqFeatures(
                        usual.version(),
                        usual.tlsRequired(),
                        usual.deflate(),
                        usual.maxDeflateLevel(),
                        usual.snappy(),
                        isOn,
                        "zone-1",
                        "here")));
    }

    private static TestClient consumer(TestDoor door, String zone, String region) throws IOException {
        TestClient client = door.connect().magic();
        client.identify("{\"topology_zone\":\"" + zone + "\",\"topology_region\":\"" + region + "\"}");
        client.subscribe("t", "c").send("RDY 100\n");
        // Answered behind RDY, on the channel's loop.
        return client.publish("flush", "x").ok();
    }

    private static long received(TestDoor door, String zone, String region) {
        return door.clients().snapshot().consumers("t", "c").stream()
                .filter(stats -> stats.topologyZone().equals(zone)
                        && stats.topologyRegion().equals(region))
                .findFirst()
                .orElseThrow()
                .messageCount();
    }

    /** Sees and finishes so many messages, which are all that comes. */
    private static void take(TestClient client, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            client.send("FIN " + client.message().id() + "\n");
        }
        client.publish("flush", "x").ok();
    }

    private static void publish(TestDoor door, String topic, int count) throws IOException {
        try (TestClient producer = door.connect().magic()) {
            String[] bodies = Collections.nCopies(count, "m").toArray(String[]::new);
            producer.send("MPUB " + topic + "\n" + multi(bodies)).ok();
        }
    }

    private static BrokerConfig twoConsumers(BrokerConfig usual) {
        return new BrokerConfig(
                usual.log(),
                usual.ack(),
                usual.memQueueSize(),
                usual.maxMsgSizeBytes(),
                2,
                usual.maxTopics(),
                usual.e2ePercentiles(),
                usual.e2eWindowMs(),
                usual.knownChannels());
    }

    private static ChannelStats stats(TestDoor door) throws BrokerException {
        return door.broker().topic("t").channel("c").stats();
    }

    private static long millisSince(long startNs) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
    }
}
