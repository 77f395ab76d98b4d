package dev.chaski.bus.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.chaski.bus.Bus;
import dev.chaski.bus.BusException;
import dev.chaski.bus.Event;
import dev.chaski.bus.Message;
import dev.chaski.bus.SubscribeOptions;
import dev.chaski.registry.Node;
import dev.chaski.registry.Registry;
import dev.chaski.registry.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a Go Micro program on the other side sends and sees. */
@Timeout(60)
class GoMicroWireTest {
    private final URI registryUri = URI.create("memory:" + UUID.randomUUID());
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private Registry registry;
    private Bus bus;

    @BeforeEach
    void connect() {
        registry = Registry.open(registryUri);
        bus = Bus.of("bus:http://127.0.0.1:0?registry=" + registryUri);
        bus.connect();
    }

    @AfterEach
    void close() {
        bus.close();
        registry.close();
    }

    private Node node() {
        return registry.find("micro.http.broker").getFirst().nodes().getFirst();
    }

    /** The whole answer but for its date, which Go gives, too. */
    private String send(String method, String id, String body) throws IOException {
        return send(method, id, body, "");
    }

    private String send(String method, String id, String body, String headers) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), Integer.parseInt(bus.address().replaceAll(".*:", "")))) {
            String head = method + " /?id=" + URLEncoder.encode(id, StandardCharsets.UTF_8)
                    + " HTTP/1.1\r\nHost: node\r\nConnection: close\r\nContent-Type: application/json\r\n"
                    + headers + "Content-Length: " + bytes.length + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .replaceAll("Date: [^\r]*\r\n", "");
        }
    }

    @Test
    void aSubscriptionStandsInTheRegistryAsGoMicroWritesIt() {
        bus.subscribe("orders", events::add, SubscribeOptions.queue("billing"));
        Service service = registry.find("micro.http.broker").getFirst();
        assertThat(service.version()).isEqualTo("billing");
        assertThat(node().id()).matches("orders-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        assertThat(node().address()).isEqualTo(bus.address());
        assertThat(node().metadata()).isEqualTo(Map.of("secure", "false", "broker", "http", "topic", "orders"));
        bus.subscribe("orders", events::add);
        assertThat(registry.find("micro.http.broker").getLast().version()).isEqualTo("ff.http.broadcast");
    }

    @Test
    void aPostIsAnsweredWithAnEmptyTwoHundredWhateverBecomesOfIt() throws IOException {
        bus.subscribe("orders", events::add, SubscribeOptions.queue("A"));
        String body = "{\"Header\":{\"Micro-Topic\":\"orders\",\"k\":\"v\"},\"Body\":\"aGk=\"}";
        assertThat(send("POST", node().id(), body))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("Content-length: 0\r\n")
                .endsWith("\r\n\r\n");
        assertThat(events.getFirst().message())
                .isEqualTo(Message.of(Map.of("k", "v"), "hi".getBytes(StandardCharsets.UTF_8)));
        assertThat(send("POST", "nobody", body))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .endsWith("\r\n\r\n");
        assertThat(events).hasSize(1);
    }

    @Test
    void whatAPosterWillNotSendAgainStaysHereUntilItIsHandled() throws IOException {
        bus.subscribe(
                "orders",
                event -> {
                    events.add(event);
                    if (events.size() < 3) {
                        throw new IOException("not now");
                    }
                },
                SubscribeOptions.queue("A").withRedeliveryDelay(Duration.ofMillis(20)));
        assertThat(send("POST", node().id(), "{\"Header\":{\"Micro-Topic\":\"orders\"},\"Body\":\"aGk=\"}"))
                .startsWith("HTTP/1.1 200 OK\r\n");
        await().until(() -> events.size() == 3);
    }

    /** As our publisher does when it has waited for its answer for a minute. */
    private String ask(String delivery) throws IOException {
        String body = "{\"Header\":{\"Micro-Topic\":\"orders\"},\"Body\":\"aGk=\"}";
        return send("POST", node().id(), body, "Chaski-Settle: " + delivery + "\r\n");
    }

    @Test
    void oneWhoAsksAgainForASlowHandlersAnswerGetsItAndTheHandlerDoesNotGetTheMessageTwice() throws Exception {
        CountDownLatch isSlow = new CountDownLatch(1);
        bus.subscribe("orders", event -> {
            events.add(event);
            if (events.size() == 1) {
                isSlow.await();
            }
        });
        List<String> answers = new CopyOnWriteArrayList<>();
        Thread first = Thread.ofVirtual().start(() -> {
            try {
                answers.add(ask("p-1"));
            } catch (IOException e) {
                answers.add(e.toString());
            }
        });
        await().until(() -> events.size() == 1);
        Thread second = Thread.ofVirtual().start(() -> {
            try {
                answers.add(ask("p-1"));
            } catch (IOException e) {
                answers.add(e.toString());
            }
        });
        // Longer than anybody is remembered who was answered at once.
        assertThat(second.join(Duration.ofMillis(1_200))).isFalse();
        isSlow.countDown();
        first.join();
        second.join();
        answers.add(ask("p-1"));
        assertThat(answers).hasSize(3).allSatisfy(answer -> assertThat(answer).startsWith("HTTP/1.1 200 OK"));
        assertThat(events).hasSize(1);
        assertThat(ask("p-2")).startsWith("HTTP/1.1 200 OK");
        assertThat(events).hasSize(2);
    }

    @Test
    void whatNoNodeWouldTakeIsNotPublished() {
        Message large = Message.of(new byte[25 << 20]);
        assertThatThrownBy(() -> bus.publish("orders", large))
                .isInstanceOf(BusException.class)
                .hasMessageContaining("not published to orders")
                .hasMessageContaining("33554432");
        bus.subscribe("orders", events::add);
        bus.publish("orders", Message.of(new byte[2 << 20]));
        await().until(() -> events.size() == 1);
    }

    @Test
    void errorsHaveGoMicrosBytes() throws IOException {
        assertThat(send("GET", "x", ""))
                .startsWith("HTTP/1.1 405 ")
                .endsWith("\r\n\r\n{\"id\":\"go.micro.broker\",\"code\":400,\"detail\":\"Method not allowed\","
                        + "\"status\":\"Bad Request\"}\n");
        assertThat(send("POST", "x", "{\"Header\":{},\"Body\":\"\"}"))
                .startsWith("HTTP/1.1 500 ")
                .endsWith("\r\n\r\n{\"id\":\"go.micro.broker\",\"code\":500,\"detail\":\"Topic not found\","
                        + "\"status\":\"Internal Server Error\"}");
        for (String wrong : List.of("null", "{", "", "[]", "{\"Body\":\"*\"}")) {
            assertThat(send("POST", "x", wrong))
                    .as(wrong)
                    .startsWith("HTTP/1.1 500 ")
                    .contains("\"detail\":\"Error parsing request body: ");
        }
    }

    @Test
    void aForeignNodeGetsWhatGoMicroSends() throws IOException {
        List<String> requests = new CopyOnWriteArrayList<>();
        HttpServer foreign = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        foreign.createContext("/", exchange -> {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Content-Type") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        foreign.start();
        try {
            registry.register(Service.of(
                    "micro.http.broker",
                    "A",
                    new Node(
                            "orders-1/2",
                            "127.0.0.1:" + foreign.getAddress().getPort(),
                            Map.of("secure", "false", "broker", "http", "topic", "orders"))));
            bus.publish("orders", Message.of(Map.of("k", "v"), "hi".getBytes(StandardCharsets.UTF_8)));
            await().until(() -> requests.equals(List.of("POST /?id=orders-1%2F2 application/json "
                    + "{\"Header\":{\"Micro-Topic\":\"orders\",\"k\":\"v\"},\"Body\":\"aGk=\"}")));
        } finally {
            foreign.stop(0);
        }
    }

    @Test
    void aMemberThatIsRegisteredAndDeadIsPassedOver() {
        registry.register(Service.of(
                "micro.http.broker",
                "A",
                new Node("dead", "127.0.0.1:1", Map.of("secure", "false", "broker", "http", "topic", "orders"))));
        bus.subscribe("orders", events::add, SubscribeOptions.queue("A"));
        for (int i = 0; i < 20; i++) {
            bus.publish("orders", Message.of("message " + i));
        }
        await().until(() -> events.size() == 20);
        assertThat(events.stream().map(event -> event.message().text()).distinct())
                .hasSize(20);
    }
}
