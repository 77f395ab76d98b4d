package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chaski.client.ClientBuilder;
import dev.chaski.client.Consumer;
import dev.chaski.client.ConsumerBuilder;
import dev.chaski.client.Producer;
import dev.chaski.client.ProducerBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
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

/** Our producer and consumer against real brokers. */
class ConsumerTest {
    private static final int COUNT = 2_000;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private static Certificate certificate;

    @TempDir
    private Path data;

    @BeforeAll
    static void makeCertificate(@TempDir Path folder) throws Exception {
        certificate = Certificate.make(folder);
    }

    private static <B extends ClientBuilder<B>> B with(String connection, B builder) throws Exception {
        builder.connectTimeout(Duration.ofSeconds(30));
        builder.reconnectBackoff(Duration.ofMillis(20), Duration.ofMillis(500));
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

    private static ProducerBuilder producer(BrokerProcess broker, String connection) throws Exception {
        return with(connection, Producer.builder())
                .hosts("127.0.0.1:" + broker.tcp().getPort())
                .publishTimeout(PATIENCE);
    }

    private static ConsumerBuilder consumer(String channel, String connection) throws Exception {
        return with(connection, Consumer.builder("orders", channel)).inFlightMax(200);
    }

    private BrokerProcess start(BrokerKind kind, String... more) throws IOException {
        Assumptions.assumeTrue(
                kind != BrokerKind.NSQD || BrokerKind.nsqdBinary().isPresent(),
                BrokerKind.NSQD_VARIABLE + " names no nsqd");
        List<String> flags = new ArrayList<>(List.of(
                "--https-address=127.0.0.1:0",
                "--tls-cert=" + certificate.certificate(),
                "--tls-key=" + certificate.key()));
        flags.addAll(List.of(more));
        return BrokerProcess.start(kind, data, flags.toArray(String[]::new));
    }

    private static String text(int i) {
        return "message " + i + " " + "abc ".repeat(i % 50);
    }

    @ParameterizedTest
    @CsvSource({
        "CHASKI, plain", "CHASKI, tls", "CHASKI, snappy", "CHASKI, deflate", "CHASKI, tls+snappy",
        "NSQD, plain", "NSQD, tls", "NSQD, snappy", "NSQD, deflate", "NSQD, tls+deflate",
    })
    void everyMessageReachesEachChannelOverEveryKindOfConnection(BrokerKind kind, String connection) throws Exception {
        Set<String> expected = new HashSet<>();
        Set<String> billing = ConcurrentHashMap.newKeySet();
        Set<String> audit = ConcurrentHashMap.newKeySet();
        try (BrokerProcess broker = start(kind)) {
            String address = "127.0.0.1:" + broker.tcp().getPort();
            broker.http().must("/topic/create?topic=orders");
            broker.http().must("/channel/create?topic=orders&channel=billing");
            broker.http().must("/channel/create?topic=orders&channel=audit");
            try (Producer producer = producer(broker, connection).build();
                    Consumer first = consumer("billing", connection)
                            .servers(address)
                            .concurrency(4)
                            .handler(message -> billing.add(message.text()))
                            .build();
                    Consumer second = consumer("audit", connection)
                            .servers(address)
                            .batchHandler(
                                    50,
                                    Duration.ofMillis(20),
                                    messages -> messages.forEach(message -> audit.add(message.text())))
                            .build()) {
                for (int i = 0; i < COUNT; i++) {
                    expected.add(text(i));
                }
                CompletableFuture.allOf(expected.stream()
                                .map(text -> producer.publishAsync("orders", text.getBytes(StandardCharsets.UTF_8)))
                                .toArray(CompletableFuture[]::new))
                        .get(90, TimeUnit.SECONDS);
                Awaitility.await().atMost(PATIENCE).until(() -> first.stats().finished() >= COUNT);
                Awaitility.await().atMost(PATIENCE).until(() -> second.stats().finished() >= COUNT);
                assertThat(first.stats().refusedAnswers()).isZero();
            }
            assertThat(billing).isEqualTo(expected);
            assertThat(audit).isEqualTo(expected);
            Awaitility.await()
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(broker.http()
                                    .channel("orders", "billing")
                                    .path("client_count")
                                    .asInt())
                            .isZero());
            assertThat(broker.http().channel("orders", "billing").path("depth").asInt())
                    .isZero();
            assertThat(broker.http()
                            .channel("orders", "billing")
                            .path("in_flight_count")
                            .asInt())
                    .isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"CHASKI", "NSQD"})
    void withTheSecretItConsumes(BrokerKind kind) throws Exception {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        try (AuthServer auth = new AuthServer();
                BrokerProcess broker = start(kind, "--auth-http-address=" + auth.address());
                Producer producer = producer(broker, "auth").build();
                Consumer consumer = consumer("billing", "auth")
                        .servers("127.0.0.1:" + broker.tcp().getPort())
                        .handler(message -> seen.add(message.text()))
                        .build()) {
            producer.publish("orders", "secret".getBytes(StandardCharsets.UTF_8));
            Awaitility.await().atMost(PATIENCE).until(() -> seen.contains("secret"));
            assertThat(consumer.stats().connections()).isOne();
        }
    }

