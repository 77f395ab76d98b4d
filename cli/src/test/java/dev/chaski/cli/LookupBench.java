package dev.chaski.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code chaski bench lookup} with a few nodes. Stateless. */
final class LookupBench {
    private LookupBench() {}

    /** What it found with three nodes and twelve topics. */
    static JsonNode run(Path folder, int tcpPort, int httpPort, String... more)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(
                "bench",
                "lookup",
                "--port=" + tcpPort,
                "--http-port=" + httpPort,
                "--nodes=3",
                "--topics=12",
                "--warm-up=0s",
                "--duration=100ms",
                "--json"));
        arguments.addAll(List.of(more));
        try (ChaskiProcess bench = ChaskiProcess.start(folder, arguments.toArray(String[]::new))) {
            assertThat(bench.awaitExit()).as(bench.output()).isZero();
            return new ObjectMapper().readTree(bench.output());
        }
    }

    static void assertFewNodes(JsonNode report, int registrations) {
        assertThat(report.path("registrations").asInt()).isEqualTo(registrations);
        assertThat(report.path("notes")).isEmpty();
        for (String question : new String[] {"lookup", "topics", "nodes"}) {
            assertThat(report.path(question).path("count").asInt()).isPositive();
            assertThat(report.path(question).path("p99_us").asDouble()).isPositive();
            assertThat(report.path(question + "_bytes").asInt()).isGreaterThan(20);
        }
    }
}
