package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a broker promised before SIGKILL holds after it. */
class CrashTest {
    private static final int COUNT = 1_000;
    private static final int PRODUCER = 1;
    private static final int BODY_BYTES = 200;
    private static final int MISSING_AFTER_MS = 10_000;

    @TempDir
    private Path data;

    @ParameterizedTest
    @ValueSource(ints = {0, 300, 3000})
    void anAcknowledgedMessageSurvivesKillMinusNine(int delayMs) throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(data)) {
            publishThousand(broker, "orders");
            Moments.letPass(Duration.ofMillis(delayMs));
            broker.killMinusNine();
        }
        try (BrokerProcess again = BrokerProcess.start(data)) {
            assertThat(drain(again, "orders", "billing", COUNT).keySet()).isEqualTo(numbers());
            again.stop();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 300, 3000})
    void anAcknowledgedMessageSurvivesKillMinusNineUnderFullLoad(int delayMs) throws Exception {
        Ledger ledger = new Ledger();
        try (BrokerProcess broker = BrokerProcess.start(data);
                Load load = new Load(broker.tcp(), "load", ledger, Seed.random("underFullLoad"))) {
            load.start(3, 2);
            ledger.awaitAcknowledged(1_000);
            publishThousand(broker, "orders");
            Moments.letPass(Duration.ofMillis(delayMs));
            ledger.killing();
            broker.killMinusNine();
            load.awaitEnd();
            ledger.died();
        }
        try (BrokerProcess again = BrokerProcess.start(data)) {
            assertThat(drain(again, "orders", "billing", COUNT).keySet()).isEqualTo(numbers());
            new Drain(again.tcp(), "load", Load.CHANNEL, ledger).run();
            ledger.assertKept();
            again.stop();
        }
    }

    @Test
    void whatWasInFlightComesAgainWithItsAttemptsCountedOn() throws Exception {
        int inFlight = 500;
        Set<Integer> seen = new HashSet<>();
        try (BrokerProcess broker = BrokerProcess.start(data)) {
            publishThousand(broker, "orders");
            try (RawNsq consumer =
                    broker.connect().subscribe("orders", "billing").ready(inFlight)) {
                for (int i = 0; i < inFlight; i++) {
                    RawNsq.Message message = consumer.readMessage();
                    assertThat(message.attempts()).isEqualTo(1);
                    seen.add(Bodies.keyOf(message.body()).number());
                }
                Moments.letPass(Grace.now());
                broker.killMinusNine();
            }
        }
        assertThat(seen).hasSize(inFlight);
        try (BrokerProcess again = BrokerProcess.start(data)) {
            Map<Integer, RawNsq.Message> drained = drain(again, "orders", "billing", COUNT);
            assertThat(drained.keySet()).isEqualTo(numbers());
            drained.forEach((number, message) -> assertThat(message.attempts())
                    .as("attempts of %s", number)
                    .isEqualTo(seen.contains(number) ? 2 : 1));
            again.stop();
        }
    }

    @Test
    void whatWasFinishedDoesNotComeAgain() throws Exception {
        int finished = 600;
        Set<Integer> left = numbers();
        try (BrokerProcess broker = BrokerProcess.start(data)) {
            publishThousand(broker, "orders");
            try (RawNsq consumer =
                    broker.connect().subscribe("orders", "billing").ready(1)) {
                for (int i = 0; i < finished; i++) {
                    RawNsq.Message message = consumer.readMessage();
                    left.remove(Bodies.keyOf(message.body()).number());
                    if (i == finished - 1) {
                        consumer.ready(0);
                        consumer.finishSurely(message.id());
                    } else {
                        consumer.finish(message.id());
                        consumer.flush();
                    }
                }
                Moments.letPass(Grace.now());
                broker.killMinusNine();
            }
        }
        try (BrokerProcess again = BrokerProcess.start(data)) {
            assertThat(drain(again, "orders", "billing", COUNT - finished).keySet())
                    .isEqualTo(left);
            again.stop();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 300, 2500})
    void aDeferredMessageSurvivesKillMinusNineAndIsNotEarly(int delayMs) throws Exception {
        long deferMs = 2_000;
        Map<Integer, Long> sentNs = new HashMap<>();
        try (BrokerProcess broker = BrokerProcess.start(data)) {
            broker.http().must("/topic/create?topic=orders");
            broker.http().must("/channel/create?topic=orders&channel=billing");
            publishDeferred(broker, deferMs, sentNs);
            Moments.letPass(Duration.ofMillis(delayMs));
            broker.killMinusNine();
        }
        try (BrokerProcess again = BrokerProcess.start(data)) {
            assertNotEarly(again, deferMs, sentNs);
            again.stop();
        }
    }

    @Test
    void aDeferredMessageSurvivesARestartAndIsNotEarly() throws Exception {
        long deferMs = 2_000;
        Map<Integer, Long> sentNs = new HashMap<>();
        try (BrokerProcess broker = BrokerProcess.start(data)) {
            broker.http().must("/topic/create?topic=orders");
            broker.http().must("/channel/create?topic=orders&channel=billing");
            publishDeferred(broker, deferMs, sentNs);
            broker.stop();
        }
        try (BrokerProcess again = BrokerProcess.start(data)) {
            assertNotEarly(again, deferMs, sentNs);
            again.stop();
        }
    }

    @Test
    void aDelayedRequeueSurvivesKillMinusNineAndIsNotEarly() throws Exception {
        long delayMs = 2_000;
        int count = 100;
        Map<Integer, Long> requeuedNs = new HashMap<>();
        try (BrokerProcess broker = BrokerProcess.start(data)) {
            publish(broker, "orders", count);
            try (RawNsq consumer =
                    broker.connect().subscribe("orders", "billing").ready(count)) {
                for (int i = 0; i < count; i++) {
                    RawNsq.Message message = consumer.readMessage();
                    requeuedNs.put(Bodies.keyOf(message.body()).number(), System.nanoTime());
                    consumer.requeue(message.id(), delayMs);
                }
                consumer.probe();
                assertThat(RawNsq.isProof(consumer.read())).isTrue();
                Moments.letPass(Grace.now());
                broker.killMinusNine();
            }
        }
        try (BrokerProcess again = BrokerProcess.start(data)) {
            Map<Integer, RawNsq.Message> drained = assertNotEarly(again, delayMs, requeuedNs);
            assertThat(drained.values())
                    .allSatisfy(m -> assertThat(m.attempts()).isEqualTo(2));
            again.stop();
        }
    }

    @Test
    void anAcknowledgedMessageSurvivesWhileSegmentsRoll() throws Exception {
        int count = 4_000;
        String[] small = BrokerKind.underTest().smallSegments();
        try (BrokerProcess broker = BrokerProcess.start(data, small);
                RawNsq producer = broker.connect()) {
            for (int from = 0; from < count; from += 50) {
                List<byte[]> bodies = new ArrayList<>();
                for (int i = from; i < from + 50; i++) {
                    bodies.add(Bodies.of(new Bodies.Key(PRODUCER, i), 8_000));
                }
                producer.mpub("orders", bodies);
                producer.flush();
                producer.expectOk();
            }
            broker.killMinusNine();
        }
        try (BrokerProcess again = BrokerProcess.start(data, small)) {
            assertThat(drain(again, "orders", "billing", count)).hasSize(count);
            again.stop();
        }
    }

    private static Set<Integer> numbers() {
        Set<Integer> all = new HashSet<>();
        for (int i = 0; i < COUNT; i++) {
            all.add(i);
        }
        return all;
    }

    private static void publishThousand(BrokerProcess broker, String topic) throws IOException {
        publish(broker, topic, COUNT);
    }

    private static void publish(BrokerProcess broker, String topic, int count) throws IOException {
        try (RawNsq producer = broker.connect()) {
            for (int i = 0; i < count; i++) {
                producer.publish(topic, Bodies.of(new Bodies.Key(PRODUCER, i), BODY_BYTES));
            }
        }
    }

    private static void publishDeferred(BrokerProcess broker, long deferMs, Map<Integer, Long> sentNs)
            throws IOException {
        try (RawNsq producer = broker.connect()) {
            for (int i = 0; i < COUNT; i++) {
                sentNs.put(i, System.nanoTime());
                producer.dpub("orders", deferMs, Bodies.of(new Bodies.Key(PRODUCER, i), BODY_BYTES));
                producer.flush();
                producer.expectOk();
            }
        }
    }

    /** Everything comes, once, and nothing before it is due. */
    private static Map<Integer, RawNsq.Message> assertNotEarly(
            BrokerProcess broker, long deferMs, Map<Integer, Long> sinceNs) throws IOException {
        Map<Integer, RawNsq.Message> drained = new HashMap<>();
        try (RawNsq consumer = broker.connect().subscribe("orders", "billing").ready(200)) {
            while (drained.size() < sinceNs.size()) {
                RawNsq.Message message = next(consumer, drained.size(), sinceNs.size());
                int number = Bodies.keyOf(message.body()).number();
                long waitedNs = System.nanoTime() - sinceNs.get(number);
                assertThat(waitedNs / 1_000_000 + 2)
                        .as("ms that %s waited", number)
                        .isGreaterThanOrEqualTo(deferMs);
                assertThat(drained.put(number, message)).as("delivered twice").isNull();
                consumer.finish(message.id());
                consumer.flush();
            }
        }
        return drained;
    }

    private static RawNsq.Message next(RawNsq consumer, int arrived, int expected) throws IOException {
        try {
            return consumer.readTimeoutMs(MISSING_AFTER_MS).readMessage();
        } catch (SocketTimeoutException e) {
            throw new AssertionError(arrived + " of " + expected + " messages arrived, and no more come", e);
        }
    }

    /** Takes and finishes exactly this many messages, and sees that no more follow. */
    static Map<Integer, RawNsq.Message> drain(BrokerProcess broker, String topic, String channel, int count)
            throws IOException, InterruptedException {
        Map<Integer, RawNsq.Message> drained = new HashMap<>();
        try (RawNsq consumer = broker.connect().subscribe(topic, channel).ready(200)) {
            while (drained.size() < count) {
                RawNsq.Message message = next(consumer, drained.size(), count);
                assertThat(drained.put(Bodies.keyOf(message.body()).number(), message))
                        .as("delivered twice")
                        .isNull();
                if (drained.size() == count) {
                    consumer.finishSurely(message.id());
                } else {
                    consumer.finish(message.id());
                    consumer.flush();
                }
            }
            var figures = broker.http().channel(topic, channel);
            assertThat(figures.path("depth").asInt()).as("depth").isZero();
            assertThat(figures.path("in_flight_count").asInt()).as("in flight").isZero();
        }
        return drained;
    }
}
