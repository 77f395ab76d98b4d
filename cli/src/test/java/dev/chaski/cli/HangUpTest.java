package dev.chaski.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** SIGHUP to {@code chaski serve}: from whoever rotates logs, and from a terminal that is closed. */
@Timeout(120)
class HangUpTest {
    private static final Path SCRIPT = Path.of("/usr/bin/script");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @BeforeEach
    void reachesABroker() throws IOException {
        assumeThat(InheritedSignals.ignored("HUP"))
                .as("started with SIGHUP ignored, as by nohup, and so is the broker")
                .isFalse();
    }

    @Test
    void aRenamedAuditLogIsFollowedByANewOne() throws Exception {
        Path audit = folder.resolve("audit.log");
        Path renamed = folder.resolve("audit.log.1");
        try (ChaskiProcess broker = ChaskiProcess.serveDetached(folder, "--audit-log=" + audit);
                HttpClient client = HttpClient.newHttpClient()) {
            create(client, broker, "before");
            Files.move(audit, renamed);
            create(client, broker, "between");
            broker.signal("HUP");
            broker.awaitLine("audit log opened again");
            create(client, broker, "after");
            broker.signal("TERM");
            assertThat(broker.awaitExit()).as(broker.output()).isZero();
        }
        assertThat(Files.readAllLines(renamed)).hasSize(2).last().asString().contains("topic=between");
        assertThat(Files.readAllLines(audit)).singleElement().asString().contains("topic=after");
    }

    private static void create(HttpClient client, ChaskiProcess broker, String topic) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + broker.port("http") + "/topic/create?topic=" + topic);
        HttpRequest request =
                HttpRequest.newBuilder(uri).POST(BodyPublishers.noBody()).build();
        assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }

    @Test
    void withoutAnAuditLogNothingHappens() throws Exception {
        try (ChaskiProcess broker = ChaskiProcess.serveDetached(folder)) {
            broker.signal("HUP");
            broker.awaitLine("nothing to open again signal=HUP");
            broker.signal("TERM");
            assertThat(broker.awaitExit()).as(broker.output()).isZero();
        }
    }

    @Test
    void aTerminalThatIsClosedDrainsAndStops() throws Exception {
        assumeThat(Files.isExecutable(SCRIPT)).as("there is a script(1)").isTrue();
        List<String> words = new ArrayList<>(ChaskiProcess.command());
        words.add("serve");
        words.addAll(ChaskiProcess.FREE_PORTS);
        words.add("--data-path=" + folder.resolve("data"));
        Path log = folder.resolve("serve.log");
        Process terminal = new ProcessBuilder(
                        SCRIPT.toString(), "-qec", "exec '" + String.join("' '", words) + "' 2>" + log, "/dev/null")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            await().atMost(PATIENCE).until(() -> has(log, "serving version="));
        } finally {
            terminal.destroyForcibly();
        }
        await().atMost(PATIENCE).until(() -> has(log, "logger=ServeCommand stopped"));
        assertThat(Files.readString(log)).contains("stopping signal=HUP");
    }

    private static boolean has(Path log, String part) throws IOException {
        return Files.exists(log) && Files.readString(log).contains(part);
    }
}
