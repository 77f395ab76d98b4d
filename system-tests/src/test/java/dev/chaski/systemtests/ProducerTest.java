package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chaski.client.ClientException;
import dev.chaski.client.Producer;
import dev.chaski.client.ProducerBuilder;
import dev.chaski.client.ServerErrorException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our producer against real brokers, read back by hand. */
class ProducerTest {
    private static final int COUNT = 1_000;

    private static Certificate certificate;

    @TempDir
    private Path data;

    @BeforeAll
    static void makeCertificate(@TempDir Path folder) throws Exception {
        certificate = Certificate.make(folder);
    }

    private static byte[] body(int i) {
        return ("message " + i + " " + "abc ".repeat(i % 50)).getBytes(StandardCharsets.UTF_8);
    }

    private static ProducerBuilder settings(BrokerProcess broker, String connection) throws Exception {
        ProducerBuilder builder = Producer.builder()
                .hosts("127.0.0.1:" + broker.tcp().getPort())
                .connectTimeout(Duration.ofSeconds(30))
                .publishTimeout(Duration.ofSeconds(60));
        for (String layer : connection.split("\\+", -1)) {
            switch (layer) {
                case "tls" -> builder.tls(certificate.trustingContext());
                case "snappy" -> builder.snappy();
                case "deflate" -> builder.deflate(6);
                case "auth" -> builder.authSecret(AuthServer.SECRET);
                default -> assertThat(layer).isEqualTo("plain");
            }
        }
        return builder;
    }

    private static void assumeThereIs(BrokerKind kind) {
        Assumptions.assumeTrue(
                kind != BrokerKind.NSQD || BrokerKind.nsqdBinary().isPresent(),
                BrokerKind.NSQD_VARIABLE + " names no nsqd");
    }

    private BrokerProcess start(BrokerKind kind, String... more) throws IOException {
        List<String> flags = new ArrayList<>(List.of(
                "--https-address=127.0.0.1:0",
                "--tls-cert=" + certificate.certificate(),
                "--tls-key=" + certificate.key()));
        flags.addAll(List.of(more));
        return BrokerProcess.start(kind, data, flags.toArray(String[]::new));
    }

    private static Set<String> drain(BrokerProcess broker, int count) throws IOException {
        Set<String> bodies = new HashSet<>();
        try (RawNsq consumer = broker.connect().subscribe("orders", "billing").ready(200)) {
            for (int i = 0; i < count; i++) {
                RawNsq.Message message = consumer.readMessage();
                assertThat(bodies.add(new String(message.body(), StandardCharsets.UTF_8)))
                        .isTrue();
                consumer.finish(message.id());
                consumer.flush();
            }
        }
        return bodies;
    }

