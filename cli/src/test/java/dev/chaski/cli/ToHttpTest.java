package dev.chaski.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.chaski.client.Producer;
import dev.chaski.server.Chaski;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code chaski to-http} between a real broker and real servers of HTTP. */
@Timeout(60)
class ToHttpTest {
    private static final Duration TURN = Duration.ofSeconds(20);

    private final List<Web> webs = new ArrayList<>();
    private Chaski broker;
    private Producer producer;

    /** A server that notes what comes, and answers as it is told. */
    private static final class Web {
        final Queue<String> bodies = new ConcurrentLinkedQueue<>();
        final Queue<String> heads = new ConcurrentLinkedQueue<>();
        final HttpServer server;
        volatile int status = 200;

        Web() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", this::answer);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.start();
        }

        private void answer(HttpExchange exchange) throws IOException {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String query = exchange.getRequestURI().getRawQuery();
            heads.add(exchange.getRequestMethod() + " "
                    + exchange.getRequestHeaders().getFirst("Content-Type") + " "
                    + exchange.getRequestHeaders().getFirst("X-Test"));
            bodies.add(
                    query == null
                            ? new String(body, StandardCharsets.UTF_8)
                            : URLDecoder.decode(query, StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort() + "/in";
        }
    }

    @BeforeEach
    void start() throws Exception {
        broker = Chaski.start();
        producer = Producer.of("127.0.0.1:" + broker.tcpAddress().getPort());
    }

    @AfterEach
    void stop() {
        producer.close();
        broker.close();
        webs.forEach(web -> web.server.stop(0));
    }

    private Web web() throws IOException {
        Web web = new Web();
        webs.add(web);
        return web;
    }

    private Running toHttp(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--nsqd-tcp-address=127.0.0.1:" + broker.tcpAddress().getPort());
        all.add("--consumer-opt=default_requeue_delay,100ms");
        all.add("--consumer-opt=backoff_multiplier,10ms");
        return new Running(
                here -> new ToHttpCommand(here.out(), here.err(), here.onSignal::add), all.toArray(String[]::new));
    }

    private void publish(int count) {
        for (int i = 0; i < count; i++) {
            producer.publish("orders", ("message " + i).getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void eachMessageIsPosted() throws Exception {
        Web web = web();
        publish(300);
        try (Running command = toHttp(
                "-topic=orders",
                "-post=" + web.url(),
                "-header",
                "X-Test: yes",
                "--json",
                "--status-every=100",
                "-n",
                "5")) {
            await().atMost(TURN).until(() -> web.bodies.size() == 300);
            await().atMost(TURN).until(() -> command.output().lines().count() == 3);
            assertThat(command.end()).as(command.errors()).isEqualTo(ExitCode.OK);
            assertThat(command.output()).contains("\"sent\":300,\"failed\":0,\"left_out\":0");
        }
        assertThat(web.bodies).hasSize(300).contains("message 0", "message 299");
        assertThat(web.heads).allMatch(head -> head.equals("POST application/octet-stream yes"));
    }

    @Test
    void aGetHasTheMessageInItsAddress() throws Exception {
        Web web = web();
        producer.publish("orders", "a b&c".getBytes(StandardCharsets.UTF_8));
        try (Running command = toHttp("orders", "--get=" + web.url() + "?%s")) {
            await().atMost(TURN).until(() -> web.bodies.contains("a b&c"));
            assertThat(command.end()).isEqualTo(ExitCode.OK);
        }
        assertThat(web.heads).containsExactly("GET null null");
    }

    @Test
    void whatIsRefusedComesAgain() throws Exception {
        Web web = web();
        web.status = 503;
        publish(3);
        try (Running command = toHttp("orders", "--post=" + web.url())) {
            await().atMost(TURN).until(() -> command.errors().contains("answered 503"));
            web.status = 204;
            web.bodies.clear();
            await().atMost(TURN)
                    .until(() -> List.copyOf(web.bodies).containsAll(List.of("message 0", "message 1", "message 2")));
            assertThat(command.end()).isEqualTo(ExitCode.OK);
        }
    }

    @Test
    void whereOneServerFailsAnotherGetsIt() throws Exception {
        Web broken = web();
        broken.status = 500;
        Web web = web();
        publish(50);
        try (Running command = toHttp("orders", "--post=" + broken.url(), "--post=" + web.url())) {
            await().atMost(TURN).until(() -> web.bodies.size() == 50);
            assertThat(command.errors()).isEmpty();
            assertThat(command.end()).isEqualTo(ExitCode.OK);
        }
        assertThat(broken.bodies).hasSizeLessThan(50);
    }

    @Test
    void withMulticastAllGetIt() throws Exception {
        Web one = web();
        Web other = web();
        publish(10);
        try (Running command = toHttp("orders", "--post=" + one.url(), "--post=" + other.url(), "--mode=multicast")) {
            await().atMost(TURN)
                    .untilAsserted(() -> assertThat(one.bodies.size() + other.bodies.size())
                            .as(command.errors())
                            .isEqualTo(20));
            assertThat(command.end()).isEqualTo(ExitCode.OK);
        }
    }

    @Test
    void aSampleIsSentAndTheRestFinished() throws Exception {
        Web web = web();
        publish(1_000);
        try (Running command = toHttp("orders", "--post=" + web.url(), "--sample=0.2", "--json", "--status-every=1")) {
            await().atMost(TURN)
                    .until(() -> broker.topics().backlogs().stream()
                            .anyMatch(topic -> topic.channels().stream()
                                    .anyMatch(channel ->
                                            channel.waiting() + channel.inFlight() + channel.deferred() == 0)));
            assertThat(command.end()).isEqualTo(ExitCode.OK);
        }
        assertThat(web.bodies).hasSizeBetween(100, 320);
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() throws Exception {
        assertRefused("name either where to --post or what to --get", "orders");
        assertRefused("needs %s", "orders", "--get=http://127.0.0.1:1/");
        assertRefused("name one topic", "--post=http://127.0.0.1:1/");
        assertRefused("--mode is", "orders", "--post=http://127.0.0.1:1/", "--mode=any");
        assertRefused("restricted header", "orders", "--post=http://127.0.0.1:1/", "--header=Host: x");
        assertRefused("invalid URI scheme", "orders", "--post=ftp://127.0.0.1/");
        assertRefused("--sample is 0 to 1", "orders", "--post=http://127.0.0.1:1/", "--sample=10");
    }

    private void assertRefused(String why, String... arguments) throws Exception {
        try (Running command = toHttp(arguments)) {
            assertThat(command.awaitExit()).as(command.errors()).isEqualTo(ExitCode.USAGE);
            assertThat(command.errors()).contains(why);
        }
    }
}
