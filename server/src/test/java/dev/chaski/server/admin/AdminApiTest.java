package dev.chaski.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chaski.server.Chaski;
import dev.chaski.server.config.OptionTable;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The API of one broker, over real sockets. */
@Timeout(60)
class AdminApiTest {
    private Chaski chaski;
    private ApiClient api;

    @BeforeEach
    void start() throws Exception {
        chaski = Chaski.builder()
                .set(OptionTable.E2E_PERCENTILES, List.of(0.5, 0.95, 0.99))
                .start();
        api = new ApiClient(chaski.httpAddress());
    }

    @AfterEach
    void close() {
        api.close();
        chaski.close();
    }

    private void publish(String topic, String body) throws Exception {
        assertThat(api.post("/v1/topics/" + topic + "/messages", body).status()).isEqualTo(200);
    }

    private static List<String> names(JsonNode list) {
        List<String> names = new ArrayList<>();
        list.forEach(element -> names.add(element.get("name").asText()));
        return names;
    }

    @Test
    void meTellsWhoAsksAndWhatThisIs() throws Exception {
        ApiClient.Reply reply = api.get("/v1/me", "X-Forwarded-User", "ada");
        assertThat(reply.json().get("user").asText()).isEqualTo("ada");
        assertThat(reply.json().get("is_admin").asBoolean()).isTrue();
        assertThat(reply.json().get("read_only").asBoolean()).isFalse();
        assertThat(reply.json().get("node").asText())
                .isEqualTo("127.0.0.1:" + chaski.httpAddress().getPort());
        assertThat(reply.json().get("tcp_port").asInt())
                .isEqualTo(chaski.tcpAddress().getPort());
        assertThat(api.json("/v1/me").get("user").isNull()).isTrue();
    }

    @Test
    void topicsAreSearchedSortedAndPaged() throws Exception {
        for (String topic : List.of("beta", "Alpha", "gamma", "alphabet")) {
            chaski.topics().create(topic);
        }
        publish("gamma", "one");
        publish("gamma", "two");
        publish("beta", "one");
        assertThat(names(api.json("/v1/topics").get("topics"))).containsExactly("Alpha", "alphabet", "beta", "gamma");
        assertThat(names(api.json("/v1/topics?search=ALPHA").get("topics"))).containsExactly("Alpha", "alphabet");
        assertThat(names(api.json("/v1/topics?sort=depth&order=desc").get("topics")))
                .containsExactly("gamma", "beta", "Alpha", "alphabet");
        JsonNode page = api.json("/v1/topics?page=2&per_page=3");
        assertThat(page.get("total").asInt()).isEqualTo(4);
        assertThat(names(page.get("topics"))).containsExactly("gamma");
        assertThat(page.get("topics").get(0).get("depth").asInt()).isEqualTo(2);
        assertThat(page.get("topics").get(0).get("backlog_bytes").asInt()).isPositive();
        assertThat(api.json("/v1/topics?page=9").get("topics")).isEmpty();
    }

    @Test
    void aTopicAndAChannelTellWhatTheyHave() throws Exception {
        chaski.topics().create("orders", "billing", "audit#ephemeral");
        publish("orders", "one");
        try (Tap tap = Tap.subscribe(chaski.tcpAddress(), "orders", "billing")) {
            String id = tap.receive();
            JsonNode topic = api.json("/v1/topics/orders");
            assertThat(names(topic.get("channels"))).containsExactly("audit#ephemeral", "billing");
            assertThat(topic.get("messages").asInt()).isEqualTo(1);
            assertThat(topic.get("in_flight").asInt()).isEqualTo(1);
            assertThat(topic.get("nodes").get(0).get("depth").asInt()).isEqualTo(1);
            JsonNode channel = api.json("/v1/topics/orders/channels/billing");
            assertThat(channel.get("in_flight").asInt()).isEqualTo(1);
            JsonNode client = channel.get("clients").get(0);
            assertThat(client.get("rdy").asInt()).isEqualTo(1);
            assertThat(client.get("in_flight").asInt()).isEqualTo(1);
            assertThat(client.get("connected_at").asLong()).isBetween(1_700_000_000_000L, Long.MAX_VALUE);
            assertThat(api.json("/v1/topics/orders/channels/audit%23ephemeral")
                            .get("is_ephemeral")
                            .asBoolean())
                    .isTrue();
            tap.send("FIN " + id);
            await().untilAsserted(() -> assertThat(api.json("/v1/topics/orders/channels/billing")
                            .get("latency")
                            .get("p99_ms")
                            .asDouble())
                    .isPositive());
        }
    }