    @ParameterizedTest
    @CsvSource({
        "CHASKI, plain", "CHASKI, tls", "CHASKI, snappy", "CHASKI, deflate", "CHASKI, tls+snappy",
                "CHASKI, tls+deflate",
        "NSQD, plain", "NSQD, tls", "NSQD, snappy", "NSQD, deflate", "NSQD, tls+snappy", "NSQD, tls+deflate",
    })
    void everyKindOfPublishArrivesOverEveryKindOfConnection(BrokerKind kind, String connection) throws Exception {
        assumeThereIs(kind);
        Set<String> expected = new HashSet<>();
        try (BrokerProcess broker = start(kind)) {
            try (Producer producer = settings(broker, connection).build()) {
                // A cold broker on a busy machine may give up the first handshake.
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .ignoreExceptions()
                        .until(() -> {
                            producer.ping();
                            return true;
                        });
                List<CompletableFuture<Void>> answers = new ArrayList<>();
                for (int i = 0; i < COUNT; i++) {
                    answers.add(producer.publishAsync("orders", body(i)));
                    expected.add(new String(body(i), StandardCharsets.UTF_8));
                }
                producer.publish("orders", "alone".getBytes(StandardCharsets.UTF_8));
                // Four MiB that repeat: the batch is one command, and many chunks of Snappy.
                byte[] big = "0123456789abcdef".repeat(1 << 15).getBytes(StandardCharsets.UTF_8);
                List<byte[]> batch = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    big[0] = (byte) ('0' + i);
                    batch.add(big.clone());
                    expected.add(new String(big, StandardCharsets.UTF_8));
                }
                producer.publishAll("orders", batch);
                producer.publishDeferred("orders", "later".getBytes(StandardCharsets.UTF_8), Duration.ofMillis(50));
                for (CompletableFuture<Void> answer : answers) {
                    answer.get(60, TimeUnit.SECONDS);
                }
            }
            expected.addAll(List.of("alone", "later"));
            assertThat(drain(broker, expected.size())).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"CHASKI", "NSQD"})
    void theSecretOpensTheDoorAndNothingElseDoes(BrokerKind kind) throws Exception {
        assumeThereIs(kind);
        try (AuthServer auth = new AuthServer();
                BrokerProcess broker = start(kind, "--auth-http-address=" + auth.address())) {
            try (Producer producer = settings(broker, "auth+snappy").build()) {
                producer.publish("orders", body(1));
            }
            try (Producer producer =
                    settings(broker, "plain").authSecret("wrong").build()) {
                assertThatThrownBy(producer::ping)
                        .isInstanceOf(ServerErrorException.class)
                        .hasMessageStartingWith("E_");
            }
            try (Producer producer = settings(broker, "plain").build()) {
                assertThatThrownBy(producer::ping)
                        .isInstanceOf(ServerErrorException.class)
                        .hasMessageStartingWith("E_AUTH_FIRST");
            }
        }
    }

    /** An nsqd closes so hard that its refusal may be lost on the way. */
    @Test
    void aPublishThatIsTooLargeFailsAloneAndItsNeighboursArriveOnce() throws Exception {
        try (BrokerProcess broker = start(BrokerKind.CHASKI);
                Producer producer = settings(broker, "plain").build()) {
            List<CompletableFuture<Void>> good = new ArrayList<>();
            List<CompletableFuture<Void>> bad = new ArrayList<>();
            Set<String> expected = new HashSet<>();
            for (int i = 0; i < 200; i++) {
                good.add(producer.publishAsync("orders", body(i)));
                expected.add(new String(body(i), StandardCharsets.UTF_8));
                if (i % 50 == 20) {
                    bad.add(producer.publishAsync("orders", new byte[(1 << 20) + 1]));
                }
            }
            for (CompletableFuture<Void> each : good) {
                assertThat(each).succeedsWithin(Duration.ofSeconds(60));
            }
            for (CompletableFuture<Void> each : bad) {
                assertThatThrownBy(each::join)
                        .isInstanceOf(CompletionException.class)
                        .hasCauseInstanceOf(ClientException.class);
            }
            assertThat(drain(broker, expected.size())).isEqualTo(expected);
        }
    }

    @Test
    void whatWasAcknowledgedWhileTheBrokerWasKilledAgainAndAgainIsThere() throws Exception {
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        BrokerProcess broker = start(BrokerKind.CHASKI);
        int port = broker.tcp().getPort();
        try (Producer producer = settings(broker, "plain")
                .resendUnanswered(true)
                .inFlightMax(500)
                .publishTimeout(Duration.ofSeconds(60))
                .reconnectBackoff(Duration.ofMillis(10), Duration.ofMillis(200))
                .build()) {
            Map<String, CompletableFuture<Void>> answers = new ConcurrentHashMap<>();
            AtomicBoolean isEnough = new AtomicBoolean();
            Thread publishing = Thread.ofVirtual().start(() -> {
                for (int i = 0; !isEnough.get(); i++) {
                    String text = "message " + i;
                    answers.put(
                            text,
                            producer.publishAsync("orders", text.getBytes(StandardCharsets.UTF_8))
                                    .thenRun(() -> acknowledged.add(text)));
                }
            });
            for (int kill = 0; kill < 3; kill++) {
                int wanted = acknowledged.size() + 1_000;
                Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> acknowledged.size() >= wanted);
                broker.killMinusNine();
                broker = start(BrokerKind.CHASKI, "--tcp-address=127.0.0.1:" + port);
            }
            isEnough.set(true);
            publishing.join();
            CompletableFuture.allOf(answers.values().toArray(CompletableFuture[]::new))
                    .get(60, TimeUnit.SECONDS);
            assertThat(acknowledged).hasSameSizeAs(answers.keySet());
            assertThat(producer.stats().failed()).isZero();
            assertThat(producer.stats().connections()).isGreaterThanOrEqualTo(4);
        } finally {
            broker.close();
        }
        try (BrokerProcess again = start(BrokerKind.CHASKI);
                RawNsq consumer = again.connect().subscribe("orders", "billing").ready(500)) {
            while (!acknowledged.isEmpty()) {
                RawNsq.Message message = consumer.readMessage();
                acknowledged.remove(new String(message.body(), StandardCharsets.UTF_8));
                consumer.finish(message.id());
                consumer.flush();
            }
        }
    }
}
