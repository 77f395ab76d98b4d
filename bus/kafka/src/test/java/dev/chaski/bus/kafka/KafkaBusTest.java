package dev.chaski.bus.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.chaski.bus.Bus;
import dev.chaski.bus.BusException;
import dev.chaski.bus.BusOptions;
import dev.chaski.bus.Capability;
import dev.chaski.bus.Message;
import dev.chaski.bus.SubscribeOptions;
import dev.chaski.bus.contract.BusContract;
import dev.chaski.bus.contract.ServerCertificate;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a Kafka in a process of its own. */
class KafkaBusTest extends BusContract {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @TempDir
    static Path folder;

    private static ServerCertificate certificate;
    private static KafkaServer server;

    private final List<String> got = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        certificate = ServerCertificate.create(folder, "server", "dns:localhost");
        server = new KafkaServer(folder, certificate);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    protected void restartServer() throws IOException {
        server.kill();
        server.start();
    }

    @Override
    protected Set<Capability> expected() {
        return EnumSet.complementOf(EnumSet.of(Capability.ORDERED));
    }

    @Override
    protected String uri() {
        return "bus:kafka://" + server.address();
    }

    private Bus connected() {
        Bus bus = Bus.of(uri());
        bus.connect();
        return bus;
    }

    @Test
    void aProgramThatKnowsNoBusReadsAndWritesTheTopicWithItsHeaders() throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", server.address());
        List<Message> messages = new CopyOnWriteArrayList<>();
        try (Bus bus = connected();
                KafkaConsumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            bus.publish(topic, Message.of(Map.of("Id", "1"), "hi".getBytes(UTF_8)));
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            List<ConsumerRecord<byte[], byte[]>> raw = new ArrayList<>();
            await().atMost(PATIENCE).until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(raw::add);
                return raw.size() == 1;
            });
            assertThat(raw.getFirst().value()).isEqualTo("hi".getBytes(UTF_8));
            assertThat(raw.getFirst().headers().lastHeader("Id").value()).isEqualTo("1".getBytes(UTF_8));

            bus.subscribe(topic, event -> messages.add(event.message()), SubscribeOptions.queue("A"));
            producer.send(new ProducerRecord<>(topic, null)).get();
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, "raw".getBytes(UTF_8));
            record.headers().add("From", "raw".getBytes(UTF_8)).add("None", null);
            producer.send(record).get();
            await().atMost(PATIENCE).until(() -> messages.size() == 3);
            assertThat(messages.get(1)).isEqualTo(Message.of(new byte[0]));
            assertThat(messages.get(2)).isEqualTo(Message.of(Map.of("From", "raw", "None", ""), "raw".getBytes(UTF_8)));
        }
    }

    @Test
    void aSlowHandlerKeepsItsMessagesAndOthersGoOnBesideIt() {
        try (Bus bus = connected()) {
            SubscribeOptions options = SubscribeOptions.queue("A").withAckTimeout(PATIENCE);
            bus.subscribe(
                    topic,
                    event -> {
                        got.add(event.message().text());
                        if (got.size() == 1) {
                            Thread.sleep(KafkaServer.LOCK_MS + 2_000);
                        }
                    },
                    options);
            bus.publish(topic, Message.of("1"));
            bus.publish(topic, Message.of("2"));
            await().atMost(PATIENCE).until(() -> got.size() >= 2);
            bus.publish(topic, Message.of("last"));
            await().atMost(PATIENCE).until(() -> got.contains("last"));
            assertThat(got).containsExactly("1", "2", "last");
        }
    }

    @Test
    void whatWasHandledIsNothingForANewSubscription() {
        try (Bus bus = connected()) {
            bus.subscribe(topic, event -> got.add("all " + event.message().text()))
                    .unsubscribe();
            bus.publish(topic, Message.of("1"));
            bus.subscribe(topic, event -> got.add("A " + event.message().text()), SubscribeOptions.queue("A"));
            await().atMost(PATIENCE).until(() -> got.equals(List.of("A 1")));
        }
        try (Bus bus = connected()) {
            bus.subscribe(topic, event -> got.add("B " + event.message().text()), SubscribeOptions.queue("B"));
            bus.subscribe(topic, event -> got.add("all " + event.message().text()));
            bus.publish(topic, Message.of("2"));
            await().atMost(PATIENCE).until(() -> got.size() >= 3);
            assertThat(got).containsExactlyInAnyOrder("A 1", "B 2", "all 2");
        }
    }

    @Test
    void subscriptionsGoOnWhenTheServerIsBackAndPublishesFailWithinTheirBound() throws Exception {
        try (Bus bus = connected()) {
            bus.subscribe(topic, event -> got.add("all " + event.message().text()));
            bus.subscribe(topic, event -> got.add("A " + event.message().text()), SubscribeOptions.queue("A"));
            bus.publish(topic, Message.of("1"));
            await().atMost(PATIENCE).until(() -> got.size() == 2);
            server.kill();
            assertThatThrownBy(() -> bus.publish(topic, Message.of("lost")))
                    .isInstanceOf(BusException.class)
                    .hasMessageContaining("not published to " + topic);
            server.start();
            await().atMost(PATIENCE).ignoreExceptions().until(() -> {
                bus.publish(topic, Message.of("2"));
                return true;
            });
            await().atMost(PATIENCE).until(() -> got.contains("all 2") && got.contains("A 2"));
        }
    }

    private static void refused(String uri, BusOptions options) {
        try (Bus bus = Bus.of(uri, options)) {
            assertThatThrownBy(bus::connect)
                    .isInstanceOf(BusException.class)
                    .satisfies(e -> assertThat(e.toString()).doesNotContain("secret", "guess"));
        }
    }

    @Test
    void onlyATrustedServerThatNamesItselfIsTalkedToAndOnlyWithItsPassword() {
        BusOptions trusted = BusOptions.defaults().withSslContext(certificate.context());
        String host = "localhost:" + server.securePort();
        try (Bus bus = Bus.of("bus:kafkas://me:secret@" + host, trusted)) {
            bus.connect();
            bus.subscribe(topic, event -> got.add(event.message().text()), SubscribeOptions.queue("A"));
            bus.publish(topic, Message.of("hello"));
            await().atMost(PATIENCE).until(() -> got.equals(List.of("hello")));
            refused("bus:kafkas://me:secret@" + host, BusOptions.defaults());
            refused("bus:kafkas://me:secret@127.0.0.1:" + server.securePort(), trusted);
            refused("bus:kafkas://me:guess@" + host, trusted);
        }
    }

    @Test
    void parametersThatAreNoneAreRefused() {
        try (Bus unnamed = Bus.of("bus:kafka:");
                Bus odd = Bus.of(uri() + "?colour=red")) {
            assertThatThrownBy(unnamed::connect).hasMessageContaining("bus:kafka://HOST:PORT");
            assertThatThrownBy(odd::connect)
                    .hasMessageContaining("colour")
                    .hasMessageContaining("servers, partitions, replicas");
        }
    }
}
