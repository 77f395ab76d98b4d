package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** NSQ's tools with our broker, and our commands with a real nsqd and nsqlookupd, where the environment names a folder. */
class NsqToolsTest {
    private static final String VARIABLE = "CHASKI_NSQ_BIN";
    private static final Duration TURN = Duration.ofSeconds(30);
    private static final int MANY = 500;

    @TempDir
    private Path folder;

    private final List<CommandProcess> commands = new ArrayList<>();
    private final Queue<String> posted = new ConcurrentLinkedQueue<>();
    private Path tools;
    private HttpServer web;

    @BeforeEach
    void findTools() throws IOException {
        String named = System.getenv(VARIABLE);
        Assumptions.assumeTrue(named != null && Files.isDirectory(Path.of(named)), VARIABLE + " names no folder");
        tools = Path.of(named);
        web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.createContext("/", exchange -> {
            posted.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        web.start();
    }

    @AfterEach
    void end() {
        commands.forEach(CommandProcess::close);
        if (web != null) {
            web.stop(0);
        }
    }

    private CommandProcess tool(String name, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(tools.resolve(name).toString()));
        command.addAll(List.of(arguments));
        return kept(CommandProcess.of(folder.resolve(name + ".log"), command));
    }

    private CommandProcess ours(String... arguments) throws IOException {
        return kept(CommandProcess.chaski(folder.resolve(arguments[0] + ".log"), List.of(arguments)));
    }

    private CommandProcess kept(CommandProcess process) {
        commands.add(process);
        return process;
    }

    private static String messages(int from) {
        return IntStream.range(from, from + MANY)
                .mapToObj(i -> "message " + i + "\n")
                .collect(Collectors.joining());
    }

    private static void publish(HttpDoor http, int from) throws IOException, InterruptedException {
        assertThat(http.post("/mpub?topic=orders", messages(from)).status()).isEqualTo(200);
    }

    private String url() {
        return "http://127.0.0.1:" + web.getAddress().getPort() + "/in";
    }

    private static String address(BrokerProcess broker) {
        return "127.0.0.1:" + broker.tcp().getPort();
    }

    /** All lines of all files of a folder. */
    private static List<String> lines(Path of) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> all = Files.exists(of) ? Files.list(of) : Stream.empty()) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                try (InputStream in = file.toString().endsWith(".gz")
                        ? new GZIPInputStream(Files.newInputStream(file))
                        : Files.newInputStream(file)) {
                    lines.addAll(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList());
                } catch (java.io.EOFException e) {
                    // a tool is just writing it
                    continue;
                }
            }
        }
        return lines;
    }

    private static void await(Awaitable condition) {
        Awaitility.await().atMost(TURN).untilAsserted(condition::check);
    }

    private interface Awaitable {
        void check() throws Exception;
    }

    @Test
    void nsqsToolsWorkWithOurBroker() throws Exception {
        Path files = folder.resolve("files");
        try (BrokerProcess broker = BrokerProcess.start(folder.resolve("data"));
                BrokerProcess other = BrokerProcess.start(folder.resolve("other"))) {
            broker.http().must("/topic/create?topic=orders");
            other.http().must("/topic/create?topic=copies");
            CommandProcess tail = tool("nsq_tail", "-topic=orders", "-nsqd-tcp-address=" + address(broker));
            tool(
                    "nsq_to_file",
                    "-topic=orders",
                    "-gzip",
                    "-output-dir=" + files,
                    "-sync-interval=200ms",
                    "-nsqd-tcp-address=" + address(broker));
            tool("nsq_to_http", "-topic=orders", "-post=" + url(), "-nsqd-tcp-address=" + address(broker));
            tool(
                    "nsq_to_nsq",
                    "-topic=orders",
                    "-destination-topic=copies",
                    "-nsqd-tcp-address=" + address(broker),
                    "-destination-nsqd-tcp-address=" + address(other));
            await(() ->
                    assertThat(broker.http().topic("orders").path("channels")).hasSize(4));
            pipeIntoToNsq(broker);
            await(() -> assertThat(tail.output().lines().filter(line -> line.startsWith("message ")))
                    .hasSize(MANY));
            await(() -> assertThat(posted).hasSize(MANY));
            await(() -> assertThat(lines(files)).hasSize(MANY).contains("message 0"));
            await(() -> assertThat(other.http().topic("copies").path("depth").asInt())
                    .isEqualTo(MANY));
            CommandProcess stat = tool(
                    "nsq_stat",
                    "-topic=orders",
                    "-channel=nsq_to_file",
                    "-count=1",
                    "-interval=100ms",
                    "-nsqd-http-address=127.0.0.1:" + broker.httpAddress().getPort());
            assertThat(stat.awaitExit()).as(stat.output()).isZero();
            assertThat(stat.output()).as("messages of the channel").containsPattern("\\b" + MANY + "\\b");
        }
    }

    private void pipeIntoToNsq(BrokerProcess broker) throws IOException, InterruptedException {
        Path input = Files.writeString(folder.resolve("input"), messages(0));
        Process process = new ProcessBuilder(
                        tools.resolve("to_nsq").toString(), "-topic=orders", "-nsqd-tcp-address=" + address(broker))
                .redirectInput(input.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void ourCommandsWorkWithARealNsqdAndNsqlookupd() throws Exception {
        int lookupTcp = freePort();
        int lookupHttp = freePort();
        int tcp = freePort();
        int http = freePort();
        tool("nsqlookupd", "-tcp-address=127.0.0.1:" + lookupTcp, "-http-address=127.0.0.1:" + lookupHttp);
        tool(
                "nsqd",
                "-tcp-address=127.0.0.1:" + tcp,
                "-http-address=127.0.0.1:" + http,
                "-broadcast-address=127.0.0.1",
                "-lookupd-tcp-address=127.0.0.1:" + lookupTcp,
                "-data-path=" + Files.createDirectories(folder.resolve("nsqd")));
        HttpDoor nsqd = new HttpDoor(new InetSocketAddress(InetAddress.getLoopbackAddress(), http));
        Awaitility.await()
                .atMost(TURN)
                .ignoreExceptions()
                .until(() -> nsqd.get("/ping").status() == 200);
        for (String channel : List.of("nsq_to_file", "nsq_to_http", "nsq_to_nsq")) {
            nsqd.must("/topic/create?topic=orders");
            nsqd.must("/channel/create?topic=orders&channel=" + channel);
        }
        publish(nsqd, 0);
        Path files = folder.resolve("files");
        String lookup = "--lookupd-http-address=127.0.0.1:" + lookupHttp;
        CommandProcess toFile = ours(
                "to-file", "--topic-pattern=^ord", "--output-dir=" + files, "--gzip", "--sync-interval=200ms", lookup);
        CommandProcess toHttp = ours("to-http", "-topic=orders", "-post=" + url(), lookup);
        CommandProcess bridge = ours(
                "bridge",
                "-topic=orders",
                "-destination-topic=copies",
                "-destination-nsqd-tcp-address=127.0.0.1:" + tcp,
                "-nsqd-tcp-address=127.0.0.1:" + tcp);
        await(() -> assertThat(posted).hasSize(MANY));
        await(() -> assertThat(lines(files)).hasSize(MANY).contains("message 0"));
        await(() -> assertThat(nsqd.topic("copies").path("depth").asInt()).isEqualTo(MANY));
        for (CommandProcess each : List.of(toFile, toHttp, bridge)) {
            assertThat(each.end()).as(each.output()).isZero();
        }
        for (String channel : List.of("nsq_to_file", "nsq_to_http", "nsq_to_nsq")) {
            assertThat(nsqd.channel("orders", channel).path("in_flight_count").asInt())
                    .isZero();
            assertThat(nsqd.channel("orders", channel).path("depth").asInt()).isZero();
        }
    }

    /** A port that was free a moment ago: nsqd does not start without one. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
