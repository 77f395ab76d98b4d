package dev.chaski.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.client.Producer;
import dev.chaski.server.Chaski;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code chaski to-file} against a real broker. */
@Timeout(60)
class ToFileTest {
    private static final Duration TURN = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private Chaski broker;
    private Producer producer;

    @BeforeEach
    void start() throws Exception {
        broker = Chaski.builder().lookup().start();
        producer = Producer.of("127.0.0.1:" + broker.tcpAddress().getPort());
    }

    @AfterEach
    void stop() {
        producer.close();
        broker.close();
    }

    private Running toFile(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--nsqd-tcp-address=127.0.0.1:" + broker.tcpAddress().getPort());
        return new Running(
                here -> new ToFileCommand(here.out(), here.err(), here.onSignal::add, here.onHangUp::add),
                all.toArray(String[]::new));
    }

    private void publish(String topic, String... bodies) {
        for (String body : bodies) {
            producer.publish(topic, body.getBytes(StandardCharsets.UTF_8));
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private List<String> lines() throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path file : files()) {
            lines.addAll(Files.readAllLines(file));
        }
        return lines;
    }

    /** Until there are channels, and they have nothing that waits, is in flight or comes later. */
    private void awaitDrained() {
        await().atMost(TURN)
                .until(() -> broker.topics().backlogs().stream()
                        .allMatch(topic -> !topic.channels().isEmpty()
                                && topic.channels().stream()
                                        .allMatch(each -> each.waiting() + each.inFlight() + each.deferred() == 0)));
    }

    private String stats(String topic) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI uri = URI.create(
                    "http://127.0.0.1:" + broker.httpAddress().getPort() + "/stats?format=json&topic=" + topic);
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    @Test
    void whatIsPublishedIsInFilesAndFinished() throws Exception {
        String[] bodies = IntStream.range(0, 500).mapToObj(i -> "message " + i).toArray(String[]::new);
        publish("orders", bodies);
        publish("bills", "a bill");
        try (Running command = toFile(
                "-topic=orders", "-topic", "bills", "-output-dir=" + folder, "-gzip=false", "-sync-interval=100ms")) {
            awaitDrained();
            assertThat(command.end()).as(command.errors()).isEqualTo(ExitCode.OK);
        }
        assertThat(files()).hasSize(2);
        assertThat(lines()).hasSize(501).contains(bodies).contains("a bill");
        assertThat(stats("orders")).contains("\"in_flight_count\":0", "\"channel_name\":\"nsq_to_file\"");
    }

    @Test
    void whatWaitsForASyncIsWrittenAndFinishedAtTheEnd() throws Exception {
        publish("orders", "one");
        try (Running command = toFile("orders", "--output-dir=" + folder, "--sync-interval=10m", "--gzip")) {
            await().atMost(TURN)
                    .until(() -> broker.topics().backlogs().getFirst().channels().stream()
                            .anyMatch(channel -> channel.inFlight() == 1));
            assertThat(command.end()).isEqualTo(ExitCode.OK);
        }
        awaitDrained();
        try (InputStream in = new GZIPInputStream(Files.newInputStream(files().getFirst()))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("one\n");
        }
    }

    @Test
    void aSlowTrickleIsSyncedInTimeAndTouchedMeanwhile() throws Exception {
        try (Running command =
                toFile("orders", "--output-dir=" + folder, "--sync-interval=3s", "--consumer-opt=msg_timeout,1s")) {
            publish("orders", "one");
            await().atMost(TURN).until(() -> lines().contains("one"));
            awaitDrained();
            assertThat(stats("orders")).contains("\"timeout_count\":0");
            assertThat(command.end()).isEqualTo(ExitCode.OK);
        }
        assertThat(lines()).containsExactly("one");
    }

    @Test
    void aHangUpGoesOnInANewFileWhenTheOldOneWasMovedAway() throws Exception {
        try (Running command = toFile("orders", "--output-dir=" + folder, "--sync-interval=50ms", "--json")) {
            publish("orders", "one");
            await().atMost(TURN).until(() -> lines().contains("one"));
            Path file = files().getFirst();
            Files.move(file, folder.resolve("moved"));
            command.onHangUp.getFirst().run();
            publish("orders", "two");
            await().atMost(TURN)
                    .until(() -> Files.exists(file) && Files.readString(file).equals("two\n"));
            assertThat(command.end()).isEqualTo(ExitCode.OK);
            assertThat(command.output().lines().filter(line -> line.contains("\"event\":\"closed\"")))
                    .hasSize(2)
                    .allMatch(line -> line.contains("\"messages\":1"));
        }
        assertThat(Files.readString(folder.resolve("moved"))).isEqualTo("one\n");
    }

    private String lookup() {
        return "--lookupd-http-address=127.0.0.1:"
                + Objects.requireNonNull(broker.lookupHttpAddress()).getPort();
    }

