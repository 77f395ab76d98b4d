package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker beside a real nsqlookupd, where the environment names one. */
class LookupTest {
    private static final String VARIABLE = "CHASKI_NSQLOOKUPD";

    @TempDir
    private Path data;

    private Process lookupd;
    private HttpDoor lookup;
    private String tcpAddress;

    @BeforeEach
    void startLookupd() throws IOException {
        String binary = System.getenv(VARIABLE);
        Assumptions.assumeTrue(
                binary != null && Files.isExecutable(Path.of(binary)), VARIABLE + " names no nsqlookupd");
        int tcp = freePort();
        int http = freePort();
        tcpAddress = "127.0.0.1:" + tcp;
        lookupd = new ProcessBuilder(binary, "-tcp-address=" + tcpAddress, "-http-address=127.0.0.1:" + http)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        lookup = new HttpDoor(new InetSocketAddress(InetAddress.getLoopbackAddress(), http));
        Awaitility.await().ignoreExceptions().until(() -> lookup.get("/ping").status() == 200);
    }

    /** A port that was free a moment ago: nsqlookupd does not say which one it got. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @AfterEach
    void stopLookupd() {
        if (lookupd != null) {
            lookupd.toHandle().destroyForcibly();
        }
    }

    @Test
    void topicsAndChannelsAreRegisteredAndTakenBack() throws Exception {
        try (BrokerProcess broker = startBeside()) {
            broker.http().must("/topic/create?topic=orders");
            broker.http().must("/channel/create?topic=orders&channel=billing");
            await(() -> {
                String found = lookup.get("/lookup?topic=orders").body();
                assertThat(found)
                        .contains(
                                "\"channels\":[\"billing\"]",
                                "\"tcp_port\":" + broker.tcp().getPort());
            });
            broker.http().must("/topic/delete?topic=orders");
            await(() -> assertThat(lookup.get("/lookup?topic=orders").body()).contains("\"producers\":[]"));
            broker.stop();
        }
        await(() -> assertThat(lookup.get("/nodes").body()).contains("\"producers\":[]"));
    }

    @Test
    void aNewTopicHasTheChannelsThatLookupdKnowsBeforeItsFirstMessage() throws Exception {
        lookup.must("/channel/create?topic=orders&channel=billing");
        lookup.must("/channel/create?topic=orders&channel=audit");
        try (BrokerProcess broker = startBeside()) {
            for (int i = 0; i < 10; i++) {
                broker.http().post("/pub?topic=orders", "m" + i);
            }
            await(() -> {
                for (String channel : List.of("billing", "audit")) {
                    assertThat(broker.http().channel("orders", channel)).isNotNull();
                    assertThat(broker.http()
                                    .channel("orders", channel)
                                    .path("depth")
                                    .asInt())
                            .isEqualTo(10);
                }
            });
            broker.stop();
        }
    }

    @Test
    void lookupdAddressesCanBeChangedWhileItRuns() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(data, "--broadcast-address=127.0.0.1")) {
            broker.http().must("/topic/create?topic=orders");
            assertThat(broker.http()
                            .put("/config/nsqlookupd_tcp_addresses", "[\"" + tcpAddress + "\"]")
                            .status())
                    .isEqualTo(200);
            await(() -> assertThat(lookup.get("/lookup?topic=orders").body())
                    .contains("\"tcp_port\":" + broker.tcp().getPort()));
            broker.stop();
        }
    }

    private BrokerProcess startBeside() throws IOException {
        return BrokerProcess.start(data, "--lookupd-tcp-address=" + tcpAddress, "--broadcast-address=127.0.0.1");
    }

    private static void await(org.awaitility.core.ThrowingRunnable assertion) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(assertion);
    }
}
