package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chaski.client.Producer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code chaski to-file} and its broker are killed at random moments while messages come: no line is missing. */
class ToFileKillTest {
    private static final int ROUNDS = Math.max(1, Integer.getInteger("chaski.crash.rounds", 5) / 4);
    private static final int UNANSWERED_MAX = 200;
    private static final Duration TURN = Duration.ofSeconds(60);
    private static final String TOPIC = "orders";
    /** An exit code of the command. */
    private static final int NOBODY_LISTENS = 3;

    @TempDir
    private Path folder;

    /** The numbers of the messages that were acknowledged. */
    private final BitSet stored = new BitSet();

    private Path output;
    private int port;
    private BrokerProcess broker;
    private CommandProcess toFile;
    private List<String> arguments;
    private volatile boolean isOver;
    private int kills;

    @AfterEach
    void leaveNobodyBehind() {
        isOver = true;
        if (toFile != null) {
            toFile.close();
        }
        if (broker != null) {
            broker.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "gzip"})
    void noLineIsMissingAfterManyKills(String kind) throws Exception {
        Random random = Seed.random("noLineIsMissingAfterManyKills " + kind);
        output = folder.resolve("output");
        arguments = new ArrayList<>(List.of("to-file", TOPIC, "--output-dir=" + output, "--sync-interval=100ms"));
        if (kind.equals("gzip")) {
            arguments.addAll(List.of("--gzip", "--rotate-size=300k", "--work-dir=" + folder.resolve("work")));
        }
        startBroker();
        startToFile();
        try (Producer producer = Producer.builder()
                .hosts("127.0.0.1:" + port)
                .resendUnanswered(true)
                .reconnectBackoff(Duration.ofMillis(5), Duration.ofMillis(50))
                .publishTimeout(TURN)
                .build()) {
            Thread publishing = Thread.ofVirtual().start(() -> publish(producer));
            for (int round = 1; round <= ROUNDS; round++) {
                killAndStartAgain(random);
            }
            isOver = true;
            publishing.join();
        }
        drain();
        BitSet found = new BitSet();
        long lines = readAllFiles(found);
        System.out.printf(
                "%s: %d rounds, %d kills, %d messages, %d lines in %d files%n",
                kind, ROUNDS, kills, storedCount(), lines, files().size());
        assertThat(storedCount()).isGreaterThan(100);
        BitSet missing = (BitSet) stored.clone();
        missing.andNot(found);
        assertThat(missing.stream())
                .as("messages that were acknowledged and are in no file")
                .isEmpty();
    }

    private int storedCount() {
        synchronized (stored) {
            return stored.cardinality();
        }
    }

    private void startBroker() throws IOException {
        broker = BrokerProcess.start(folder.resolve("data"), "--tcp-address=127.0.0.1:" + port, "--msg-timeout=2s");
        port = broker.tcp().getPort();
    }

    private void startToFile() throws IOException {
        List<String> all = new ArrayList<>(arguments);
        all.add("--broker=127.0.0.1:" + port);
        all.add("--consumer-opt=dial_timeout,1s");
        toFile = CommandProcess.chaski(folder.resolve("to-file.log"), all);
    }

    /** In each round both die, at random moments, together or one after the other. */
    private void killAndStartAgain(Random random) throws Exception {
        int before = storedCount();
        Awaitility.await().atMost(TURN).until(() -> storedCount() > before + 50 && !files().isEmpty());
        Moments.letPass(Duration.ofMillis(random.nextInt(600)));
        boolean together = random.nextInt(4) == 0;
        toFile.killMinusNine();
        if (!together) {
            startToFile();
            awaitSubscribed();
            Moments.letPass(Duration.ofMillis(random.nextInt(300)));
        }
        broker.killMinusNine();
        Moments.letPass(Duration.ofMillis(random.nextInt(100)));
        startBroker();
        if (together) {
            startToFile();
        }
        startAgainWhereItFoundNobody();
        kills += 2;
    }

    /** Until the new process is subscribed. */
    private void awaitSubscribed() {
        Awaitility.await().atMost(TURN).until(() -> {
            JsonNode channel = broker.http().channel(TOPIC, "nsq_to_file");
            return channel != null && channel.path("client_count").asInt() > 0;
        });
    }

    /** As a supervisor does: who found no broker at its start is started again. */
    private void startAgainWhereItFoundNobody() throws IOException, InterruptedException {
        if (!toFile.isAlive()) {
            assertThat(toFile.awaitExit())
                    .as("to-file printed:\n%s", toFile.output())
                    .isEqualTo(NOBODY_LISTENS);
            startToFile();
        }
    }

    private void publish(Producer producer) {
        Semaphore room = new Semaphore(UNANSWERED_MAX);
        for (int i = 0; !isOver; i++) {
            room.acquireUninterruptibly();
            int number = i;
            producer.publishAsync(TOPIC, line(i).getBytes(StandardCharsets.UTF_8))
                    .whenComplete((done, failure) -> {
                        if (failure == null) {
                            synchronized (stored) {
                                stored.set(number);
                            }
                        }
                        room.release();
                    });
            if (i % 10 == 0) {
                Moments.letPass(Duration.ofMillis(2));
            }
        }
        room.acquireUninterruptibly(UNANSWERED_MAX);
    }

    private static String line(int number) {
        return "line " + number + " " + "x".repeat(number % 300) + " end";
    }

    private void drain() throws Exception {
        Awaitility.await().atMost(TURN).untilAsserted(() -> {
            startAgainWhereItFoundNobody();
            JsonNode channel = broker.http().channel(TOPIC, "nsq_to_file");
            assertThat(channel).isNotNull();
            int left = channel.path("depth").asInt()
                    + channel.path("in_flight_count").asInt()
                    + channel.path("deferred_count").asInt();
            assertThat(left)
                    .as("left of %d: %s; to-file printed\n%s", storedCount(), channel, toFile.output())
                    .isZero();
        });
        assertThat(toFile.end()).as("to-file printed:\n%s", toFile.output()).isZero();
        broker.stop();
        Path work = folder.resolve("work");
        if (Files.exists(work)) {
            assertThat(visible(work))
                    .as("files that are left in the work folder")
                    .isEmpty();
        }
    }

    private List<Path> files() throws IOException {
        return Files.exists(output) ? visible(output) : List.of();
    }

    private static List<Path> visible(Path of) throws IOException {
        try (Stream<Path> all = Files.list(of)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    /** As zcat and cat would print them. Returns how many lines there are; each is one whole message. */
    private long readAllFiles(BitSet found) throws IOException {
        long lines = 0;
        for (Path file : files()) {
            try (InputStream in = file.toString().endsWith(".gz")
                    ? new GZIPInputStream(Files.newInputStream(file))
                    : Files.newInputStream(file)) {
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    int number = Integer.parseInt(line.split(" ", -1)[1]);
                    assertThat(line).as("a line of %s", file).isEqualTo(line(number));
                    found.set(number);
                    lines++;
                }
            }
        }
        return lines;
    }
}