    @Test
    void overviewAndNodesTellOfThisNode() throws Exception {
        chaski.topics().create("orders", "billing");
        publish("orders", "one");
        JsonNode overview = api.json("/v1/overview");
        assertThat(overview.get("nodes_up").asInt()).isEqualTo(1);
        assertThat(overview.get("nodes_known").asInt()).isEqualTo(1);
        assertThat(overview.get("topics").asInt()).isEqualTo(1);
        assertThat(overview.get("channels").asInt()).isEqualTo(1);
        assertThat(overview.get("depth").asInt()).isEqualTo(1);
        assertThat(overview.get("health").asText()).isEqualTo("OK");
        assertThat(overview.get("disk").get("used_bytes").asLong()).isPositive();
        assertThat(overview.get("disk").get("free_bytes").asLong()).isPositive();
        assertThat(overview.get("disk").get("is_writable").asBoolean()).isTrue();
        assertThat(overview.get("memory").get("heap_used_bytes").asLong()).isPositive();
        JsonNode node = api.json("/v1/nodes").get("nodes").get(0);
        assertThat(node.get("is_self").asBoolean()).isTrue();
        assertThat(node.get("topics").asInt()).isEqualTo(1);
        String key = node.get("node").asText();
        try (Tap tap = Tap.subscribe(chaski.tcpAddress(), "orders", "billing")) {
            tap.receive();
            JsonNode detail = api.json("/v1/nodes/" + key);
            assertThat(names(detail.get("topics"))).containsExactly("orders");
            assertThat(detail.get("clients").get(0).get("channel").asText()).isEqualTo("billing");
        }
        assertThat(api.json("/v1/lookups")).isEmpty();
    }

    @Test
    void aHistoryOfRatesBeginsWithTheFirstQuestion() throws Exception {
        chaski.topics().create("orders", "billing");
        api.json("/v1/history");
        try (Tap tap = Tap.subscribe(chaski.tcpAddress(), "orders", "billing")) {
            await().untilAsserted(() -> {
                publish("orders", "again");
                tap.send("FIN " + tap.receive());
                JsonNode points = api.json("/v1/history").get("points");
                JsonNode last = points.get(points.size() - 1);
                assertThat(last.get("published_per_second").asDouble()).isPositive();
                assertThat(last.get("delivered_per_second").asDouble()).isPositive();
                assertThat(last.get("finished_per_second").asDouble()).isPositive();
                assertThat(last.get("p99_ms").asDouble()).isPositive();
                JsonNode topic = api.json("/v1/topics/orders");
                assertThat(topic.get("published_per_second").asDouble()).isPositive();
                assertThat(topic.get("channels")
                                .get(0)
                                .get("finished_per_second")
                                .asDouble())
                        .isPositive();
            });
        }
        assertThat(api.json("/v1/history").get("step_ms").asInt()).isEqualTo(1_000);
        assertThat(api.json("/v1/history?seconds=1").get("points")).hasSize(1);
    }

