package dev.chaski.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.server.Chaski;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code chaski pub} and {@code chaski tail} against a real broker. */
@Timeout(60)
class PubAndTailTest {
    private static final int MANY = 20_000;

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<Runnable> onSignal = new ArrayList<>();
    private Chaski broker;

    @BeforeEach
    void start() throws Exception {
        broker = Chaski.start();
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private static PrintStream print(OutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private String here() {
        return "--broker=127.0.0.1:" + broker.tcpAddress().getPort();
    }

    private int pub(String input, String... arguments) {
        ByteArrayInputStream in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
        return execute(new PubCommand(in, print(err)), arguments);
    }

    private int tail(OutputStream to, String... arguments) {
        return execute(new TailCommand(print(to), print(err), onSignal::add), arguments);
    }

    private int execute(Object command, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add(here());
        return new CommandLine(command)
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                .execute(all.toArray(String[]::new));
    }

    @Test
    void whatIsNamedIsPublishedAndPrinted() {
        assertThat(pub("", "greetings", "one", "two words", "drei \u00e4")).isEqualTo(ExitCode.OK);
        assertThat(text(err)).isEqualTo("published 3 messages to greetings" + System.lineSeparator());
        assertThat(tail(out, "greetings", "-n3")).isEqualTo(ExitCode.OK);
        assertThat(text(out).lines()).containsExactlyInAnyOrder("one", "two words", "drei \u00e4");
    }

    @Test
    void eachLineOfStandardInputIsAMessage() {
        assertThat(pub("first\r\n\nsecond\nthird", "greetings")).isEqualTo(ExitCode.OK);
        assertThat(text(err)).contains("published 3 messages to greetings, 1 empty ones left out");
        assertThat(tail(out, "greetings", "--limit=3")).isEqualTo(ExitCode.OK);
        assertThat(text(out).lines()).containsExactlyInAnyOrder("first", "second", "third");
    }

    @Test
    void aFileOfManyLinesArrivesWhole() throws Exception {
        broker.topics().create("lines", "print");
        List<String> lines = IntStream.range(0, MANY).mapToObj(i -> "line " + i).toList();
        Path file = Files.write(folder.resolve("lines"), lines);
        assertThat(pub("", "lines", "--quiet", "--file=" + file)).isEqualTo(ExitCode.OK);
        assertThat(text(err)).isEmpty();
        assertThat(tail(out, "lines", "--channel=print", "-n" + MANY)).isEqualTo(ExitCode.OK);
        assertThat(text(out).lines().collect(Collectors.toSet())).hasSize(MANY).containsAll(lines);
    }

    @Test
    void aWholeFileIsOneMessage() throws IOException {
        Path file = Files.writeString(folder.resolve("text"), "{\n  \"a\": 1\n}\n");
        assertThat(pub("", "files", "--whole", "--file=" + file)).isEqualTo(ExitCode.OK);
        assertThat(tail(out, "files", "-n1", "--json")).isEqualTo(ExitCode.OK);
        assertThat(text(out)).contains("\"attempts\":1", "\"body\":\"{\\n  \\\"a\\\": 1\\n}\\n\"");
    }

    @Test
    void bytesThatAreNoTextAreShownAsBase64() throws IOException {
        Path file = Files.write(folder.resolve("bytes"), new byte[] {(byte) 0xff, 0});
        assertThat(pub("", "files", "--whole", "--file=" + file)).isEqualTo(ExitCode.OK);
        assertThat(tail(out, "files", "-n1", "--json")).isEqualTo(ExitCode.OK);
        assertThat(text(out)).contains("\"body_base64\":\"/wA=\"");
    }

    @Test
    void aDeferredMessageComesWhenItIsDue() {
        long sinceNs = System.nanoTime();
        assertThat(pub("", "later", "--defer=300ms", "x")).isEqualTo(ExitCode.OK);
        assertThat(tail(out, "later", "-n1")).isEqualTo(ExitCode.OK);
        assertThat(System.nanoTime() - sinceNs).isGreaterThanOrEqualTo(300_000_000L);
    }

    @Test
    void aChannelIsTakenFromAndKeepsTheRest() throws Exception {
        broker.topics().create("greetings", "print");
        assertThat(pub("", "greetings", "1", "2", "3", "4", "5")).isEqualTo(ExitCode.OK);
        assertThat(tail(out, "greetings", "--channel=print", "-n2")).isEqualTo(ExitCode.OK);
        assertThat(tail(out, "greetings", "--channel=print", "-n3")).isEqualTo(ExitCode.OK);
        assertThat(text(out).lines()).containsExactlyInAnyOrder("1", "2", "3", "4", "5");
    }

    @Test
    void batchesArriveWholeAndInAnyNumber() throws Exception {
        broker.topics().create("lines", "print");
        List<String> lines =
                IntStream.range(0, 1_003).mapToObj(i -> "line " + i).toList();
        assertThat(pub(String.join("\n", lines), "lines", "--batch=100")).isEqualTo(ExitCode.OK);
        assertThat(text(err)).contains("published 1,003 messages");
        assertThat(tail(out, "lines", "--channel=print", "-n1003")).isEqualTo(ExitCode.OK);
        assertThat(text(out).lines()).containsExactlyInAnyOrderElementsOf(lines);
        assertThat(pub("", "lines", "--batch=2", "--defer=1s", "x")).isEqualTo(ExitCode.USAGE);
        assertThat(pub("", "lines", "--batch=0", "x")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void aBatchThatTheBrokerRefusesIsToldByItsNumbers() {
        String tooLong = "x".repeat(2 << 20);
        assertThat(pub("a\n" + tooLong + "\n", "lines", "--batch=10")).isEqualTo(ExitCode.FAILED);
        assertThat(text(err)).contains("messages 2 to 2 were not published", "published 1 message");
    }

    @Test
    void severalFilesArePublishedOneAfterTheOther() throws IOException {
        Path first = Files.writeString(folder.resolve("first"), "a\nb\n");
        Path second = Files.writeString(folder.resolve("second"), "c");
        assertThat(pub("", "files", "-f", first.toString(), "-f", second.toString()))
                .isEqualTo(ExitCode.OK);
        assertThat(tail(out, "files", "-n3")).isEqualTo(ExitCode.OK);
        assertThat(text(out).lines()).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void aSignalEndsIt() {
        CompletableFuture<Integer> ended = CompletableFuture.supplyAsync(() -> tail(out, "greetings"));
        assertThat(pub("", "greetings", "one")).isEqualTo(ExitCode.OK);
        await().until(() -> text(out).contains("one"));
        onSignal.getFirst().run();
        assertThat(ended.join()).isEqualTo(ExitCode.OK);
    }

    @Test
    void aReaderThatHasSeenEnoughEndsItAndLosesNothing() throws Exception {
        broker.topics().create("greetings", "print");
        assertThat(pub("", "greetings", "one")).isEqualTo(ExitCode.OK);
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException("broken pipe");
            }
        };
        assertThat(tail(closed, "greetings", "--channel=print")).isEqualTo(ExitCode.OK);
        assertThat(tail(out, "greetings", "--channel=print", "-n1")).isEqualTo(ExitCode.OK);
        assertThat(text(out)).isEqualTo("one\n");
    }

    @Test
    void whatTheBrokerRefusesIsTold() {
        assertThat(pub("x".repeat(2 << 20), "greetings")).isEqualTo(ExitCode.FAILED);
        assertThat(text(err)).contains("message 1 was not published", "published 0 messages");
    }

    @Test
    void wrongWordsAreRefused() {
        assertThat(pub("", "no topic", "x")).isEqualTo(ExitCode.USAGE);
        assertThat(pub("", "greetings", "--file=x", "y")).isEqualTo(ExitCode.USAGE);
        assertThat(pub("", "greetings", "--file=" + folder.resolve("none"))).isEqualTo(ExitCode.FAILED);
        assertThat(tail(out, "greetings", "-n0")).isEqualTo(ExitCode.USAGE);
        assertThat(tail(out, "no topic")).isEqualTo(ExitCode.USAGE);
        assertThat(text(err)).contains("there is no such file", "--limit is 1 or more");
    }

    @Test
    void nobodyListening() throws IOException {
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
        }
        String nowhere = "--broker=127.0.0.1:" + port;
        int published = new CommandLine(new PubCommand(System.in, print(err))).execute("t", "x", nowhere);
        int tailed = new CommandLine(new TailCommand(print(out), print(err), onSignal::add)).execute("t", nowhere);
        assertThat(List.of(published, tailed)).containsOnly(ExitCode.UNREACHABLE);
        assertThat(text(err)).contains("nobody listens at 127.0.0.1:" + port, "chaski serve");
    }
}