    @ParameterizedTest
    @CsvSource({"CHASKI", "NSQD"})
    void aMessageThatFailsComesAgainUntilItIsGivenUp(BrokerKind kind) throws Exception {
        List<Integer> attempts = new java.util.concurrent.CopyOnWriteArrayList<>();
        AtomicBoolean isGivenUp = new AtomicBoolean();
        try (BrokerProcess broker = start(kind);
                Producer producer = producer(broker, "plain").build();
                Consumer consumer = consumer("billing", "plain")
                        .servers("127.0.0.1:" + broker.tcp().getPort())
                        .attemptsMax(3)
                        .requeueDelay(Duration.ofMillis(10), Duration.ofSeconds(1))
                        .backoff(Duration.ofMillis(10), Duration.ofSeconds(1))
                        .handler(message -> {
                            attempts.add(message.attempts());
                            throw new IOException("never");
                        })
                        .onGiveUp(message -> isGivenUp.set(true))
                        .build()) {
            producer.publish("orders", "hopeless".getBytes(StandardCharsets.UTF_8));
            Awaitility.await().atMost(PATIENCE).until(isGivenUp::get);
            assertThat(attempts).containsExactly(1, 2, 3);
            Awaitility.await().atMost(PATIENCE).until(() -> consumer.stats().finished() == 1);
        }
    }

    @Test
    void everyAcknowledgedMessageIsHandledThoughTheBrokerIsKilledUnderLoad() throws Exception {
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        Set<String> handled = ConcurrentHashMap.newKeySet();
        BrokerProcess broker = start(BrokerKind.CHASKI);
        int port = broker.tcp().getPort();
        AtomicBoolean isEnough = new AtomicBoolean();
        try (Producer producer = producer(broker, "plain")
                        .resendUnanswered(true)
                        .inFlightMax(200)
                        .build();
                Consumer consumer = consumer("billing", "plain")
                        .servers("127.0.0.1:" + port)
                        .concurrency(4)
                        .handler(message -> handled.add(message.text()))
                        .build()) {
            Thread publishing = Thread.ofVirtual().start(() -> {
                for (int i = 0; !isEnough.get(); i++) {
                    String text = text(i);
                    producer.publishAsync("orders", text.getBytes(StandardCharsets.UTF_8))
                            .thenRun(() -> acknowledged.add(text));
                }
            });
            for (int kill = 0; kill < 3; kill++) {
                int published = acknowledged.size() + 500;
                int consumed = handled.size() + 500;
                Awaitility.await()
                        .atMost(PATIENCE)
                        .until(() -> acknowledged.size() >= published && handled.size() >= consumed);
                broker.killMinusNine();
                broker = start(BrokerKind.CHASKI, "--tcp-address=127.0.0.1:" + port);
            }
            isEnough.set(true);
            publishing.join();
            Awaitility.await().atMost(PATIENCE).until(() -> producer.stats().unanswered() == 0);
            assertThat(producer.stats().failed()).isZero();
            Awaitility.await().atMost(PATIENCE).until(() -> handled.containsAll(acknowledged));
            assertThat(producer.stats().connections()).isGreaterThanOrEqualTo(4);
            assertThat(consumer.stats().connections()).isOne();
        } finally {
            broker.close();
        }
    }
}
