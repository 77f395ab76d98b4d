package dev.chaski.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.chaski.server.Chaski;
import dev.chaski.server.config.AdminOptions;
import dev.chaski.server.config.HostPort;
import dev.chaski.server.config.OptionTable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several brokers as one, found through a lookup that says what nsqlookupd says. */
@Timeout(60)
class ClusterTest {
    /** A lookup that knows what it is told, and writes down what it is asked to do. */
    private static final class FakeLookup implements AutoCloseable {
        private final HttpServer server;
        final List<String> producers = new CopyOnWriteArrayList<>();
        final List<String> posts = new CopyOnWriteArrayList<>();

        FakeLookup() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/nodes", exchange -> answer(exchange, "{\"producers\":" + producers + "}"));
            server.createContext("/", exchange -> {
                posts.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
                answer(exchange, "");
            });
            server.start();
        }

        private static void answer(HttpExchange exchange, String body) throws IOException {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        }

        void add(String host, int httpPort, String topics, String tombstones) {
            producers.add("{\"remote_address\":\"127.0.0.1:1\",\"hostname\":\"a-host\",\"broadcast_address\":\"" + host
                    + "\",\"tcp_port\":1,\"http_port\":" + httpPort + ",\"version\":\"1.3.0\",\"tombstones\":"
                    + tombstones + ",\"topics\":" + topics + "}");
        }

        HostPort address() {
            return new HostPort("127.0.0.1", server.getAddress().getPort());
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    private FakeLookup lookup;
    private Chaski other;
    private Chaski chaski;
    private ApiClient api;
    private int deadPort;

    @BeforeEach
    void start() throws Exception {
        lookup = new FakeLookup();
        other = Chaski.start();
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            deadPort = free.getLocalPort();
        }
        chaski = Chaski.builder()
                .set(AdminOptions.LOOKUPD_HTTP_ADDRESS, List.of(lookup.address(), new HostPort("127.0.0.1", deadPort)))
                .set(OptionTable.HTTP_CLIENT_REQUEST_TIMEOUT, Duration.ofSeconds(2))
                .start();
        api = new ApiClient(chaski.httpAddress());
        for (Chaski each : List.of(chaski, other)) {
            each.topics().create("orders", "billing");
            try (Tap tap = Tap.connect(each.tcpAddress())) {
                tap.publish("orders", "one".getBytes(StandardCharsets.UTF_8));
            }
        }
        other.topics().create("only-there", "x");
        lookup.add("127.0.0.1", chaski.httpAddress().getPort(), "[\"orders\"]", "[false]");
        lookup.add("127.0.0.1", other.httpAddress().getPort(), "[\"orders\",\"only-there\"]", "[false,true]");
    }

    @AfterEach
    void close() {
        api.close();
        chaski.close();
        other.close();
        lookup.close();
    }

    private String otherKey() {
        return "127.0.0.1:" + other.httpAddress().getPort();
    }

    private static List<String> texts(JsonNode list, String field) {
        List<String> texts = new ArrayList<>();
        list.forEach(element -> texts.add(element.get(field).asText()));
        return texts;
    }

    @Test
    void figuresAreSumsOverTheNodes() throws Exception {
        JsonNode page = api.json("/v1/topics?sort=depth&order=desc");
        assertThat(texts(page.get("topics"), "name")).containsExactly("orders", "only-there");
        JsonNode orders = page.get("topics").get(0);
        assertThat(orders.get("depth").asInt()).isEqualTo(2);
        assertThat(orders.get("messages").asInt()).isEqualTo(2);
        assertThat(orders.get("channels").asInt()).isEqualTo(1);
        assertThat(orders.get("nodes")).hasSize(2);
        JsonNode topic = api.json("/v1/topics/orders");
        assertThat(topic.get("nodes")).hasSize(2);
        assertThat(topic.get("channels").get(0).get("depth").asInt()).isEqualTo(2);
        JsonNode channel = api.json("/v1/topics/orders/channels/billing");
        assertThat(channel.get("depth").asInt()).isEqualTo(2);
        assertThat(channel.get("nodes")).hasSize(2);
        assertThat(api.json("/v1/topics/orders?node=self").get("depth").asInt()).isEqualTo(1);
        assertThat(api.json("/v1/topics?node=" + otherKey()).get("total").asInt())
                .isEqualTo(2);
        assertThat(api.json("/v1/topics/only-there")
                        .get("nodes")
                        .get(0)
                        .get("is_tombstoned")
                        .asBoolean())
                .isTrue();
        JsonNode overview = api.json("/v1/overview");
        assertThat(overview.get("nodes_up").asInt()).isEqualTo(2);
        assertThat(overview.get("topics").asInt()).isEqualTo(2);
        assertThat(overview.get("depth").asInt()).isEqualTo(2);
    }

    @Test
    void ratesOfOtherNodesFollowFromTheirCounters() throws Exception {
        String there = "?node=" + otherKey();
        assertThat(api.json("/v1/topics/orders" + there)
                        .get("published_per_second")
                        .isNull())
                .isTrue();
        try (Tap tap = Tap.connect(other.tcpAddress())) {
            await().untilAsserted(() -> {
                tap.publish("orders", "another".getBytes(StandardCharsets.UTF_8));
                assertThat(api.json("/v1/topics/orders" + there)
                                .get("published_per_second")
                                .asDouble())
                        .isPositive();
            });
            api.post("/v1/topics/orders/channels/billing/empty" + there, "");
            await().untilAsserted(() -> assertThat(api.json("/v1/topics/orders/channels/billing" + there)
                            .get("finished_per_second")
                            .asDouble())
                    .isPositive());
            // Of both; this one's come from its own samples.
            await().untilAsserted(() -> {
                tap.publish("orders", "another".getBytes(StandardCharsets.UTF_8));
                assertThat(api.json("/v1/topics")
                                .get("topics")
                                .get(1)
                                .get("published_per_second")
                                .asDouble())
                        .isPositive();
                assertThat(api.json("/v1/overview").get("published_per_second").asDouble())
                        .isPositive();
            });
        }
        assertThat(api.json("/v1/overview").get("delivered_per_second").isNull())
                .isTrue();
    }

    @Test
    void aNodeIsTheChaskiThatItSaysAndNotTheNsqOfTheLookup() throws Exception {
        lookup.add("127.0.0.1", deadPort, "[]", "[]");
        JsonNode nodes = api.json("/v1/nodes").get("nodes");
        String version = api.json("/v1/me").get("version").asText();
        assertThat(texts(nodes, "version")).containsExactly("1.3.0", "1.3.0", "1.3.0");
        assertThat(texts(nodes, "chaski_version")).containsExactly(version, version, "null");
        assertThat(api.json("/v1/nodes/" + otherKey())
                        .get("node")
                        .get("chaski_version")
                        .asText())
                .isEqualTo(version);
    }

    @Test
    void whoCannotBeReachedIsToldAndFailsNothing() throws Exception {
        lookup.add("127.0.0.1", deadPort, "[\"orders\"]", "[false]");
        JsonNode page = api.json("/v1/topics");
        assertThat(page.get("total").asInt()).isEqualTo(2);
        String warnings = page.get("warnings").toString();
        assertThat(warnings)
                .contains("lookup 127.0.0.1:" + deadPort + ": ")
                .contains("node 127.0.0.1:" + deadPort + ": ");
        JsonNode nodes = api.json("/v1/nodes").get("nodes");
        assertThat(nodes).hasSize(3);
        assertThat(nodes.get(2).get("health").isNull()).isTrue();
        assertThat(nodes.get(2).get("lookups").get(0).asText())
                .isEqualTo(lookup.address().toString());
        JsonNode lookups = api.json("/v1/lookups");
        assertThat(lookups.get(0).get("ok").asBoolean()).isTrue();
        assertThat(lookups.get(1).get("ok").asBoolean()).isFalse();
        assertThat(lookups.get(1).get("error").asText()).isNotEmpty();
        JsonNode dead = api.json("/v1/nodes/127.0.0.1:" + deadPort);
        assertThat(dead.get("warnings")).hasSize(1);
        JsonNode overview = api.json("/v1/overview");
        assertThat(overview.get("nodes_known").asInt()).isEqualTo(3);
        assertThat(overview.get("nodes_up").asInt()).isEqualTo(2);
    }

    @Test
    void aNodeThatDoesNotAnswerIsWaitedForOnlySoLong() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
            lookup.add("127.0.0.1", silent.getLocalPort(), "[]", "[]");
            JsonNode page = api.json("/v1/topics");
            assertThat(page.get("total").asInt()).isEqualTo(2);
            assertThat(page.get("warnings").toString()).contains("no answer in time");
        }
    }

    @Test
    void anotherNodeIsShownWithItsTopicsAndClients() throws Exception {
        try (Tap tap = Tap.subscribe(other.tcpAddress(), "orders", "billing")) {
            tap.receive();
            JsonNode page = api.json("/v1/nodes/" + otherKey());
            assertThat(page.get("node").get("is_self").asBoolean()).isFalse();
            assertThat(texts(page.get("topics"), "name")).containsExactly("only-there", "orders");
            assertThat(page.get("topics").get(0).get("is_tombstoned").asBoolean())
                    .isTrue();
            assertThat(page.get("clients").get(0).get("channel").asText()).isEqualTo("billing");
            JsonNode client = api.json("/v1/topics/orders/channels/billing")
                    .get("clients")
                    .get(0);
            assertThat(client.get("node").asText()).isEqualTo(otherKey());
            assertThat(client.get("in_flight").asInt()).isEqualTo(1);
        }
    }

    @Test
    void actionsReachEveryNodeThatHasTheTopic() throws Exception {
        JsonNode done = api.post("/v1/topics/orders/channels/billing/pause", "").json();
        assertThat(done.get("nodes")).hasSize(2);
        try (ApiClient there = new ApiClient(other.httpAddress())) {
            assertThat(there.json("/v1/topics/orders/channels/billing")
                            .get("is_paused")
                            .asBoolean())
                    .isTrue();
            api.post("/v1/topics/orders/channels/billing/unpause?node=self", "");
            assertThat(there.json("/v1/topics/orders/channels/billing")
                            .get("is_paused")
                            .asBoolean())
                    .isTrue();
            api.post("/v1/topics/orders/channels/billing/unpause?node=" + otherKey(), "");
            assertThat(there.json("/v1/topics/orders/channels/billing")
                            .get("is_paused")
                            .asBoolean())
                    .isFalse();
            api.delete("/v1/topics/only-there");
            assertThat(there.get("/v1/topics/only-there").error()).isEqualTo("404 TOPIC_NOT_FOUND");
        }
        assertThat(lookup.posts).containsExactly("POST /topic/delete?topic=only-there");
    }

    @Test
    void lookupsAreToldOfWhatIsMadeAndTombstoned() throws Exception {
        api.post("/v1/topics", "{\"topic\":\"new\",\"channel\":\"c#ephemeral\"}");
        JsonNode done = api.delete("/v1/nodes/" + otherKey() + "/topics/orders").json();
        assertThat(done.get("nodes")).hasSize(1);
        assertThat(done.get("warnings").toString()).contains("lookup 127.0.0.1:" + deadPort);
        assertThat(lookup.posts)
                .containsExactly(
                        "POST /topic/create?topic=new",
                        "POST /channel/create?topic=new&channel=c%23ephemeral",
                        "POST /topic/tombstone?topic=orders&node=127.0.0.1%3A"
                                + other.httpAddress().getPort());
        assertThat(chaski.topics().backlogs().stream()
                        .map(backlog -> backlog.topic())
                        .collect(Collectors.toList()))
                .contains("new");
    }
}
