package dev.chaski.registry.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Against the nsqlookupd that the environment names. */
@Timeout(60)
@EnabledIfEnvironmentVariable(named = "CHASKI_NSQLOOKUPD", matches = ".+")
class RealLookupdTest {
    private static final NodeIdentity NODE = new NodeIdentity("127.0.0.1", 14150, 14151, "1.3.0", "host1");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private int tcpPort;
    private int httpPort;

    private Process startLookupd() throws IOException {
        return new ProcessBuilder(
                        System.getenv("CHASKI_NSQLOOKUPD"),
                        "-tcp-address=127.0.0.1:" + tcpPort,
                        "-http-address=127.0.0.1:" + httpPort,
                        "-broadcast-address=127.0.0.1")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("lookupd.log").toFile())
                .start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + path))
                .build();
        return JSON.readTree(
                http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    private void post(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + path))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
    }

    private boolean isFound(String topic) {
        try {
            return get("/lookup?topic=" + topic).path("producers").size() == 1;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aRealLookupdFindsThisNodeAlsoAfterItsRestart() throws IOException, InterruptedException {
        tcpPort = freePort();
        httpPort = freePort();
        LookupLimits limits = new LookupLimits(1_000, 1_000, 15_000, 100, 50, 500, 3_000);
        Process lookupd = startLookupd();
        try (Lookupds lookupds = new Lookupds(limits, RandomGenerator.getDefault(), System::nanoTime)) {
            lookupds.register("orders", "");
            lookupds.register("orders", "billing");
            lookupds.addresses(List.of(InetSocketAddress.createUnresolved("127.0.0.1", tcpPort)));
            lookupds.start(NODE);
            await().atMost(Duration.ofSeconds(20)).until(() -> isFound("orders"));
            JsonNode found = get("/lookup?topic=orders");
            assertThat(found.path("channels").path(0).asText()).isEqualTo("billing");
            assertThat(found.path("producers").path(0).path("tcp_port").asInt()).isEqualTo(14150);
            JsonNode node = get("/nodes").path("producers").path(0);
            assertThat(node.path("version").asText()).isEqualTo("1.3.0");
            assertThat(node.path("hostname").asText()).isEqualTo("host1");

            post("/channel/create?topic=parcels&channel=elsewhere");
            assertThat(lookupds.channels("parcels").join()).containsExactly("elsewhere");

            lookupd.destroy();
            lookupd.waitFor(10, TimeUnit.SECONDS);
            lookupd = startLookupd();
            await().atMost(Duration.ofSeconds(20)).until(() -> isFound("orders"));

            lookupds.unregister("orders", "billing");
            lookupds.unregister("orders", "");
            await().atMost(Duration.ofSeconds(20)).until(() -> !isFound("orders"));
        } finally {
            lookupd.destroy();
            lookupd.waitFor(10, TimeUnit.SECONDS);
        }
    }
}
