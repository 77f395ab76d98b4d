package dev.chaski.server.stats;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chaski.engine.ChannelStats;
import dev.chaski.engine.TopicStats;
import dev.chaski.server.clients.ClientStats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The forms of a report. The expected texts have nsqd's columns, taken from a running one. */
class ReportTest {
    private static final long START_S = 1_795_244_895;
    private static final Instant NOW = Instant.ofEpochSecond(START_S + 2, 732_392_965);

    private static ClientStats client(String host, int port, String agent, List<ClientStats.PubCount> published) {
        boolean isProducer = !published.isEmpty();
        return new ClientStats(
                host,
                host,
                "V2",
                "127.0.0.1:" + port,
                isProducer ? 0 : 3,
                isProducer ? null : "t1",
                isProducer ? null : "c1",
                200,
                1,
                21,
                20,
                0,
                START_S,
                60_000,
                0,
                false,
                true,
                agent,
                null,
                published,
                null,
                "",
                "");
    }

    private static Report report(@Nullable MemoryFigures memory) {
        List<Double> kept = List.of(0.5, 1.0, 0.95);
        ChannelStats none = new ChannelStats(21, 0, 1, 22, 0, 0, 0, 0, true, Map.of(), 0);
        ChannelStats some = new ChannelStats(
                0, 0, 1, 22, 3, 4, 0, 2, false, Map.of(0.5, 376_871_612L, 0.95, 435_087_660L, 1.0, 1_500L), 21);
        List<ChannelFigures> channels = List.of(
                new ChannelFigures(
                        "c1",
                        some,
                        Latency.of(kept, some),
                        List.of(client("vm", 42_034, "nsq_tail/1.3.0 go-nsq/1.1.0", List.of()))),
                new ChannelFigures("paused", none, Latency.of(kept, none), List.of()));
        return new Report(
                "1.3.0",
                "OK",
                NOW,
                START_S,
                List.of(
                        new TopicFigures(
                                "a.verylongtopicnamewhichislong-1234567890",
                                new TopicStats(0, 0, 0, 0, true),
                                List.of(),
                                Latency.highest(List.of())),
                        new TopicFigures(
                                "t1", new TopicStats(5, 22, 160, 4096, false), channels, Latency.highest(channels))),
                memory,
                List.of(client(
                        "127.0.0.1",
                        42_038,
                        "",
                        List.of(new ClientStats.PubCount("t1", 1), new ClientStats.PubCount("t2", 2)))));
    }