    @Test
    void topicsThatComeLaterAreFoundByTheirPatternAndOthersLeftAlone() throws Exception {
        publish("orders-peru", "one");
        try (Running command = new Running(
                here -> new ToFileCommand(here.out(), here.err(), here.onSignal::add, here.onHangUp::add),
                lookup(),
                "--topic-pattern=^orders-",
                "--topic-refresh=100ms",
                "--sync-interval=50ms",
                "--output-dir=" + folder)) {
            await().atMost(TURN).until(() -> lines().contains("one"));
            publish("bills", "not wanted");
            publish("orders-chile", "two");
            await().atMost(TURN).until(() -> lines().contains("two"));
            assertThat(command.end()).as(command.errors()).isEqualTo(ExitCode.OK);
        }
        assertThat(lines()).containsExactlyInAnyOrder("one", "two");
        assertThat(files()).hasSize(2);
        assertThat(stats("bills")).doesNotContain("channel_name");
    }

    @Test
    void aProcessBeginsANewFileAtSighupAndEndsAtSigterm() throws Exception {
        assumeThat(InheritedSignals.ignored("HUP"))
                .as("started with SIGHUP ignored, as by nohup, and so is the command")
                .isFalse();
        Path output = Files.createDirectory(folder.resolve("output"));
        try (ChaskiProcess command = ChaskiProcess.start(
                folder,
                "to-file",
                "orders",
                "--broker=127.0.0.1:" + broker.tcpAddress().getPort(),
                "--filename-format=<TOPIC><REV>.log",
                "--sync-interval=50ms",
                "--output-dir=" + output)) {
            publish("orders", "one");
            Path file = output.resolve("orders.log");
            await().atMost(TURN)
                    .until(() -> Files.exists(file) && Files.readString(file).equals("one\n"));
            Files.move(file, output.resolve("moved"));
            command.signal("HUP");
            // What comes before the signal was seen still goes to the file that was moved away.
            await().atMost(TURN).until(() -> {
                publish("orders", "two");
                return Files.exists(file) && Files.readString(file).contains("two\n");
            });
            command.signal("TERM");
            assertThat(command.awaitExit()).as(command.output()).isEqualTo(ExitCode.OK);
        }
        assertThat(Files.readString(output.resolve("moved"))).startsWith("one\n");
    }

    @Test
    void aFullDiskGivesMessagesBackUntilThereIsRoom() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        int exit = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=256k", "chaski-test", disk.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        Assumptions.assumeTrue(exit == 0, "may not mount a small file system here");
        try {
            writeToAFullDisk(disk);
        } finally {
            new ProcessBuilder("umount", "-l", disk.toString()).start().waitFor();
        }
    }

    private void writeToAFullDisk(Path disk) throws Exception {
        Path foreign = Files.write(disk.resolve("foreign"), new byte[200 << 10]);
        String body = "x".repeat(1_000);
        for (int i = 0; i < 100; i++) {
            publish("orders", i + body);
        }
        try (Running command = toFile("orders", "--output-dir=" + disk, "--sync-interval=50ms", "--max-in-flight=20")) {
            await().atMost(TURN).until(() -> command.errors().contains("No space left on device"));
            Files.delete(foreign);
            awaitDrained();
            awaitDrained();
            await().atMost(TURN).until(() -> command.errors().contains("topic orders is written again"));
            assertThat(command.end()).isEqualTo(ExitCode.OK);
        }
        List<String> lines = new ArrayList<>();
        try (Stream<Path> all = Files.list(disk)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                lines.addAll(Files.readAllLines(file));
            }
        }
        assertThat(lines).hasSizeGreaterThanOrEqualTo(100).allMatch(line -> line.endsWith(body));
        assertThat(lines.stream().distinct()).hasSize(100);
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() throws Exception {
        assertRefused("name a topic");
        assertRefused("--topic-pattern needs", "--topic-pattern=x");
        assertRefused("needs <REV>", "orders", "--gzip", "--filename-format=<TOPIC>.gz");
        assertRefused("not a valid name of a topic", "or ders");
        assertRefused("is no format of a time", "orders", "--datetime-format=bogus");
        assertRefused("is no time", "orders", "--sync-interval=30");
        assertRefused("there is no such setting", "orders", "--consumer-opt=bogus,1");
        assertRefused("not a number", "orders", "--consumer-opt=max_attempts,many");
    }

    private void assertRefused(String why, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--output-dir=" + folder);
        try (Running command = toFile(all.toArray(String[]::new))) {
            assertThat(command.awaitExit()).as(command.errors()).isEqualTo(ExitCode.USAGE);
            assertThat(command.errors()).contains(why);
        }
    }

    @Test
    void whereNobodyListensItSaysSo() throws Exception {
        try (Running command = new Running(
                here -> new ToFileCommand(here.out(), here.err(), here.onSignal::add, here.onHangUp::add),
                "orders",
                "--broker=127.0.0.1:1",
                "--output-dir=" + folder)) {
            assertThat(command.awaitExit()).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(command.errors()).contains("nobody listens at 127.0.0.1:1");
        }
        try (Running command = new Running(
                here -> new ToFileCommand(here.out(), here.err(), here.onSignal::add, here.onHangUp::add),
                "--topic-pattern=.",
                "--lookup=127.0.0.1:1",
                "--output-dir=" + folder)) {
            assertThat(command.awaitExit()).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(command.errors()).contains("no lookup listens at 127.0.0.1:1");
        }
    }
}
