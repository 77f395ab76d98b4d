package dev.chaski.registry.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.chaski.registry.Node;
import dev.chaski.registry.Registry;
import dev.chaski.registry.RegistryException;
import dev.chaski.registry.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LookupRegistryTest {
    private static final String PRODUCER =
            "{\"broadcast_address\":\"10.0.0.7\",\"tcp_port\":4150,\"http_port\":4151,\"hostname\":\"h\",\"version\":\"1.3.0\"}";

    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private HttpServer lookupd;
    private Registry registry;

    @BeforeEach
    void start() throws IOException {
        lookupd = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        lookupd.createContext("/", exchange -> {
            String answer = answers.get(exchange.getRequestURI().toString());
            byte[] body =
                    (answer == null ? "{\"message\":\"TOPIC_NOT_FOUND\"}" : answer).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer == null ? 404 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        lookupd.start();
        // One that is down does not matter while another answers.
        registry = Registry.open(URI.create(
                "nsqlookupd://127.0.0.1:1,127.0.0.1:" + lookupd.getAddress().getPort() + "?poll=50"));
    }

    @AfterEach
    void stop() {
        registry.close();
        lookupd.stop(0);
    }

    @Test
    void theNodesOfATopicAreFoundAlsoInTheFormBeforeVersionOne() {
        Service found = Service.of(
                "orders",
                "",
                new Node(
                        "10.0.0.7:4150",
                        "10.0.0.7:4150",
                        Map.of("hostname", "h", "http_port", "4151", "version", "1.3.0")));
        assertThat(registry.find("orders")).isEmpty();
        answers.put("/lookup?topic=orders", "{\"producers\":[" + PRODUCER + "]}");
        assertThat(registry.find("orders")).containsExactly(found);
        answers.put("/lookup?topic=orders", "{\"data\":{\"producers\":[" + PRODUCER + "]}}");
        assertThat(registry.find("orders")).containsExactly(found);
        answers.put("/topics", "{\"topics\":[\"b\",\"a\"]}");
        assertThat(registry.names()).containsExactly("a", "b");
    }

    @Test
    void whoWatchesIsToldOfAChange() {
        AtomicReference<List<Service>> told = new AtomicReference<>();
        registry.watch("orders", told::set);
        await().until(() -> List.of().equals(told.get()));
        answers.put("/lookup?topic=orders", "{\"producers\":[" + PRODUCER + "]}");
        await().until(() -> told.get().size() == 1);
    }

    @Test
    void registrationsAreRefusedAndSoIsAQuestionThatNobodyAnswers() {
        assertThatThrownBy(() -> registry.register(Service.of("orders", "", new Node("n", "127.0.0.1:1", Map.of()))))
                .isInstanceOf(RegistryException.class);
        lookupd.stop(0);
        assertThatThrownBy(() -> registry.find("orders")).isInstanceOf(RegistryException.class);
    }
}
