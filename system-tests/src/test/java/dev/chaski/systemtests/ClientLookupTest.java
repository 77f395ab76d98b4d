package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chaski.client.Consumer;
import dev.chaski.client.Producer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our consumer finds brokers by a real nsqlookupd, where the environment names one. */
class ClientLookupTest {
    private static final String VARIABLE = "CHASKI_NSQLOOKUPD";
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    private Path data;

    private Process lookupd;
    private int tcpPort;
    private int httpPort;

    @BeforeEach
    void startLookupd() throws IOException {
        String binary = System.getenv(VARIABLE);
        Assumptions.assumeTrue(
                binary != null && Files.isExecutable(Path.of(binary)), VARIABLE + " names no nsqlookupd");
        tcpPort = freePort();
        httpPort = freePort();
        lookupd = new ProcessBuilder(binary, "-tcp-address=127.0.0.1:" + tcpPort, "-http-address=127.0.0.1:" + httpPort)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        HttpDoor http = new HttpDoor(new InetSocketAddress(InetAddress.getLoopbackAddress(), httpPort));
        Awaitility.await().ignoreExceptions().until(() -> http.get("/ping").status() == 200);
    }

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

    private BrokerProcess start(String folder, String... more) throws IOException {
        String[] flags = java.util.Arrays.copyOf(more, more.length + 2);
        flags[more.length] = "--lookupd-tcp-address=127.0.0.1:" + tcpPort;
        flags[more.length + 1] = "--broadcast-address=127.0.0.1";
        return BrokerProcess.start(data.resolve(folder), flags);
    }

    private static void publish(BrokerProcess broker, String text) {
        try (Producer producer = Producer.of("127.0.0.1:" + broker.tcp().getPort())) {
            producer.publish("orders", text.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void messagesOfAllBrokersComeAlsoOfOneThatMovedToAnotherPort() throws Exception {
        Set<String> handled = ConcurrentHashMap.newKeySet();
        BrokerProcess first = start("first");
        try (BrokerProcess second = start("second");
                Consumer consumer = Consumer.builder("orders", "billing")
                        .lookups("127.0.0.1:" + httpPort)
                        .lookupInterval(Duration.ofMillis(200))
                        .inFlightMax(10)
                        .handler(message -> handled.add(message.text()))
                        .build()) {
            publish(first, "of the first");
            publish(second, "of the second");
            Awaitility.await().atMost(PATIENCE).until(() -> handled.size() == 2);
            assertThat(consumer.stats().connections()).isEqualTo(2);
            first.killMinusNine();
            first = start("first");
            publish(first, "of the first again");
            Awaitility.await().atMost(PATIENCE).until(() -> handled.contains("of the first again"));
            Awaitility.await().atMost(PATIENCE).until(() -> consumer.stats().connections() == 2);
        } finally {
            first.close();
        }
    }
}