    @Test
    void everyActionIsDoneAndShown() throws Exception {
        assertThat(api.post("/v1/topics", "{\"topic\":\"orders\",\"channel\":\"billing\"}")
                        .status())
                .isEqualTo(200);
        assertThat(names(api.json("/v1/topics/orders").get("channels"))).containsExactly("billing");
        assertThat(api.post("/v1/topics/orders/pause", "").status()).isEqualTo(200);
        publish("orders", "kept back");
        JsonNode paused = api.json("/v1/topics/orders");
        assertThat(paused.get("is_paused").asBoolean()).isTrue();
        assertThat(paused.get("channels").get(0).get("depth").asInt()).isZero();
        assertThat(api.post("/v1/topics/orders/empty", "").status()).isEqualTo(200);
        assertThat(api.json("/v1/topics/orders").get("depth").asInt()).isZero();
        assertThat(api.post("/v1/topics/orders/unpause", "").status()).isEqualTo(200);
        assertThat(api.json("/v1/topics/orders").get("is_paused").asBoolean()).isFalse();
        publish("orders", "released");
        assertThat(api.post("/v1/topics/orders/channels/billing/pause", "").status())
                .isEqualTo(200);
        JsonNode channel = api.json("/v1/topics/orders/channels/billing");
        assertThat(channel.get("is_paused").asBoolean()).isTrue();
        assertThat(channel.get("depth").asInt()).isEqualTo(1);
        assertThat(api.post("/v1/topics/orders/channels/billing/empty", "").status())
                .isEqualTo(200);
        assertThat(api.json("/v1/topics/orders/channels/billing").get("depth").asInt())
                .isZero();
        assertThat(api.post("/v1/topics/orders/channels/billing/unpause", "").status())
                .isEqualTo(200);
        assertThat(api.delete("/v1/topics/orders/channels/billing").status()).isEqualTo(200);
        assertThat(api.get("/v1/topics/orders/channels/billing").error()).isEqualTo("404 CHANNEL_NOT_FOUND");
        assertThat(api.delete("/v1/topics/orders").json().get("nodes")).hasSize(1);
        assertThat(api.get("/v1/topics/orders").error()).isEqualTo("404 TOPIC_NOT_FOUND");
    }

    @Test
    void messagesAreSeenAndStayWhereTheyAre() throws Exception {
        chaski.topics().create("orders", "billing");
        publish("orders", "{\"n\":1}");
        publish("orders", "ä".repeat(10));
        assertThat(api.post("/v1/topics/orders/messages?defer_ms=60000", "later")
                        .status())
                .isEqualTo(200);
        JsonNode messages = api.json("/v1/topics/orders/channels/billing/messages?body_bytes=7")
                .get("messages");
        assertThat(messages).hasSize(3);
        JsonNode first = messages.get(0);
        assertThat(first.get("id").asText()).hasSize(16);
        assertThat(first.get("body").asText()).isEqualTo("{\"n\":1}");
        assertThat(first.get("state").asText()).isEqualTo("waiting");
        assertThat(first.get("is_cut").asBoolean()).isFalse();
        assertThat(first.get("due_at").isNull()).isTrue();
        assertThat(first.get("published_at").asLong()).isBetween(System.currentTimeMillis() - 60_000, Long.MAX_VALUE);
        // Seven bytes end within a character, which is left out.
        assertThat(messages.get(1).get("body").asText()).isEqualTo("äää");
        assertThat(messages.get(1).get("is_cut").asBoolean()).isTrue();
        assertThat(messages.get(1).get("size_bytes").asInt()).isEqualTo(20);
        assertThat(messages.get(2).get("state").asText()).isEqualTo("deferred");
        assertThat(messages.get(2).get("due_at").asLong()).isGreaterThan(System.currentTimeMillis());
        assertThat(api.json("/v1/topics/orders/channels/billing/messages?state=deferred&limit=1")
                        .get("messages"))
                .hasSize(1);
        // Nobody has read so far as to put the deferred one aside.
        assertThat(api.json("/v1/topics/orders/channels/billing").get("depth").asInt())
                .isEqualTo(3);
    }

