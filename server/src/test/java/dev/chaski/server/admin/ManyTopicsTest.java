package dev.chaski.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.management.OperatingSystemMXBean;
import dev.chaski.server.Chaski;
import java.io.ByteArrayInputStream;
import java.lang.management.ManagementFactory;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pages over many topics; {@code -Dchaski.topics=10000} for as many as one node is for, with what a page costs. */
@Timeout(300)
class ManyTopicsTest {
    private static final int TOPICS = Integer.getInteger("chaski.topics", 600);
    private static final int PER_PAGE = 100;
    private static final int ASKS = 20;

    @Test
    void everyTopicIsOnOnePageAndAPageIsQuick() throws Exception {
        try (Chaski chaski = Chaski.start();
                ApiClient api = new ApiClient(chaski.httpAddress())) {
            for (int i = 0; i < TOPICS; i++) {
                chaski.topics().create(String.format("topic-%05d", i), "channel");
            }
            Set<String> names = new HashSet<>();
            for (int page = 1; page <= (TOPICS + PER_PAGE - 1) / PER_PAGE; page++) {
                JsonNode answer = api.json("/v1/topics?sort=depth&order=desc&per_page=" + PER_PAGE + "&page=" + page);
                assertThat(answer.get("total").asInt()).isEqualTo(TOPICS);
                answer.get("topics")
                        .forEach(topic -> names.add(topic.get("name").asText()));
            }
            assertThat(names).hasSize(TOPICS);
            double pageMs = cpuMs(api, "/v1/topics?sort=depth&order=desc&page=3");
            double searchMs = cpuMs(api, "/v1/topics?search=-0001");
            double overviewMs = cpuMs(api, "/v1/overview");
            double healthMs = cpuMs(api, "/health/ready");
            System.out.printf(
                    "topics=%d cpu_ms page=%.1f search=%.1f overview=%.1f for_comparison_health=%.1f%n",
                    TOPICS, pageMs, searchMs, overviewMs, healthMs);
            // Far above what is measured, on the busiest of machines; a page that grows by the square is not below it.
            assertThat(pageMs).isLessThan(200 + TOPICS / 20.0);
        }
    }

    @Test
    void aLongPageIsCompressedForWhoTakesThatAndAShortAnswerIsNot() throws Exception {
        try (Chaski chaski = Chaski.start();
                ApiClient api = new ApiClient(chaski.httpAddress())) {
            for (int i = 0; i < PER_PAGE; i++) {
                chaski.topics().create("topic-" + i);
            }
            String path = "/v1/topics?per_page=" + PER_PAGE;
            HttpResponse<byte[]> zipped = api.zipped(path);
            assertThat(zipped.headers().firstValue("content-encoding")).contains("gzip");
            try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped.body()))) {
                byte[] page = in.readAllBytes();
                assertThat(ApiClient.JSON.readTree(page).get("topics")).hasSize(PER_PAGE);
                assertThat(zipped.body()).hasSizeLessThan(page.length / 5);
            }
            HttpResponse<byte[]> brief = api.zipped("/v1/me");
            assertThat(brief.headers().firstValue("content-encoding")).isEmpty();
            assertThat(brief.headers().firstValue("vary")).contains("Accept-Encoding");
            assertThat(ApiClient.JSON.readTree(brief.body()).get("is_admin").asBoolean())
                    .isTrue();
        }
    }

    /** Processor time of this process for one answer, its client included; the sampler's as well. */
    private static double cpuMs(ApiClient api, String path) throws Exception {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        for (int i = 0; i < ASKS; i++) {
            api.json(path);
        }
        long startNs = system.getProcessCpuTime();
        for (int i = 0; i < ASKS; i++) {
            api.json(path);
        }
        return (system.getProcessCpuTime() - startNs) / (double) TimeUnit.MILLISECONDS.toNanos(1) / ASKS;
    }
}
