package dev.chaski.registry.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chaski.registry.Node;
import dev.chaski.registry.Registry;
import dev.chaski.registry.RegistryContract;
import dev.chaski.registry.RegistryException;
import dev.chaski.registry.RegistryUri;
import dev.chaski.registry.Service;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the etcd on the PATH. */
class EtcdRegistryTest extends RegistryContract {
    @TempDir
    static Path folder;

    private static EtcdServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new EtcdServer(folder);
        awaitServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void awaitServer() {
        try (Registry registry = Registry.open(server.uri(60))) {
            await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> registry.names() != null);
        }
    }

    @Override
    protected Registry open() {
        return Registry.open(server.uri(60));
    }

    private static JsonNode call(String path, ObjectNode request) {
        try (EtcdGateway gateway = new EtcdGateway(RegistryUri.hosts(server.uri(60), 0))) {
            return gateway.call(path, request);
        }
    }

    @Test
    void keysAndValuesAreThoseOfGoMicro() throws IOException {
        try (Registry registry = open()) {
            registry.register(Service.of("micro.http/broker", "A", new Node("a/1", "127.0.0.1:1", Map.of("k", "v"))));
            JsonNode entry = call("/v3/kv/range", EtcdFormat.range("/micro/registry/micro.http-broker/"))
                    .path("kvs")
                    .path(0);
            assertThat(new String(entry.path("key").binaryValue(), StandardCharsets.UTF_8))
                    .isEqualTo("/micro/registry/micro.http-broker/a-1");
            assertThat(new String(entry.path("value").binaryValue(), StandardCharsets.UTF_8))
                    .isEqualTo("{\"name\":\"micro.http/broker\",\"version\":\"A\",\"metadata\":{},\"endpoints\":[],"
                            + "\"nodes\":[{\"metadata\":{\"k\":\"v\"},\"id\":\"a/1\",\"address\":\"127.0.0.1:1\"}]}");
            assertThat(entry.path("lease").asLong()).isNotZero();
        }
    }

    @Test
    void whatIsNoServiceIsPassedOver() {
        ObjectNode put = EtcdGateway.JSON.createObjectNode();
        put.put("key", EtcdFormat.base64("/micro/registry/odd/n")).put("value", EtcdFormat.base64("no json"));
        call("/v3/kv/put", put);
        try (Registry registry = open()) {
            assertThat(registry.find("odd")).isEmpty();
        }
    }

    @Test
    void aKeyThatSomebodyDeletesComesBack() {
        try (Registry registry = Registry.open(server.uri(3))) {
            registry.register(Service.of("deleted", "", new Node("n", "127.0.0.1:1", Map.of())));
            call("/v3/kv/deleterange", EtcdFormat.range("/micro/registry/deleted/"));
            assertThat(registry.find("deleted")).isEmpty();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> registry.find("deleted").size() == 1);
        }
    }

    @Test
    void anEtcdThatLostEverythingIsToldAgainAndSoIsWhoWatches() throws IOException {
        try (Registry registry = Registry.open(server.uri(3));
                Registry watching = open()) {
            registry.register(Service.of("lost", "", new Node("n", "127.0.0.1:1", Map.of())));
            AtomicReference<List<Service>> told = new AtomicReference<>(List.of());
            watching.watch("lost", told::set);
            await().until(() -> told.get().size() == 1);
            server.kill();
            server.start();
            awaitServer();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> watching.find("lost").size() == 1);
            registry.register(Service.of("lost", "2", new Node("n2", "127.0.0.1:2", Map.of())));
            await().atMost(Duration.ofSeconds(20)).until(() -> told.get().size() == 2);
        }
    }

    @Test
    void aNodeThatDiesIsForgottenAfterItsTime() {
        ObjectNode grant = EtcdGateway.JSON.createObjectNode().put("TTL", 1);
        ObjectNode put = EtcdGateway.JSON.createObjectNode();
        put.put("key", EtcdFormat.base64("/micro/registry/dying/n"));
        Node node = new Node("n", "127.0.0.1:1", Map.of());
        put.put("value", EtcdFormat.base64(EtcdFormat.value(Service.of("dying", "", node), node)));
        put.put("lease", call("/v3/lease/grant", grant).path("ID").asText());
        call("/v3/kv/put", put);
        try (Registry registry = open()) {
            assertThat(registry.find("dying")).hasSize(1);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> registry.find("dying").isEmpty());
        }
    }

    @Test
    void oneOfSeveralMembersSuffices() {
        try (Registry registry =
                Registry.open(URI.create(server.uri(60).toString().replace("etcd://", "etcd://127.0.0.1:1,")))) {
            assertThat(registry.find("nothing")).isEmpty();
        }
    }

    @Test
    void anEtcdThatIsNotThereIsNamed() {
        try (Registry registry = Registry.open(URI.create("etcd://127.0.0.1:1"))) {
            assertThatThrownBy(() -> registry.find("orders"))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("127.0.0.1:1 cannot be reached");
        }
    }
}