    private static String text(Report report) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new TextReport(out).write(report);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static JsonNode json(Report report) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new JsonReport(out).write(report);
        return new ObjectMapper().readTree(out.toByteArray());
    }

    @Test
    void theTextHasTheColumnsOfNsqd() throws IOException {
        assertThat(text(report(null)).lines().skip(1))
                .containsExactly(
                        "start_time 2026-11-21T07:08:15Z",
                        "uptime 2.732392965s",
                        "",
                        "Health: OK",
                        "",
                        "Topics:",
                        "*P [a.verylongtopicnamewhichislong-1234567890] depth: 0     be-depth: 0     msgs: 0        e2e%: ",
                        "",
                        "   [t1             ] depth: 5     be-depth: 5     msgs: 22       e2e%: 1.5us, 435.1ms, 376.9ms",
                        "      [c1                       ] depth: 0     be-depth: 0     inflt: 0    def: 1    re-q: 3     timeout: 4     msgs: 22       e2e%: 1.5us, 435.1ms, 376.9ms",
                        "        [V2 vm:42034 nsq_tail/1.3.0 go-nsq/1.1.0] state: 3 inflt: 1    rdy: 200  fin: 20       re-q: 0        msgs: 21       connected: 2s",
                        "   *P [paused                   ] depth: 21    be-depth: 21    inflt: 0    def: 1    re-q: 0     timeout: 0     msgs: 22       e2e%: 0.0ns, 0.0ns, 0.0ns",
                        "",
                        "Producers:",
                        "   [V2 127.0.0.1:42038      ] msgs: 3        topics: t1=1,t2=2 connected: 2s");
    }

    @Test
    void theTextTellsOfTheHeapWhereItIsAskedTo() throws IOException {
        assertThat(text(report(new MemoryFigures(2, 3, 4, 5, 6, 7, 8, 9))))
                .contains("\nMemory:\n   heap_objects             \t0\n   heap_idle_bytes          \t2\n")
                .contains("   gc_total_runs            \t9\n\nTopics:");
    }

    @Test
    void nothingIsCalledNone() throws IOException {
        Report empty = new Report("1.3.0", "NOK - disk full", NOW, START_S, List.of(), null, List.of());
        assertThat(text(empty)).endsWith("\nHealth: NOK - disk full\n\nTopics: None\n\nProducers: None\n");
        Report unknown = new Report("1.3.0", "OK", NOW, START_S, null, null, null);
        assertThat(text(unknown)).endsWith("\nTopics: None\n\nProducers: None\n");
        assertThat(json(unknown).toString())
                .isEqualTo(
                        "{\"version\":\"1.3.0\",\"health\":\"OK\",\"start_time\":1795244895,\"topics\":null,\"producers\":null}");
    }

    @Test
    void theJsonHasTheFieldsOfNsqdInTheirOrder() throws IOException {
        JsonNode topic = json(report(null)).get("topics").get(1);
        assertThat(topic.toString().replaceAll("\"channels\":\\[.*\\],\"depth\"", "\"channels\":[],\"depth\""))
                .isEqualTo(
                        "{\"topic_name\":\"t1\",\"channels\":[],\"depth\":5,\"backend_depth\":5,\"message_count\":22,"
                                + "\"message_bytes\":160,\"paused\":false,\"e2e_processing_latency\":{\"count\":21,"
                                + "\"percentiles\":[{\"quantile\":1,\"value\":1500},{\"quantile\":0.95,\"value\":435087660},"
                                + "{\"quantile\":0.5,\"value\":376871612}]}}");
        assertThat(topic.get("channels").get(1).toString())
                .isEqualTo("{\"channel_name\":\"paused\",\"depth\":21,\"backend_depth\":21,\"in_flight_count\":0,"
                        + "\"deferred_count\":1,\"message_count\":22,\"requeue_count\":0,\"timeout_count\":0,"
                        + "\"client_count\":0,\"clients\":[],\"paused\":true,\"e2e_processing_latency\":{\"count\":0,"
                        + "\"percentiles\":[{\"quantile\":1,\"value\":0},{\"quantile\":0.95,\"value\":0},"
                        + "{\"quantile\":0.5,\"value\":0}]}}");
        assertThat(topic.get("channels").get(0).get("clients").get(0).toString())
                .isEqualTo("{\"client_id\":\"vm\",\"hostname\":\"vm\",\"version\":\"V2\","
                        + "\"remote_address\":\"127.0.0.1:42034\",\"state\":3,\"ready_count\":200,\"in_flight_count\":1,"
                        + "\"message_count\":21,\"finish_count\":20,\"requeue_count\":0,\"connect_ts\":1795244895,"
                        + "\"sample_rate\":0,\"deflate\":false,\"snappy\":true,"
                        + "\"user_agent\":\"nsq_tail/1.3.0 go-nsq/1.1.0\",\"tls\":false,\"tls_cipher_suite\":\"\","
                        + "\"tls_version\":\"\",\"tls_negotiated_protocol\":\"\","
                        + "\"tls_negotiated_protocol_is_mutual\":false}");
    }

    @Test
    void aTopicWithoutPercentilesHasNone() throws IOException {
        assertThat(json(report(null))
                        .get("topics")
                        .get(0)
                        .get("e2e_processing_latency")
                        .toString())
                .isEqualTo("{\"count\":0,\"percentiles\":null}");
    }

    @Test
    void producersTellWhatTheyPublished() throws IOException {
        assertThat(json(report(null)).get("producers").get(0).get("pub_counts").toString())
                .isEqualTo("[{\"topic\":\"t1\",\"count\":1},{\"topic\":\"t2\",\"count\":2}]");
    }
}
