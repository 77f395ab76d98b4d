package dev.chaski.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands with two real nsqds and a real nsqlookupd, where the environment names them. */
@Timeout(90)
@EnabledIfEnvironmentVariable(named = "CHASKI_NSQD", matches = ".+")
@EnabledIfEnvironmentVariable(named = "CHASKI_NSQLOOKUPD", matches = ".+")
class AgainstNsqTest {
    @TempDir
    Path folder;

    private final List<Process> processes = new ArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final List<String> nsqds = new ArrayList<>();
    private String lookup;
    private String lookupTcp;

    @BeforeEach
    void start() throws Exception {
        lookupTcp = freeAddress();
        lookup = freeAddress();
        start(System.getenv("CHASKI_NSQLOOKUPD"), "-tcp-address=" + lookupTcp, "-http-address=" + lookup);
        for (int i = 0; i < 2; i++) {
            String nsqd = freeAddress();
            nsqds.add(nsqd);
            start(
                    System.getenv("CHASKI_NSQD"),
                    "-tcp-address=" + nsqd,
                    "-http-address=" + freeAddress(),
                    "-data-path=" + Files.createDirectory(folder.resolve("" + i)),
                    "-broadcast-address=127.0.0.1",
                    "-lookupd-tcp-address=" + lookupTcp);
        }
        await().until(() ->
                run("list", "nodes", "-q") == ExitCode.OK && text().lines().count() == 2);
    }

    private static String freeAddress() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return "127.0.0.1:" + socket.getLocalPort();
        }
    }

    private void start(String... command) throws IOException {
        processes.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    @AfterEach
    void stop() {
        processes.forEach(process -> process.destroyForcibly().onExit().join());
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private int run(String... arguments) {
        out.reset();
        PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
        ByteArrayInputStream in = new ByteArrayInputStream(new byte[0]);
        CommandLine tree = new CommandLine(new CommandTree.Root());
        tree.addSubcommand(new ListCommand(printed, printed));
        tree.addSubcommand(new StatCommand(in, printed, printed, action -> {}));
        tree.addSubcommand(new PubCommand(in, printed));
        tree.addSubcommand(new SubCommand(printed, printed, action -> {}));
        tree.addSubcommand("topic", AdminCommands.topic(in, printed, printed, () -> false));
        tree.addSubcommand("channel", AdminCommands.channel(in, printed, printed, () -> false));
        List<String> all = new ArrayList<>(List.of(arguments));
        if (!arguments[0].equals("pub")) {
            all.add("--lookupd-http-address=" + lookup);
        }
        return tree.execute(all.toArray(String[]::new));
    }

    @Test
    void topicsAndChannelsAreMadeLookedAtAndDeletedEverywhere() throws Exception {
        assertThat(run("topic", "create", "orders")).isEqualTo(ExitCode.OK);
        assertThat(text()).isEqualTo("created topic orders at 2 brokers and 1 lookup\n");
        assertThat(run("channel", "create", "orders", "billing")).isEqualTo(ExitCode.OK);
        for (String nsqd : nsqds) {
            assertThat(run("pub", "orders", "1", "2", "3", "--broker=" + nsqd)).isEqualTo(ExitCode.OK);
        }
        assertThat(run("channel", "pause", "orders", "billing")).isEqualTo(ExitCode.OK);
        assertThat(run("list", "channels", "orders", "--json")).isEqualTo(ExitCode.OK);
        JsonNode row = new ObjectMapper().readTree(text());
        assertThat(row.path("depth").asInt()).isEqualTo(6);
        assertThat(row.path("paused_at").asInt()).isEqualTo(2);
        assertThat(run("stat", "orders", "--count=1", "--interval=100ms")).isEqualTo(ExitCode.OK);
        assertThat(new ObjectMapper().readTree(text()).path("depth").asInt()).isEqualTo(6);
        assertThat(run("channel", "unpause", "orders", "billing")).isEqualTo(ExitCode.OK);
        assertThat(run("sub", "orders", "billing", "--limit=6")).isEqualTo(ExitCode.OK);
        assertThat(text().lines()).containsExactlyInAnyOrder("1", "1", "2", "2", "3", "3");
        assertThat(run("channel", "show", "orders", "none")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(run("topic", "delete", "orders", "--yes")).isEqualTo(ExitCode.OK);
        assertThat(text()).isEqualTo("deleted topic orders at 2 brokers and 1 lookup\n");
        assertThat(run("list", "topics", "-q")).isEqualTo(ExitCode.OK);
        assertThat(text()).isEmpty();
        assertThat(run("topic", "delete", "orders", "--yes")).isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void theBenchMeasuresTheirLookup() throws Exception {
        LookupBench.assertFewNodes(LookupBench.run(folder, port(lookupTcp), port(lookup)), 12);
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.indexOf(':') + 1));
    }

    @Test
    void aTopicThatIsDeletedUnderItsConsumerDoesNotComeBack() throws Exception {
        assertThat(run("topic", "create", "orders")).isEqualTo(ExitCode.OK);
        for (String nsqd : nsqds) {
            assertThat(run("pub", "orders", "1", "--broker=" + nsqd)).isEqualTo(ExitCode.OK);
        }
        ByteArrayOutputStream consumed = new ByteArrayOutputStream();
        PrintStream printed = new PrintStream(consumed, true, StandardCharsets.UTF_8);
        List<Runnable> onSignal = new CopyOnWriteArrayList<>();
        SubCommand sub = new SubCommand(printed, printed, onSignal::add);
        Thread consuming = Thread.ofVirtual()
                .start(() -> new CommandLine(sub).execute("orders", "billing", "--lookupd-http-address=" + lookup));
        await().until(() -> consumed.toString(StandardCharsets.UTF_8).equals("1\n1\n"));
        assertThat(run("topic", "delete", "orders", "--yes")).isEqualTo(ExitCode.OK);
        await().during(Duration.ofSeconds(2))
                .until(() -> run("list", "topics", "-q") == ExitCode.OK && text().isEmpty());
        onSignal.forEach(Runnable::run);
        consuming.join();
    }
}
