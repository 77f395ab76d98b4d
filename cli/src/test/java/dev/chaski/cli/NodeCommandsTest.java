package dev.chaski.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chaski.client.Producer;
import dev.chaski.server.Chaski;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/** {@code chaski list}, {@code stat}, {@code topic} and {@code channel} against two real brokers and who knows them. */
@Timeout(90)
class NodeCommandsTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Chaski one;
    private Chaski two;
    private FakeHttp lookup;
    private boolean isPerson;
    private String typed = "";

    @BeforeEach
    void start() throws Exception {
        one = Chaski.start();
        two = Chaski.start();
        lookup = new FakeHttp();
        lookup.knows(one.httpAddress().getPort() + ":orders", two.httpAddress().getPort() + ":orders");
        for (String path : List.of("/topic/create", "/topic/delete", "/topic/tombstone", "/channel/create")) {
            lookup.answers.put(path, "");
        }
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
        lookup.close();
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private String here() {
        return "--broker-http=127.0.0.1:" + one.httpAddress().getPort();
    }

    private String everywhere() {
        return "--lookupd-http-address=" + lookup.address();
    }

    private int run(String... arguments) {
        out.reset();
        err.reset();
        ByteArrayInputStream in = new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8));
        CommandLine tree = new CommandLine(new CommandTree.Root());
        tree.addSubcommand(new ListCommand(print(out), print(err)));
        tree.addSubcommand(new StatCommand(in, print(out), print(err), action -> {}));
        tree.addSubcommand("topic", AdminCommands.topic(in, print(out), print(err), () -> isPerson));
        tree.addSubcommand("channel", AdminCommands.channel(in, print(out), print(err), () -> isPerson));
        return tree.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8)).execute(arguments);
    }

    private static void publish(Chaski broker, String topic, int count) {
        try (Producer producer = Producer.of("127.0.0.1:" + broker.tcpAddress().getPort())) {
            for (int i = 0; i < count; i++) {
                producer.publish(topic, new byte[] {'x'});
            }
        }
    }

    private List<JsonNode> objects() throws Exception {
        List<JsonNode> objects = new ArrayList<>();
        for (String line : text(out).lines().toList()) {
            objects.add(new ObjectMapper().readTree(line));
        }
        return objects;
    }

    @Test
    void topicsOfAllNodesAreListedAndAddedUp() throws Exception {
        publish(one, "orders", 2);
        publish(two, "orders", 3);
        publish(two, "invoices", 1);
        assertThat(run("list", "topics", everywhere())).isEqualTo(ExitCode.OK);
        assertThat(text(out).lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "topic depth in channels messages state channels nodes bytes",
                        "invoices 1 0 1 0 1 1 B",
                        "orders 5 0 5 0 2 5 B");
        assertThat(run("list", "topics", everywhere(), "--json")).isEqualTo(ExitCode.OK);
        assertThat(objects().getLast().path("messages").asInt()).isEqualTo(5);
        assertThat(run("list", "topics", here(), "-q")).isEqualTo(ExitCode.OK);
        assertThat(text(out)).isEqualTo("orders\n");
    }

    @Test
    void nodesAndClientsAreListed() throws Exception {
        String tcp = "127.0.0.1:" + one.tcpAddress().getPort();
        try (Producer producer = Producer.of(tcp)) {
            producer.publish("orders", new byte[] {'x'});
            assertThat(run("list", "clients", here(), "--json")).isEqualTo(ExitCode.OK);
            assertThat(objects()).singleElement().satisfies(client -> {
                assertThat(client.path("user_agent").asText()).isEqualTo("chaski-client");
                assertThat(client.path("published").asInt()).isEqualTo(1);
                assertThat(client.path("topic").isNull()).isTrue();
            });
        }
        assertThat(run("list", "nodes", everywhere())).isEqualTo(ExitCode.OK);
        assertThat(text(out))
                .contains(
                        "127.0.0.1:" + one.httpAddress().getPort(),
                        "127.0.0.1:" + two.httpAddress().getPort());
        assertThat(run("list", "nodes", here(), "--json")).isEqualTo(ExitCode.OK);
        assertThat(objects().getFirst().path("tcp_port").asInt())
                .isEqualTo(one.tcpAddress().getPort());
    }

    @Test
    void aTopicAndItsChannelGoThroughTheirLife() throws Exception {
        assertThat(run("topic", "create", "orders", everywhere())).isEqualTo(ExitCode.OK);
        assertThat(text(out)).isEqualTo("created topic orders at 2 brokers and 1 lookup\n");
        assertThat(run("channel", "create", "orders", "billing", "audit", everywhere()))
                .isEqualTo(ExitCode.OK);
        publish(one, "orders", 3);
        assertThat(run("channel", "pause", "orders", "billing", here())).isEqualTo(ExitCode.OK);
        await().until(() -> run("channel", "show", "orders", "billing", everywhere(), "--json") == ExitCode.OK
                && new ObjectMapper().readTree(text(out)).path("depth").asInt() == 3);
        JsonNode shown = new ObjectMapper().readTree(text(out));
        assertThat(shown.path("paused_at").asInt()).isEqualTo(1);
        assertThat(shown.path("nodes")).hasSize(2);
        assertThat(run("list", "channels", "orders", everywhere())).isEqualTo(ExitCode.OK);
        assertThat(text(out)).contains("paused at 1 of 2");
        assertThat(run("channel", "unpause", "orders", "billing", everywhere())).isEqualTo(ExitCode.OK);
        assertThat(run("channel", "empty", "orders", "billing", everywhere(), "--yes"))
                .isEqualTo(ExitCode.OK);
        assertThat(run("topic", "show", "orders", everywhere())).isEqualTo(ExitCode.OK);
        assertThat(text(out)).contains("audit", "billing");
        lookup.answers.put("/channel/delete", "");
        assertThat(run("channel", "delete", "orders", "audit", everywhere(), "-y"))
                .isEqualTo(ExitCode.OK);
        assertThat(run("channel", "show", "orders", "audit", everywhere())).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(run("topic", "delete", "orders", everywhere(), "--yes")).isEqualTo(ExitCode.OK);
        assertThat(run("topic", "show", "orders", everywhere())).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(text(err)).contains("there is no topic orders; see chaski list topics");
    }

    @Test
    void whatDestroysIsConfirmedByAPersonOrByAWord() {
        publish(one, "orders", 2);
        assertThat(run("topic", "delete", "orders", here())).isEqualTo(ExitCode.USAGE);
        assertThat(text(err))
                .contains("would delete topic orders with 0 channels and 2 messages at 1 broker", "give --yes");
        isPerson = true;
        typed = "\n";
        assertThat(run("topic", "empty", "orders", here())).isEqualTo(ExitCode.FAILED);
        assertThat(text(err)).contains("[y/N] ", "Nothing was changed");
        assertThat(one.topics().backlogs().getFirst().unreleased()).isEqualTo(2);
        typed = "yes\n";
        assertThat(run("topic", "delete", "orders", here())).isEqualTo(ExitCode.OK);
        assertThat(run("topic", "pause", "orders", here())).isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void whatCannotBeDoneIsToldByAWordAndACode() {
        assertThat(run("topic", "create", "no topic", here())).isEqualTo(ExitCode.USAGE);
        assertThat(run("channel", "create", "none", "c", here())).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(text(err)).contains("there is no topic none");
        publish(one, "orders", 1);
        assertThat(run("channel", "pause", "orders", "none", here())).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(text(err)).contains("there is no channel none of topic orders");
        assertThat(run("topic")).isEqualTo(ExitCode.USAGE);
        assertThat(run("list", "nothing", here())).isEqualTo(ExitCode.USAGE);
        assertThat(run("list", "topics", "--broker-http=a b")).isEqualTo(ExitCode.USAGE);
        two.close();
        assertThat(run("topic", "pause", "orders", everywhere())).isEqualTo(ExitCode.FAILED);
        assertThat(text(err)).contains("nobody listens there");
        one.close();
        assertThat(run("topic", "pause", "orders", here())).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(run("list", "topics", here())).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(run("stat", here())).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(text(err)).contains("Start a broker with: chaski serve");
    }

    @Test
    void linesOfRatesGoOnWhenABrokerGoesAway() throws Exception {
        one.topics().create("orders", "billing");
        two.topics().create("orders", "billing");
        CompletableFuture<Integer> ended = CompletableFuture.supplyAsync(
                () -> run("stat", "orders", everywhere(), "--interval=100ms", "--count=30"),
                // Not the common pool: the HTTP client of the JDK waits for that.
                task -> Thread.ofVirtual().start(task));
        await().untilAsserted(() -> assertThat(text(out)).as(text(err)).contains("\"node_count\":2"));
        two.close();
        await().until(() -> text(out).contains("\"node_count\":1"));
        publish(one, "orders", 10);
        assertThat(ended.get()).isEqualTo(ExitCode.OK);
        assertThat(text(err)).containsOnlyOnce("nobody listens there");
        List<JsonNode> rows = objects();
        assertThat(rows).hasSize(30);
        assertThat(rows.getLast().path("depth").asInt()).isEqualTo(10);
        // A tenth of a second each: what came in all is what was published.
        double came = rows.stream()
                .mapToDouble(row -> row.path("in_per_s").asDouble())
                .max()
                .orElseThrow();
        assertThat(came).isPositive();
    }

    @Test
    void wrongWordsForAWatchAreRefused() {
        assertThat(run("stat", here(), "--sort=size")).isEqualTo(ExitCode.USAGE);
        assertThat(text(err)).contains("--sort is one of topic, channel, depth, in/s, out/s, in-flight");
        assertThat(run("stat", here(), "--interval=1ms")).isEqualTo(ExitCode.USAGE);
        assertThat(run("stat", here(), "--count=0")).isEqualTo(ExitCode.USAGE);
    }
}
