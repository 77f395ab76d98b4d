package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Starting, stopping and starting again. */
class LifeCycleTest {
    @TempDir
    private Path data;

    @Test
    void anIdleBrokerEndsWithExitCodeZeroOnSigterm() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(data)) {
            broker.stop();
        }
    }

    @Test
    void theStartScriptServesAndPassesSignalsOn() throws Exception {
        Assumptions.assumeTrue(BrokerKind.isBuilt(), "chaski.jar has not been built");
        try (BrokerProcess broker = BrokerProcess.start(BrokerKind.SCRIPT, data)) {
            try (RawNsq producer = broker.connect()) {
                producer.publish("orders", new byte[] {1});
            }
            broker.stop();
        }
    }

    @Test
    void sigtermKeepsEveryPromiseThatWasMade() throws Exception {
        AtomicInteger acknowledged = new AtomicInteger();
        try (BrokerProcess broker = BrokerProcess.start(data)) {
            RawNsq producer = broker.connect();
            Thread publishing = Thread.ofPlatform().start(() -> publishUntilClosed(producer, acknowledged));
            org.awaitility.Awaitility.await().until(() -> acknowledged.get() > 500);
            broker.stop();
            publishing.join();
            try (producer) {
                assertThat(acknowledged.get()).isGreaterThan(500);
            }
        }
        try (BrokerProcess again = BrokerProcess.start(data)) {
            int count = again.http().topic("orders").path("depth").asInt();
            assertThat(count).isBetween(acknowledged.get(), acknowledged.get() + 1);
            assertThat(CrashTest.drain(again, "orders", "billing", count)).hasSize(count);
            again.stop();
        }
    }

    private static void publishUntilClosed(RawNsq producer, AtomicInteger acknowledged) {
        try {
            while (true) {
                int number = acknowledged.get();
                producer.publish("orders", Bodies.of(new Bodies.Key(1, number), 50));
                acknowledged.incrementAndGet();
            }
        } catch (IOException e) {
            // The broker went down: what was not answered was not promised.
        }
    }

    @Test
    void sigtermClosesConsumersAndLetsNobodyIn() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(data);
                RawNsq consumer =
                        broker.connect().subscribe("orders", "billing").ready(1)) {
            var address = broker.tcp();
            broker.stop();
            consumer.expectClosed();
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> RawNsq.connect(address)))
                    .isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void aSecondInstanceOnTheSameFolderIsRefused() throws Exception {
        try (BrokerProcess first = BrokerProcess.start(data);
                BrokerProcess second = BrokerProcess.launch(BrokerKind.underTest(), data)) {
            assertThat(second.awaitExit()).as("exit code of the second").isNotZero();
            assertThat(String.join("\n", second.log().lines()))
                    .contains(data.toString())
                    .doesNotContain("\tat ");
            first.http().must("/topic/create?topic=still-serving");
            first.stop();
        }
    }

    @Test
    void aPortThatIsTakenIsNamed() throws Exception {
        try (BrokerProcess first = BrokerProcess.start(data.resolve("first"));
                BrokerProcess second = BrokerProcess.launch(
                        BrokerKind.underTest(),
                        data.resolve("second"),
                        "--tcp-address=127.0.0.1:" + first.tcp().getPort())) {
            assertThat(second.awaitExit()).as("exit code of the second").isNotZero();
            assertThat(String.join("\n", second.log().lines()))
                    .contains(Integer.toString(first.tcp().getPort()))
                    .doesNotContain("\tat ");
            first.stop();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--mem-queue-sice=5 | mem-queue-size",
                "--msg-timeout=soon | msg-timeout",
                "--tls-client-auth-policy=perhaps | require-verify",
                "--ack=maybe | synced",
                "--max-rdy-count=-1 | max-rdy-count",
            })
    void aWrongFlagOrValueSaysWhatIsAllowed(String flag, String hint) throws Exception {
        Assumptions.assumeTrue(BrokerKind.underTest() == BrokerKind.CHASKI);
        try (BrokerProcess broker = BrokerProcess.launch(BrokerKind.CHASKI, data, flag)) {
            assertThat(broker.awaitExit()).as("exit code").isEqualTo(2);
            assertThat(String.join("\n", broker.log().lines())).contains(hint).doesNotContain("\tat ");
        }
    }

    @Test
    void aFlagWithoutEffectSaysSo() throws Exception {
        Assumptions.assumeTrue(BrokerKind.underTest() == BrokerKind.CHASKI);
        try (BrokerProcess broker = BrokerProcess.start(data, "--sync-every=1")) {
            assertThat(broker.log().contains(Pattern.compile("sync-every.*no effect")))
                    .as(
                            "a line that says that sync-every has no effect:\n%s",
                            broker.log().tail())
                    .isTrue();
            broker.stop();
        }
    }

    @Test
    void aRestartKeepsTopicsChannelsPausesAndDepths() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(data)) {
            for (String path : new String[] {
                "/topic/create?topic=plain",
                "/channel/create?topic=plain&channel=a",
                "/channel/create?topic=plain&channel=b",
                "/topic/create?topic=paused",
                "/channel/create?topic=paused&channel=c",
                "/topic/pause?topic=paused",
                "/channel/pause?topic=plain&channel=b",
                "/topic/create?topic=gone",
                "/topic/delete?topic=gone",
                "/channel/create?topic=plain&channel=gone",
                "/channel/delete?topic=plain&channel=gone",
                "/topic/create?topic=brief%23ephemeral",
            }) {
                broker.http().must(path);
            }
            for (int i = 0; i < 5; i++) {
                broker.http().post("/pub?topic=plain", "m" + i);
                broker.http().post("/pub?topic=paused", "m" + i);
            }
            assertState(broker);
            broker.stop();
        }
        try (BrokerProcess again = BrokerProcess.start(data)) {
            assertState(again);
            assertThat(again.http().topic("brief#ephemeral")).isNull();
            again.killMinusNine();
        }
        try (BrokerProcess again = BrokerProcess.start(data)) {
            assertState(again);
            again.http().must("/topic/unpause?topic=paused");
            try (RawNsq consumer = again.connect().subscribe("paused", "c").ready(10)) {
                List<String> bodies = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    RawNsq.Message message = consumer.readMessage();
                    bodies.add(message.text());
                    consumer.finish(message.id());
                    consumer.flush();
                }
                assertThat(bodies).containsExactlyInAnyOrder("m0", "m1", "m2", "m3", "m4");
            }
            again.stop();
        }
    }

    private static void assertState(BrokerProcess broker) throws Exception {
        org.awaitility.Awaitility.await().untilAsserted(() -> {
            assertThat(broker.http().channel("plain", "a").path("depth").asInt())
                    .isEqualTo(5);
            assertThat(broker.http().channel("plain", "b").path("depth").asInt())
                    .isEqualTo(5);
        });
        assertThat(broker.http().channel("plain", "a").path("paused").asBoolean())
                .isFalse();
        assertThat(broker.http().channel("plain", "b").path("paused").asBoolean())
                .isTrue();
        assertThat(broker.http().topic("plain").path("paused").asBoolean()).isFalse();
        assertThat(broker.http().topic("paused").path("paused").asBoolean()).isTrue();
        assertThat(broker.http().topic("paused").path("depth").asInt()).isEqualTo(5);
        assertThat(broker.http().topic("gone")).isNull();
        assertThat(broker.http().channel("plain", "gone")).isNull();
    }
}
