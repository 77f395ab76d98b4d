package dev.chaski.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chaski.server.Chaski;
import dev.chaski.server.config.AdminOptions;
import dev.chaski.server.config.HostPort;
import dev.chaski.server.config.OptionTable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The console's API over a real nsqlookupd and a real nsqd, named by {@code CHASKI_NSQLOOKUPD} and {@code CHASKI_NSQD}:
 * what nsqadmin does with them.
 */
@Timeout(60)
class RealNsqTest {
    @TempDir
    Path folder;

    /** A program with the ports that it says it listens on. */
    private static final class Program implements AutoCloseable {
        private final Path log;
        private final Process process;

        Program(Path log, String... command) throws IOException {
            this.log = log;
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        }

        int port(String door) {
            Pattern listening = Pattern.compile(door + ": listening on 127\\.0\\.0\\.1:(\\d+)");
            return await().atMost(Duration.ofSeconds(20))
                    .until(
                            () -> {
                                Matcher matcher = listening.matcher(Files.readString(log));
                                return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
                            },
                            found -> found > 0);
        }

        @Override
        public void close() {
            process.destroyForcibly().onExit().join();
        }
    }

    private static String binary(String variable) {
        String path = System.getenv(variable);
        assumeThat(path).as(variable + " names the program").isNotNull();
        return path;
    }

    @Test
    void aRealNsqdIsShownAndChangedThroughARealLookup() throws Exception {
        String lookupd = binary("CHASKI_NSQLOOKUPD");
        String nsqd = binary("CHASKI_NSQD");
        Path data = Files.createDirectory(folder.resolve("nsqd"));
        try (Program lookup = new Program(
                folder.resolve("lookupd.log"),
                lookupd,
                "-tcp-address=127.0.0.1:0",
                "-http-address=127.0.0.1:0",
                "-broadcast-address=127.0.0.1")) {
            HostPort lookupTcp = new HostPort("127.0.0.1", lookup.port("TCP"));
            HostPort lookupHttp = new HostPort("127.0.0.1", lookup.port("HTTP"));
            try (Program real = new Program(
                            folder.resolve("nsqd.log"),
                            nsqd,
                            "-tcp-address=127.0.0.1:0",
                            "-http-address=127.0.0.1:0",
                            "-broadcast-address=127.0.0.1",
                            "-data-path=" + data,
                            "-lookupd-tcp-address=" + lookupTcp);
                    Chaski chaski = Chaski.builder()
                            .set(OptionTable.LOOKUPD_TCP_ADDRESS, List.of(lookupTcp))
                            .set(AdminOptions.LOOKUPD_HTTP_ADDRESS, List.of(lookupHttp))
                            .start();
                    ApiClient api = new ApiClient(chaski.httpAddress())) {
                InetSocketAddress realTcp = new InetSocketAddress(InetAddress.getLoopbackAddress(), real.port("TCP"));
                String realNode = "127.0.0.1:" + real.port("HTTP");
                try (Tap producer = Tap.connect(realTcp);
                        Tap consumer = Tap.subscribe(realTcp, "orders", "billing")) {
                    producer.publish("orders", "one".getBytes(StandardCharsets.UTF_8));
                    consumer.receive();
                    chaski.topics().create("orders", "billing");
                    isShown(api, realNode);
                    isChanged(api, realNode);
                }
            }
        }
    }

    private static void isShown(ApiClient api, String realNode) {
        await().untilAsserted(() ->
                assertThat(api.json("/v1/topics/orders").get("nodes")).hasSize(2));
        await().untilAsserted(() -> {
            JsonNode channel = api.json("/v1/topics/orders/channels/billing");
            assertThat(channel.get("warnings")).isEmpty();
            assertThat(channel.get("in_flight").asInt()).isEqualTo(1);
            assertThat(channel.get("clients").get(0).get("node").asText()).isEqualTo(realNode);
            JsonNode node = api.json("/v1/nodes/" + realNode).get("node");
            assertThat(node.get("version").asText()).startsWith("1.");
            assertThat(node.get("health").asText()).isEqualTo("OK");
        });
    }

    private static void isChanged(ApiClient api, String realNode) throws Exception {
        assertThat(nodes(api.post("/v1/topics/orders/channels/billing/pause", "")))
                .contains(realNode)
                .hasSize(2);
        assertThat(isPaused(api, realNode)).isTrue();
        api.post("/v1/topics/orders/channels/billing/unpause?node=" + realNode, "");
        assertThat(isPaused(api, realNode)).isFalse();
        assertThat(api.delete("/v1/nodes/" + realNode + "/topics/orders").status())
                .isEqualTo(200);
        assertThat(api.json("/v1/nodes/" + realNode)
                        .get("node")
                        .get("tombstones")
                        .toString())
                .isEqualTo("[\"orders\"]");
        assertThat(nodes(api.delete("/v1/topics/orders/channels/billing"))).hasSize(2);
        assertThat(nodes(api.delete("/v1/topics/orders"))).contains(realNode);
        assertThat(api.get("/v1/topics/orders").error()).isEqualTo("404 TOPIC_NOT_FOUND");
    }

    private static boolean isPaused(ApiClient api, String node) throws Exception {
        return api.json("/v1/topics/orders/channels/billing?node=" + node)
                .get("is_paused")
                .asBoolean();
    }

    private static List<String> nodes(ApiClient.Reply reply) {
        List<String> nodes = new ArrayList<>();
        reply.json().get("nodes").forEach(node -> nodes.add(node.asText()));
        return nodes;
    }
}
