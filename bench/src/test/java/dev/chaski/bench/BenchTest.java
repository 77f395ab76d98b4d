package dev.chaski.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chaski.bench.load.BenchException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** Whole commands, as they are typed, against a server of our own. Takes over standard output. */
@Isolated
@Timeout(60)
class BenchTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;
    private ScriptedServer server;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void stop() throws IOException {
        System.setOut(realOut);
        System.setErr(realErr);
        server.close();
    }

    @Test
    void publishCountsWhatTheServerGot() throws IOException {
        JsonNode report =
                json("publish", "--batch=10", "--connections=3", "--topics=5", "--messages=3000", "--warm-up=0s");
        assertThat(server.published.get()).isEqualTo(3000);
        assertThat(report.get("messages").asLong()).isEqualTo(3000);
        assertThat(server.topics).hasSize(5);
        assertThat(report.get("answer").get("count").asLong())
                .isEqualTo(report.get("messages").asLong() / 10);
        assertThat(server.complaints).isEmpty();
    }

    @Test
    void aStallOfTheServerIsInThePercentilesOfARunAtARate() throws IOException {
        server.stallAtPublish = 500;
        server.stallMs = 200;
        JsonNode report = json("publish", "--rate=1000", "--warm-up=100ms", "--duration=1s");
        // 200 of some 1,000 were due while it stalled; the mean of those waited half as long. Sent late, counted from
        // when
        // they were due.
        assertThat(report.get("answer").get("max_us").asDouble()).isGreaterThan(190_000);
        assertThat(report.get("answer").get("p90_us").asDouble()).isGreaterThan(50_000);
    }

    @Test
    void consumeFinishesEveryMessageOnceHoweverItsFramesAreCut() throws IOException {
        server.tricklesBytes = true;
        JsonNode report = json("consume", "--preload=2000", "--rdy=50", "--size=20", "--warm-up=0s");
        assertThat(report.get("messages").asLong()).isEqualTo(2000);
        Awaitility.await().until(() -> server.finished.size() == 2000);
        assertThat(server.complaints).isEmpty();
    }

    @Test
    void finishesMayGoOneByOne() throws IOException {
        json("consume", "--preload=1000", "--finish=each", "--connections=2", "--warm-up=0s");
        Awaitility.await().until(() -> server.finished.size() == 1000);
        assertThat(server.complaints).isEmpty();
    }

    @Test
    void latencyIsMeasuredFromWhenAMessageWasToBeSent() throws IOException {
        server.stallAtPublish = 300;
        server.stallMs = 200;
        JsonNode report =
                json("latency", "--rate=1000", "--warm-up=100ms", "--duration=1s", "--size=8", "--pipeline=1");
        assertThat(report.get("end_to_end").get("max_us").asDouble()).isGreaterThan(190_000);
        assertThat(report.get("end_to_end").get("count").asLong()).isGreaterThan(900);
        assertThat(report.get("missing").asLong()).isZero();
    }

    @Test
    void messagesThatNeverComeMakeTheRunFail() throws IOException {
        server.loses = 20;
        assertThat(run("latency", "--rate=500", "--warm-up=0s", "--duration=500ms"))
                .isEqualTo(1);
        assertThat(out()).contains("20 messages were answered and did not arrive");
    }

    @Test
    void deferredMessagesThatComeEarlyMakeTheRunFail() throws IOException {
        JsonNode report = json("deferred", "--count=500", "--from=200ms", "--to=400ms", "--wait", "--warm-up=0s");
        assertThat(report.get("arrived").asLong()).isEqualTo(500);
        server.deliversEarly = true;
        assertThat(run("deferred", "--count=500", "--from=200ms", "--to=400ms", "--wait", "--warm-up=0s"))
                .isEqualTo(1);
        assertThat(out()).contains("500 deferred messages came more than a millisecond before they were due");
    }

    @Test
    void idleConnectionsAnswerHeartbeats() throws IOException {
        JsonNode report = json("connections", "--count=20", "--heartbeat=1s", "--warm-up=0s", "--duration=200ms");
        assertThat(report.get("opened_per_s").asDouble()).isPositive();
        assertThat(server.heartbeatsAnswered.get()).isEqualTo(21);
        json("connections", "--count=20", "--mode=identified", "--warm-up=0s", "--duration=200ms");
    }

    @Test
    void aLongRunTellsOfEveryIntervalAndComparesItsEnds() throws IOException {
        JsonNode report = json("mixed", "--rate=500", "--interval=100ms", "--warm-up=0s", "--duration=1s");
        assertThat(report.get("intervals").size()).isGreaterThanOrEqualTo(8);
        assertThat(report.has("p99_ms_first_quarter")).isTrue();
        assertThat(err.toString(StandardCharsets.UTF_8).lines().count()).isGreaterThanOrEqualTo(8);
    }

    @Test
    void theTableHasALinePerRow() {
        int exitCode =
                run("table", "--rows=pub,sub-each,latency", "--preload=50000", "--warm-up=100ms", "--duration=300ms");
        assertThat(exitCode).as(err.toString(StandardCharsets.UTF_8)).isZero();
        assertThat(out()).contains("| pub | ", "| sub-each | ", "| latency | ");
    }

    @Test
    void errorsOfTheServerAreShown() {
        server.publishError = "E_PUB_FAILED PUB failed for a reason";
        assertThat(run("publish", "--warm-up=0s", "--duration=1s")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("E_PUB_FAILED PUB failed for a reason");
    }

    @Test
    void aServerThatHangsUpIsSaidToHaveDoneSo() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try {
                    mute.accept().close();
                } catch (IOException e) {
                    // The test is over.
                }
            });
            assertThat(BenchMain.execute("publish", "--port=" + mute.getLocalPort()))
                    .isEqualTo(1);
            assertThat(err.toString(StandardCharsets.UTF_8))
                    .containsAnyOf("closed the connection", "reset", "Broken pipe");
        }
    }

    @Test
    void nobodyListeningHasAnExitCodeOfItsOwn() throws IOException {
        server.close();
        assertThat(run("publish")).isEqualTo(BenchException.Kind.UNREACHABLE.exitCode());
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("is the server running");
    }

    @Test
    void wrongOptionsAreExplained() {
        assertThat(run("publish", "--duration=5x")).isEqualTo(2);
        assertThat(run("publish", "--size=0")).isEqualTo(2);
        assertThat(run("latency", "--size=7")).isEqualTo(2);
        assertThat(run("publish", "--topic=a b")).isEqualTo(2);
        assertThat(run("publish", "--pid=0")).isEqualTo(2);
        assertThat(run("consume", "--preload=0")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("write 500ms, 10s, 5m or 1h", "--size is 0", "--size is 7", "\"a b\"", "--pid 0", "--topic");
    }

    private int run(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.add("--port=" + server.port());
        return BenchMain.execute(all.toArray(String[]::new));
    }

    private JsonNode json(String... args) throws IOException {
        List<String> all = new ArrayList<>(List.of(args));
        all.add("--json");
        out.reset();
        int exitCode = run(all.toArray(String[]::new));
        assertThat(exitCode).as(err.toString(StandardCharsets.UTF_8) + out()).isZero();
        return new ObjectMapper().readTree(out.toByteArray());
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