    @Test
    void whatIsNoTextComesAsBase64() throws Exception {
        chaski.topics().create("orders", "billing");
        try (Tap tap = Tap.connect(chaski.tcpAddress())) {
            tap.publish("orders", new byte[] {(byte) 0xff, 0, 1});
        }
        JsonNode message = api.json("/v1/topics/orders/channels/billing/messages")
                .get("messages")
                .get(0);
        assertThat(message.get("encoding").asText()).isEqualTo("base64");
        assertThat(message.get("body").asText()).isEqualTo("/wAB");
    }

    @Test
    void errorsSayWhatIsWrong() throws Exception {
        chaski.topics().create("orders", "billing");
        assertThat(api.get("/v1/topics/nothing").error()).isEqualTo("404 TOPIC_NOT_FOUND");
        assertThat(api.get("/v1/topics/no%20name").error()).isEqualTo("400 INVALID_TOPIC");
        assertThat(api.get("/v1/topics/orders/channels/nothing").error()).isEqualTo("404 CHANNEL_NOT_FOUND");
        assertThat(api.get("/v1/topics/orders/channels/no%20name").error()).isEqualTo("400 INVALID_CHANNEL");
        assertThat(api.get("/v1/topics/nothing/channels/billing/messages").error())
                .isEqualTo("404 TOPIC_NOT_FOUND");
        assertThat(api.get("/v1/topics/orders/channels/nothing/messages").error())
                .isEqualTo("404 CHANNEL_NOT_FOUND");
        assertThat(api.get("/v1/topics/orders/channels/billing/messages?limit=0")
                        .error())
                .isEqualTo("400 INVALID_ARG_LIMIT");
        assertThat(api.get("/v1/topics/orders/channels/billing/messages?state=lost")
                        .error())
                .isEqualTo("400 INVALID_ARG_STATE");
        assertThat(api.get("/v1/topics/nothing/tail").error()).isEqualTo("404 TOPIC_NOT_FOUND");
        assertThat(api.get("/v1/topics?sort=colour").error()).isEqualTo("400 INVALID_ARG_SORT");
        assertThat(api.get("/v1/topics?page=0").error()).isEqualTo("400 INVALID_ARG_PAGE");
        assertThat(api.get("/v1/topics?per_page=x").error()).isEqualTo("400 INVALID_ARG_PER_PAGE");
        assertThat(api.get("/v1/topics?search=a;b").error()).isEqualTo("400 INVALID_REQUEST");
        assertThat(api.get("/v1/topics?node=elsewhere:1").error()).isEqualTo("404 NODE_NOT_FOUND");
        assertThat(api.get("/v1/nodes/elsewhere:1").error()).isEqualTo("404 NODE_NOT_FOUND");
        assertThat(api.delete("/v1/nodes/elsewhere:1/topics/orders").error()).isEqualTo("404 NODE_NOT_FOUND");
        assertThat(api.post("/v1/topics", "{").error()).isEqualTo("400 INVALID_REQUEST");
        assertThat(api.post("/v1/topics", "{\"topic\":\"a b\"}").error()).isEqualTo("400 INVALID_TOPIC");
        assertThat(api.post("/v1/topics", "{\"topic\":\"orders\",\"channel\":\"a b\"}")
                        .error())
                .isEqualTo("400 INVALID_CHANNEL");
        assertThat(api.post("/v1/topics/nothing/pause", "").error()).isEqualTo("404 TOPIC_NOT_FOUND");
        assertThat(api.post("/v1/topics/orders/channels/nothing/empty", "").error())
                .isEqualTo("404 CHANNEL_NOT_FOUND");
        assertThat(api.delete("/v1/topics/nothing").error()).isEqualTo("404 TOPIC_NOT_FOUND");
        assertThat(api.post("/v1/topics/orders/messages", "").error()).isEqualTo("400 MSG_EMPTY");
        assertThat(api.post("/v1/topics/orders/messages?defer_ms=-1", "x").error())
                .isEqualTo("400 INVALID_ARG_DEFER_MS");
        assertThat(api.post("/v1/topics/no%20name/messages", "x").error()).isEqualTo("400 INVALID_TOPIC");
    }
}
