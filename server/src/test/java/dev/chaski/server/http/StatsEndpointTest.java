package dev.chaski.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The figures, asked for over a socket. */
@Timeout(120)
class StatsEndpointTest {
    private static final int MANY = 3_000;

    @TempDir
    private Path folder;

    private static JsonNode ask(TestHttpDoor test, String query) throws IOException {
        try (RawHttp client = test.connect()) {
            RawHttp.Response response = client.ask("GET", "/stats?format=json&" + query, "");
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.headers())
                    .containsEntry("content-type", "application/json; charset=utf-8")
                    .containsEntry("x-nsq-content-type", "nsq; version=1.0");
            return new ObjectMapper().readTree(response.body());
        }
    }

    @Test
    void whatIsAskedForIsToldAndNothingElse() throws Exception {
        try (TestHttpDoor test = TestHttpDoor.open(folder)) {
            test.broker.topic("t1").channel("a");
            test.broker.topic("t1").channel("b");
            test.broker.topic("t2").channel("b");
            test.broker.topic("t3");
            assertThat(ask(test, "").findValuesAsText("topic_name")).containsExactly("t1", "t2", "t3");
            assertThat(ask(test, "topic=t1").findValuesAsText("channel_name")).containsExactly("a", "b");
            assertThat(ask(test, "topic=t1&channel=b").findValuesAsText("channel_name"))
                    .containsExactly("b");
            assertThat(ask(test, "channel=b").findValuesAsText("topic_name")).containsExactly("t1", "t2");
            assertThat(ask(test, "topic=t1&channel=nope").get("topics")).isEmpty();
            assertThat(ask(test, "topic=nope").get("topics").isNull()).isTrue();
            assertThat(ask(test, "topic=nope").get("producers").isNull()).isTrue();
            assertThat(ask(test, "").get("producers").isArray()).isTrue();
            assertThat(ask(test, "").get("memory").get("heap_in_use_bytes").asLong())
                    .isPositive();
            assertThat(ask(test, "include_mem=false").has("memory")).isFalse();
            assertThat(ask(test, "include_mem=0").has("memory")).isFalse();
            JsonNode without = ask(test, "include_clients=false");
            assertThat(without.get("producers").isNull()).isTrue();
            assertThat(without.findValue("clients").isNull()).isTrue();
        }
    }

    @Test
    void depthsCountWhatWaits() throws Exception {
        try (TestHttpDoor test = TestHttpDoor.open(folder);
                RawHttp client = test.connect()) {
            assertThat(client.ask("POST", "/mpub?topic=t", "a\nb\nc").status()).isEqualTo(200);
            assertThat(ask(test, "topic=t")
                            .findValue("topics")
                            .get(0)
                            .get("depth")
                            .asInt())
                    .isEqualTo(3);
            assertThat(client.ask("POST", "/channel/create?topic=t&channel=c", "")
                            .status())
                    .isEqualTo(200);
            assertThat(client.ask("POST", "/pub?topic=t&defer=60000", "d").status())
                    .isEqualTo(200);
            await().untilAsserted(() -> {
                JsonNode channel = ask(test, "topic=t").findValue("channels").get(0);
                assertThat(channel.get("depth").asInt()
                                + channel.get("deferred_count").asInt())
                        .isEqualTo(4);
            });
            assertThat(client.ask("POST", "/channel/pause?topic=t&channel=c", "")
                            .status())
                    .isEqualTo(200);
            assertThat(ask(test, "topic=t")
                            .findValue("channels")
                            .get(0)
                            .get("paused")
                            .asBoolean())
                    .isTrue();
            assertThat(client.ask("POST", "/channel/empty?topic=t&channel=c", "")
                            .status())
                    .isEqualTo(200);
            assertThat(ask(test, "topic=t")
                            .findValue("channels")
                            .get(0)
                            .get("depth")
                            .asInt())
                    .isZero();
        }
    }

    @Test
    void finishTimesAreToldWhereTheyAreKept() throws Exception {
        try (TestHttpDoor test = TestHttpDoor.open(folder, options -> options.percentiles = List.of(0.5, 0.99));
                RawHttp client = test.connect()) {
            Reader reader = Reader.of(test.broker.topic("t").channel("c"));
            for (int i = 0; i < 10; i++) {
                assertThat(client.ask("POST", "/pub?topic=t", "m").status()).isEqualTo(200);
            }
            await().until(() -> reader.bodies().size() == 10);
            await().untilAsserted(() -> {
                JsonNode latency = ask(test, "topic=t").get("topics").get(0).get("e2e_processing_latency");
                assertThat(latency.get("count").asInt()).isEqualTo(10);
                assertThat(latency.get("percentiles").get(0).get("quantile").asDouble())
                        .isEqualTo(0.99);
                assertThat(latency.get("percentiles").get(0).get("value").asLong())
                        .isPositive();
            });
        }
    }

    @Test
    void manyTopicsAreToldWithoutStoppingOthers() throws Exception {
        try (TestHttpDoor test = TestHttpDoor.open(folder)) {
            for (int i = 0; i < MANY; i++) {
                test.broker.topic("topic-" + i).channel("channel");
            }
            CompletableFuture<JsonNode> all = CompletableFuture.supplyAsync(() -> {
                try {
                    return ask(test, "");
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            try (RawHttp client = test.connect()) {
                do {
                    assertThat(client.ask("POST", "/pub?topic=topic-0", "m").body())
                            .isEqualTo("OK");
                } while (!all.isDone());
            }
            assertThat(all.get(60, TimeUnit.SECONDS).get("topics")).hasSize(MANY);
            try (RawHttp client = test.connect()) {
                String text = client.ask("GET", "/stats", "").body();
                assertThat(text.lines().filter(line -> line.startsWith("   [topic-")))
                        .hasSize(MANY);
            }
        }
    }

    @Test
    void theNodeTellsWhatItIs() throws Exception {
        try (TestHttpDoor test = TestHttpDoor.open(folder);
                RawHttp client = test.connect()) {
            assertThat(client.ask("GET", "/info", "").body())
                    .isEqualTo("{\"version\":\"1.3.0\",\"broadcast_address\":\"127.0.0.1\",\"hostname\":\"a-host\","
                            + "\"http_port\":4151,\"tcp_port\":4150,\"start_time\":" + TestHttpDoor.START_S
                            + ",\"max_heartbeat_interval\":60000000000,\"max_output_buffer_size\":65536,"
                            + "\"max_output_buffer_timeout\":30000000000,\"max_deflate_level\":6}");
        }
    }

    @Test
    void whatAJvmHasForProfilesIsThere() throws Exception {
        try (TestHttpDoor test = TestHttpDoor.open(folder);
                RawHttp client = test.connect()) {
            Map<String, String> found = Map.of(
                    "/debug/pprof/", "jcmd " + ProcessHandle.current().pid(),
                    "/debug/pprof/goroutine", "chaski-loop",
                    "/debug/pprof/heap", "Metaspace",
                    "/debug/pprof/cmdline", "java");
            for (Map.Entry<String, String> each : found.entrySet()) {
                assertThat(client.ask("GET", each.getKey(), "").body()).contains(each.getValue());
            }
            assertThat(client.ask("GET", "/debug/pprof", "").headers()).containsEntry("location", "/debug/pprof/");
            assertThat(client.ask("PUT", "/debug/setblockrate?rate=x", "").status())
                    .isEqualTo(400);
        }
    }
}
