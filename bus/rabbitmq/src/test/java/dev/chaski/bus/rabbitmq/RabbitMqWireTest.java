package dev.chaski.bus.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import dev.chaski.bus.Bus;
import dev.chaski.bus.BusException;
import dev.chaski.bus.BusOptions;
import dev.chaski.bus.Capability;
import dev.chaski.bus.Event;
import dev.chaski.bus.Message;
import dev.chaski.bus.SubscribeOptions;
import dev.chaski.bus.Subscription;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What other clients of the same RabbitMQ see and do, Go Micro's among them; and what its administrators do. */
@Timeout(90)
class RabbitMqWireTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final RabbitMqServer.Shared SHARED = new RabbitMqServer.Shared();

    private final String topic = "orders." + UUID.randomUUID();
    private final List<Message> got = new CopyOnWriteArrayList<>();
    private RabbitMqServer server;
    private Bus bus;
    private Connection connection;
    private Channel channel;

    @BeforeEach
    void connect() throws Exception {
        server = SHARED.server();
        bus = Bus.of(server.uri());
        bus.connect();
        connection = server.factory().newConnection();
        channel = connection.createChannel();
    }

    @AfterEach
    void close() {
        bus.close();
        connection.abort();
    }

    private void keep(Event event) {
        got.add(event.message());
    }

    private List<String> texts() {
        return got.stream().map(Message::text).toList();
    }

    private GetResponse take(String queue) {
        return await().atMost(PATIENCE).until(() -> channel.basicGet(queue, true), taken -> taken != null);
    }

    @Test
    void aMessageIsWrittenAsGoMicroWritesIt() throws IOException {
        channel.exchangeDeclarePassive("micro");
        String queue = channel.queueDeclare().getQueue();
        channel.queueBind(queue, "micro", topic);
        bus.publish(topic, Message.of(Map.of("Content-Type", "text/plain", "X", "é"), "hi".getBytes(UTF_8)));
        GetResponse taken = take(queue);
        assertThat(taken.getEnvelope().getExchange()).isEqualTo("micro");
        assertThat(taken.getEnvelope().getRoutingKey()).isEqualTo(topic);
        assertThat(new String(taken.getBody(), UTF_8)).isEqualTo("hi");
        assertThat(taken.getProps().getHeaders()).hasSize(2);
        assertThat(taken.getProps().getHeaders().get("X")).hasToString("é");
        assertThat(taken.getProps().getDeliveryMode()).isEqualTo(2);
    }

    @Test
    void whatAGoMicroProgramPublishesArrives() throws IOException {
        bus.subscribe(topic, this::keep, SubscribeOptions.queue("A"));
        Map<String, Object> headers = Map.of("Micro-Topic", topic, "number", 7, "x-death", List.of("once"));
        channel.basicPublish(
                "micro", topic, new BasicProperties.Builder().headers(headers).build(), new byte[] {1, 0});
        channel.basicPublish("micro", topic, null, new byte[0]);
        await().atMost(PATIENCE).until(() -> got.size() == 2);
        assertThat(got)
                .containsExactly(
                        Message.of(Map.of("Micro-Topic", topic, "number", "7"), new byte[] {1, 0}),
                        Message.of(new byte[0]));
    }

    @Test
    void anotherClientIsAMemberOfAQueueAndWhatItLeavesComesToUs() throws IOException {
        bus.subscribe(topic, this::keep, SubscribeOptions.queue("A")).unsubscribe();
        bus.publish(topic, Message.of("theirs"));
        await().atMost(PATIENCE).until(() -> channel.basicGet("A:" + topic, false) != null);
        bus.subscribe(topic, this::keep, SubscribeOptions.queue("A"));
        channel.abort();
        await().atMost(PATIENCE).until(() -> texts().equals(List.of("theirs")));
    }

    @Test
    void whoGetsEverythingLeavesNoQueue() throws IOException {
        Subscription all = bus.subscribe(topic, this::keep);
        bus.publish(topic, Message.of("hello"));
        await().atMost(PATIENCE).until(() -> got.size() == 1);
        all.unsubscribe();
        // Nobody is there again: what is published waits for whoever comes.
        bus.publish(topic, Message.of("later"));
        assertThat(channel.messageCount(":" + topic)).isEqualTo(1);
        assertThat(new String(take(":" + topic).getBody(), UTF_8)).isEqualTo("later");
    }

    @Test
    void whatWaitedGoesToTheFirstAloneAndInOrder() throws IOException {
        List<String> sent =
                IntStream.range(0, 300).mapToObj(i -> "message " + i).toList();
        sent.forEach(text -> bus.publish(topic, Message.of(text)));
        List<Message> other = new CopyOnWriteArrayList<>();
        bus.subscribe(topic, this::keep, SubscribeOptions.queue("A"));
        bus.subscribe(topic, event -> other.add(event.message()), SubscribeOptions.queue("B"));
        bus.publish(topic, Message.of("new"));
        await().atMost(PATIENCE).until(() -> got.size() >= sent.size() + 1 && !other.isEmpty());
        assertThat(texts().subList(0, sent.size())).isEqualTo(sent);
        assertThat(texts()).hasSize(sent.size() + 1).endsWith("new");
        assertThat(other).extracting(Message::text).containsExactly("new");
        assertThat(channel.messageCount(":" + topic)).isZero();
    }

    @Test
    void wildcardsOfRabbitMqAreNone() {
        bus.subscribe(topic + ".*", this::keep, SubscribeOptions.queue("A"));
        bus.subscribe(topic + ".#", this::keep, SubscribeOptions.queue("A"));
        List<Message> other = new CopyOnWriteArrayList<>();
        bus.subscribe(topic + ".a", event -> other.add(event.message()), SubscribeOptions.queue("A"));
        bus.publish(topic + ".a", Message.of("a"));
        bus.publish(topic + ".*", Message.of("star"));
        bus.publish(topic + ".#", Message.of("hash"));
        await().atMost(PATIENCE).until(() -> got.size() >= 2 && !other.isEmpty());
        assertThat(texts()).containsExactlyInAnyOrder("star", "hash");
    }

    @Test
    void aQueueThatIsFullRefuses() throws IOException {
        String queue = "A:" + topic;
        channel.queueDeclare(queue, true, false, false, Map.of("x-max-length", 1, "x-overflow", "reject-publish"));
        channel.queueBind(queue, "micro", topic);
        bus.publish(topic, Message.of("1"));
        assertThatThrownBy(() -> bus.publish(topic, Message.of("2")))
                .isInstanceOf(BusException.class)
                .hasMessageContaining("a queue is full");
        assertThat(channel.messageCount(queue)).isEqualTo(1);
    }

    @Test
    void aSubscriptionOutlivesItsQueue() throws IOException {
        bus.subscribe(topic, this::keep, SubscribeOptions.queue("A"));
        channel.queueDelete("A:" + topic);
        bus.publish(topic, Message.of("hello"));
        await().atMost(PATIENCE).until(() -> texts().contains("hello"));
        assertThat(texts()).containsExactly("hello");
    }

    @Test
    void quorumQueuesKeepThePromisesToo() {
        try (Bus quorum = Bus.of(server.uri() + "?queues=quorum")) {
            quorum.connect();
            quorum.publish(topic, Message.of("early"));
            quorum.subscribe(
                    topic,
                    event -> {
                        keep(event);
                        if (got.size() == 1) {
                            throw new IOException("not now");
                        }
                    },
                    SubscribeOptions.queue("A").withRedeliveryDelay(Duration.ofMillis(20)));
            quorum.publish(topic, Message.of("late"));
            await().atMost(PATIENCE).until(() -> got.size() == 3);
            assertThat(texts()).containsExactlyInAnyOrder("early", "early", "late");
        }
    }

    @Test
    void anExchangeAsGoMicroDeclaresItByItselfIsShared() throws Exception {
        channel.exchangeDeclare(topic, "topic", false);
        refused(server.uri() + "?exchange=" + topic, "inequivalent arg 'durable'");
        String uri = server.uri() + "?durable=no&exchange=" + topic;
        try (Bus shared = Bus.of(uri)) {
            assertThat(shared.capabilities()).doesNotContain(Capability.SURVIVES_RESTART);
            shared.connect();
            shared.subscribe(topic, this::keep, SubscribeOptions.queue("A"));
            channel.basicPublish(topic, topic, null, "theirs".getBytes(UTF_8));
            await().atMost(PATIENCE).until(() -> texts().equals(List.of("theirs")));
        }
    }

    @Test
    void messagesGoOverTlsToAServerWhoseCertificateIsTrusted() {
        String tls = "bus:rabbitmqs://chaski:se%3Acret@127.0.0.1:" + server.tlsPort() + "/shop";
        BusOptions trusting =
                BusOptions.defaults().withSslContext(server.certificate().context());
        try (Bus secure = Bus.of(tls, trusting);
                Bus elsewhere = Bus.of(tls.replace("127.0.0.1", "localhost"), trusting)) {
            secure.connect();
            secure.subscribe(topic, this::keep);
            secure.publish(topic, Message.of("hello"));
            await().atMost(PATIENCE).until(() -> texts().equals(List.of("hello")));
            assertThatThrownBy(elsewhere::connect).hasMessageContaining("localhost");
        }
        refused(tls, "certification path");
    }

    @Test
    void whatIsWrongIsToldWithoutThePassword() {
        String at = "@127.0.0.1:" + server.port();
        refused(server.uri() + "?size=3", "it has exchange, durable, queues");
        refused(server.uri() + "?durable=maybe", "yes or no");
        refused(server.uri() + "?queues=many", "classic or quorum");
        refused("bus:rabbitmq:", "bus:rabbitmq://HOST:PORT");
        refused("bus:rabbitmq://chaski:se%3Acrets" + at + "/shop", "ACCESS_REFUSED");
        refused("bus:rabbitmq://chaski:se%3Acret" + at + "/none", "NOT_ALLOWED");
        refused("bus:rabbitmq://chaski:se%3Acret@127.0.0.1:1", "127.0.0.1:1");
        assertThatThrownBy(() -> bus.publish("é".repeat(128), Message.of("x"))).hasMessageContaining("255 bytes");
        assertThatThrownBy(() -> bus.publish(topic, Message.of(Map.of("x".repeat(256), ""), new byte[0])))
                .hasMessageContaining("255 bytes");
        assertThatThrownBy(() -> bus.publish(topic, Message.of(Map.of("x", "y".repeat(200_000)), new byte[0])))
                .hasMessageContaining("120000 bytes");
        bus.publish(topic, Message.of(Map.of("x", "y".repeat(119_000)), new byte[0]));
    }

    private static void refused(String uri, String why) {
        try (Bus wrong = Bus.of(uri)) {
            assertThatThrownBy(wrong::connect)
                    .isInstanceOf(BusException.class)
                    .hasMessageContaining(why)
                    .satisfies(e -> {
                        for (Throwable each = e; each != null; each = each.getCause()) {
                            assertThat(each.toString()).doesNotContain("cret");
                        }
                    });
        }
    }

    /** Kills the server, so that the others find their connections gone: they do not share them. */
    @Test
    void subscriptionsGoOnWhenTheServerComesBack() throws IOException {
        List<Message> all = new CopyOnWriteArrayList<>();
        bus.subscribe(topic, this::keep, SubscribeOptions.queue("A"));
        List<Event> held = new CopyOnWriteArrayList<>();
        bus.subscribe(topic, event -> all.add(event.message()));
        bus.subscribe(topic, held::add, SubscribeOptions.queue("B").manualAck());
        bus.publish(topic, Message.of("before"));
        await().atMost(PATIENCE).until(() -> got.size() == 1 && all.size() == 1 && held.size() == 1);
        server.kill();
        assertThatThrownBy(() -> bus.publish(topic, Message.of("nowhere")))
                .isInstanceOf(BusException.class)
                .hasMessageContaining("not published to " + topic);
        assertThatThrownBy(held.getFirst()::ack)
                .isInstanceOf(BusException.class)
                .hasMessageContaining("RabbitMQ was not told");
        server.start();
        bus.publish(topic, Message.of("after"));
        await().atMost(PATIENCE).until(() -> texts().contains("after"));
        // The queue of a subscription without a name went with the server: it misses what comes before it is back.
        await().atMost(PATIENCE).until(() -> {
            bus.publish(topic, Message.of("anybody?"));
            return all.stream().anyMatch(each -> each.text().equals("anybody?"));
        });
        assertThat(texts()).containsOnlyOnce("after").doesNotContain("nowhere");
    }
}
