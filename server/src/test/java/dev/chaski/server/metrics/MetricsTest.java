package dev.chaski.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chaski.server.Chaski;
import dev.chaski.server.config.AdminOptions;
import dev.chaski.server.config.OptionTable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a real broker tells Prometheus, read by a parser that takes nothing but the format. */
@Timeout(60)
class MetricsTest {
    private static final Path DOCS =
            Path.of(System.getProperty("chaski.root", "..")).resolve("docs");

    private static StrictParser scrape(Chaski chaski) throws IOException, InterruptedException {
        HttpResponse<String> answer = ask(chaski, "GET", "/metrics", "");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("text/plain; version=0.0.4; charset=utf-8");
        return StrictParser.parse(answer.body());
    }

    private static HttpResponse<String> ask(Chaski chaski, String method, String path, String body)
            throws IOException, InterruptedException {
        String root = "http://127.0.0.1:" + chaski.httpAddress().getPort();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(root + path))
                            .method(method, BodyPublishers.ofString(body))
                            .build(),
                    BodyHandlers.ofString());
        }
    }

    @Test
    void aScraperThatTakesGzipGetsTheSameInLess() throws Exception {
        try (Chaski chaski = Chaski.start();
                HttpClient client = HttpClient.newHttpClient()) {
            chaski.topics().create("orders", "billing");
            URI uri = URI.create("http://127.0.0.1:" + chaski.httpAddress().getPort() + "/metrics");
            HttpResponse<byte[]> zipped = client.send(
                    HttpRequest.newBuilder(uri)
                            .header("Accept-Encoding", "gzip")
                            .build(),
                    BodyHandlers.ofByteArray());
            assertThat(zipped.headers().firstValue("content-encoding")).contains("gzip");
            assertThat(zipped.headers().firstValue("vary")).contains("Accept-Encoding");
            String plain = ask(chaski, "GET", "/metrics", "").body();
            assertThat(zipped.body()).hasSizeLessThan(plain.length() / 2);
            try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped.body()))) {
                StrictParser metrics = StrictParser.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
                assertThat(metrics.value("chaski_channel_depth", "channel=billing", "topic=orders"))
                        .isZero();
            }
        }
    }

    private static void publish(Chaski chaski, String topic, String body) throws IOException, InterruptedException {
        assertThat(ask(chaski, "POST", "/pub?topic=" + topic, body).statusCode())
                .isEqualTo(200);
    }

    @Test
    void topicsAndChannelsAreCounted() throws Exception {
        try (Chaski chaski = Chaski.start()) {
            chaski.topics().create("orders", "billing");
            publish(chaski, "orders", "12345");
            publish(chaski, "orders", "123");
            publish(chaski, "kept", "for the first channel");
            StrictParser metrics = scrape(chaski);
            assertThat(metrics.value("chaski_topic_messages_total", "topic=orders"))
                    .isEqualTo(2);
            assertThat(metrics.value("chaski_topic_message_bytes_total", "topic=orders"))
                    .isEqualTo(8);
            assertThat(metrics.value("chaski_topic_depth", "topic=kept")).isEqualTo(1);
            assertThat(metrics.value("chaski_topic_backlog_bytes", "topic=orders"))
                    .isPositive();
            assertThat(metrics.value("chaski_channel_depth", "channel=billing", "topic=orders"))
                    .isEqualTo(2);
            assertThat(metrics.value("chaski_channel_clients", "channel=billing", "topic=orders"))
                    .isZero();
            assertThat(metrics.value("chaski_topics")).isEqualTo(2);
            assertThat(metrics.value("chaski_healthy")).isEqualTo(1);
            assertThat(metrics.value("chaski_disk_free_bytes")).isPositive();
            assertThat(metrics.value("chaski_memory_heap_used_bytes")).isPositive();
            assertThat(metrics.value("chaski_loop_cpu_seconds_total", "loop=0")).isPositive();
            assertThat(metrics.value("chaski_build_info", "version=dev")).isEqualTo(1);
            ask(chaski, "POST", "/topic/pause?topic=orders", "");
            assertThat(scrape(chaski).value("chaski_topic_paused", "topic=orders"))
                    .isEqualTo(1);
            // Fsyncs follow within the interval.
            await().until(() -> scrape(chaski).value("chaski_log_sync_seconds_count") > 0);
        }
    }

    @Test
    void beyondTheLimitTopicsAreSummedUpAndNothingEverFalls() throws Exception {
        try (Chaski chaski =
                Chaski.builder().set(AdminOptions.METRICS_TOPICS_MAX, 2).start()) {
            for (String topic : List.of("a", "b", "c", "d")) {
                chaski.topics().create(topic, "x");
                publish(chaski, topic, "1");
                publish(chaski, topic, "2");
            }
            chaski.topics().create("gone#ephemeral", "x#ephemeral");
            publish(chaski, "gone%23ephemeral", "1");
            StrictParser metrics = scrape(chaski);
            assertThat(metrics.labels("chaski_topic_messages_total", "topic"))
                    .containsExactlyInAnyOrder("a", "b", "(other)", "(ephemeral)");
            assertThat(metrics.value("chaski_topic_messages_total", "topic=(other)"))
                    .isEqualTo(4);
            assertThat(metrics.value("chaski_channel_depth", "channel=(other)", "topic=(other)"))
                    .isEqualTo(4);
            chaski.topics().delete("c");
            chaski.topics().delete("a");
            StrictParser later = scrape(chaski);
            // d has a name of its own now; what c and d counted before stays where it was counted.
            assertThat(later.labels("chaski_topic_messages_total", "topic"))
                    .containsExactlyInAnyOrder("b", "d", "(other)", "(ephemeral)");
            assertThat(later.value("chaski_topic_messages_total", "topic=(other)"))
                    .isEqualTo(4);
            assertThat(later.value("chaski_channel_depth", "channel=(other)", "topic=(other)"))
                    .isZero();
        }
    }

    @Test
    void percentilesAreASummaryWhereTheyAreKept() throws Exception {
        try (Chaski chaski = Chaski.builder()
                        .set(OptionTable.E2E_PERCENTILES, List.of(0.99))
                        .start();
                FinishingClient client = new FinishingClient(chaski.tcpAddress(), "orders", "billing")) {
            publish(chaski, "orders", "one");
            client.finishOne();
            await().untilAsserted(() -> assertThat(scrape(chaski)
                            .value(
                                    "chaski_channel_latency_seconds",
                                    "channel=billing",
                                    "quantile=0.99",
                                    "topic=orders"))
                    .isBetween(0.0, 30.0));
            StrictParser metrics = scrape(chaski);
            assertThat(metrics.value("chaski_channel_finished_total", "channel=billing", "topic=orders"))
                    .isEqualTo(1);
            assertThat(metrics.value("chaski_channel_delivered_total", "channel=billing", "topic=orders"))
                    .isEqualTo(1);
            assertThat(metrics.value("chaski_clients")).isEqualTo(1);
        }
    }

    @Test
    void theDashboardAsksForNothingThatIsNotThere() throws Exception {
        JsonNode dashboard = new ObjectMapper().readTree(Files.readString(DOCS.resolve("grafana-dashboard.json")));
        Set<String> asked = new TreeSet<>();
        Pattern name = Pattern.compile("chaski_[a-z0-9_]+");
        dashboard.findValuesAsText("expr").forEach(query -> {
            Matcher found = name.matcher(query);
            while (found.find()) {
                asked.add(found.group());
            }
        });
        assertThat(asked.size()).isGreaterThan(15);
        try (Chaski chaski = Chaski.start()) {
            chaski.topics().create("orders", "billing");
            StrictParser metrics = scrape(chaski);
            assertThat(metrics.names()).containsAll(asked);
        }
        Set<String> documented = new TreeSet<>();
        Matcher found = name.matcher(Files.readString(DOCS.resolve("metrics.md")));
        while (found.find()) {
            documented.add(found.group());
        }
        try (Chaski chaski = Chaski.start()) {
            assertThat(documented).isEqualTo(new TreeSet<>(scrape(chaski).families()));
        }
    }
}
