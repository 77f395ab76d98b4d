package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The whole of a real input through clients that we did not write: published by curl, nsqjs and nsq-j, consumed by the
 * last two in a channel each, over every kind of connection.
 */
class ForeignClientsTest {
    private static final Duration CLIENT_TIMEOUT = Duration.ofMinutes(60);
    private static final int CURL_BODY_BYTES = 4 << 20;
    private static final List<String> PUBLISHERS = List.of("curl", "nsqjs", "nsqj");

    @TempDir
    private static Path work;

    private static DebianIndex index;
    private static Path js;
    private static Certificate certificate;

    @TempDir
    private Path data;

    @BeforeAll
    static void installClients() throws Exception {
        Assumptions.assumeTrue(Commands.isInstalled("curl"), "there is no curl on this machine");
        index = DebianIndex.load(work);
        js = NsqjsFolder.install(work.resolve("js"));
        certificate = Certificate.make(work);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "tls", "snappy", "deflate", "tls+snappy", "tls+deflate"})
    void everyLineArrivesInEachChannel(String connection) throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(
                data,
                "--https-address=127.0.0.1:0",
                "--tls-cert=" + certificate.certificate(),
                "--tls-key=" + certificate.key())) {
            Exchange exchange = new Exchange(broker, connection);
            exchange.run();
            broker.stop();
        }
    }

    @Test
    void publishersWhoseMessagesWaitLongAreServedToBothChannels() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(data)) {
            Exchange exchange = new Exchange(broker, "plain");
            exchange.publishThenConsume();
            broker.stop();
        }
    }

    /** One run of all clients against one broker. */
    private static final class Exchange {
        private final BrokerProcess broker;
        private final String connection;
        private final int expected = index.lines() * PUBLISHERS.size();

        Exchange(BrokerProcess broker, String connection) {
            this.broker = broker;
            this.connection = connection;
        }

        void run() throws Exception {
            broker.http().must("/topic/create?topic=index");
            broker.http().must("/channel/create?topic=index&channel=nsqjs");
            broker.http().must("/channel/create?topic=index&channel=nsqj");
            List<String> command = node("consume.js", List.of("--channel=nsqjs", "--expected=" + expected));
            Process nsqjs = Commands.start(js, command);
            try (NsqjClient nsqj = new NsqjClient(broker.tcp(), connection, certificate)) {
                nsqj.subscribe("index", "nsqj", expected);
                publish();
                assertSums(nsqjs, command, nsqj);
            } finally {
                nsqjs.toHandle().destroyForcibly();
            }
        }

        void publishThenConsume() throws Exception {
            broker.http().must("/topic/create?topic=index");
            broker.http().must("/channel/create?topic=index&channel=nsqjs");
            broker.http().must("/channel/create?topic=index&channel=nsqj");
            publish();
            Awaitility.await()
                    .untilAsserted(() -> assertThat(broker.http()
                                    .channel("index", "nsqj")
                                    .path("depth")
                                    .asInt())
                            .isEqualTo(expected));
            List<String> command = node("consume.js", List.of("--channel=nsqjs", "--expected=" + expected));
            Process nsqjs = Commands.start(js, command);
            try (NsqjClient nsqj = new NsqjClient(broker.tcp(), connection, certificate)) {
                nsqj.subscribe("index", "nsqj", expected);
                assertSums(nsqjs, command, nsqj);
            } finally {
                nsqjs.toHandle().destroyForcibly();
            }
        }

        private void publish() throws Exception {
            List<String> command = node("publish.js", List.of("--publisher=nsqjs", "--input=" + index.file()));
            Process nsqjs = Commands.start(js, command);
            try (NsqjClient nsqj = new NsqjClient(broker.tcp(), connection, certificate)) {
                nsqj.publish("index", index);
            }
            publishByCurl();
            String answer = Commands.finish(nsqjs, CLIENT_TIMEOUT, command);
            assertThat(json(answer).path("acknowledged").asInt()).isEqualTo(index.lines());
        }

        private void publishByCurl() throws IOException, InterruptedException {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            List<byte[]> bodies = new ArrayList<>();
            index.forEach("curl", line -> {
                if (body.size() + line.length >= CURL_BODY_BYTES) {
                    bodies.add(body.toByteArray());
                    body.reset();
                }
                body.writeBytes(line);
                body.write('\n');
            });
            bodies.add(body.toByteArray());
            boolean tls = connection.startsWith("tls");
            String url = tls
                    ? "https://127.0.0.1:" + broker.httpsAddress().getPort()
                    : broker.http().base();
            for (byte[] each : bodies) {
                Path file = Files.write(work.resolve("body.txt"), each);
                List<String> command = new ArrayList<>(List.of("curl", "-sS", "--fail-with-body", "--data-binary"));
                command.add("@" + file);
                command.addAll(List.of("--cacert", certificate.certificate().toString(), url + "/mpub?topic=index"));
                assertThat(Commands.run(work, CLIENT_TIMEOUT, command)).isEqualTo("OK");
            }
        }

        private void assertSums(Process nsqjs, List<String> command, NsqjClient nsqj) throws Exception {
            long sum = 0;
            for (String publisher : PUBLISHERS) {
                sum += index.sum(publisher);
            }
            nsqj.awaitAll(CLIENT_TIMEOUT);
            assertThat(nsqj.sum()).as("sum of what nsq-j consumed").isEqualTo(sum);
            assertThat(nsqj.again()).as("lines that nsq-j got twice").isZero();
            JsonNode result = json(Commands.finish(nsqjs, CLIENT_TIMEOUT, command));
            assertThat(result.path("distinct").asInt())
                    .as("lines that nsqjs consumed")
                    .isEqualTo(expected);
            assertThat(result.path("sum").asText())
                    .as("sum of what nsqjs consumed")
                    .isEqualTo(Long.toString(sum));
            assertThat(result.path("again").asInt())
                    .as("lines that nsqjs got twice")
                    .isZero();
        }

        private List<String> node(String program, List<String> arguments) {
            List<String> command = new ArrayList<>(List.of(
                    "node",
                    program,
                    "--port=" + broker.tcp().getPort(),
                    "--topic=index",
                    "--connection=" + connection,
                    "--ca=" + certificate.certificate()));
            command.addAll(arguments);
            return command;
        }

        private static JsonNode json(String text) throws IOException {
            return new ObjectMapper().readTree(text);
        }
    }
}
