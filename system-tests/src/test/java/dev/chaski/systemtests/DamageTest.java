package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data folder that was harmed while nobody looked: said clearly, nothing else is harmed, and it serves again. */
class DamageTest {
    private static final int COUNT = 2_000;
    private static final int PER_BATCH = 10;
    private static final int CHANGE_RECORDS_AT = 4_096;
    private static final int QUIET_MS = 150;
    private static final Duration DRAIN_MAX = Duration.ofSeconds(20);
    private static final String[] FLAGS = {"--segment-size-min=64kb", "--segment-size-max=256kb", "--sync-interval=1m"};

    @TempDir
    private Path data;

    @BeforeEach
    void fill() {
        Assumptions.assumeTrue(
                BrokerKind.underTest() == BrokerKind.CHASKI, "what is harmed here are the files of Chaski");
    }

    /** Two topics, each with a channel that has everything before it. */
    private BrokerProcess filled() throws IOException, InterruptedException {
        BrokerProcess broker = BrokerProcess.start(data, FLAGS);
        for (String topic : List.of("harmed", "other")) {
            broker.http().must("/topic/create?topic=" + topic);
            broker.http().must("/channel/create?topic=" + topic + "&channel=c");
            try (RawNsq producer = broker.connect()) {
                for (int from = 0; from < COUNT; from += PER_BATCH) {
                    java.util.List<byte[]> batch = new java.util.ArrayList<>();
                    for (int i = from; i < from + PER_BATCH; i++) {
                        batch.add(body(topic, i));
                    }
                    producer.mpub(topic, batch);
                    producer.flush();
                    producer.expectOk();
                }
            }
        }
        return broker;
    }

    private static byte[] body(String topic, int number) {
        String head = topic + "-" + number + ";";
        return (head + "x".repeat(200)).getBytes(StandardCharsets.US_ASCII);
    }

    private void fillAndStop() throws IOException, InterruptedException {
        try (BrokerProcess broker = filled()) {
            broker.stop();
        }
    }

    private void fillAndKill() throws IOException, InterruptedException {
        try (BrokerProcess broker = filled()) {
            broker.killMinusNine();
        }
    }

    @Test
    void aTornTailEndsTheLogThereAndIsSaid() throws Exception {
        fillAndKill();
        StoredSegments.Segment last =
                StoredSegments.holding(data, "harmed-" + (COUNT - 1) + ";").getLast();
        StoredSegments.truncate(last.frames(), last.end() - 100);
        Set<Integer> arrived = restartAndDrain("torn tail|truncated|ends");
        // The last publish may be stored in more than one part: what was torn off is one publish at the most.
        assertThat(arrived).containsAll(numbers(COUNT - PER_BATCH)).hasSizeLessThan(COUNT);
    }

    @Test
    void aFlippedBitInASyncedSegmentIsQuarantinedAndTheRestIsServed() throws Exception {
        fillAndStop();
        int victim = COUNT / 3;
        StoredSegments.Segment segment =
                StoredSegments.holding(data, "harmed-" + victim + ";").getFirst();
        StoredSegments.flipBit(segment.frames(), StoredSegments.indexOf(segment, "harmed-" + victim + ";") + 50);
        Set<Integer> arrived = restartAndDrain("damage");
        assertThat(arrived).doesNotContain(victim).hasSizeGreaterThanOrEqualTo(COUNT - 256);
        Set<Integer> missing = numbers(COUNT);
        missing.removeAll(arrived);
        assertThat(missing)
                .as("what is missing is the batch of the flipped bit")
                .allSatisfy(number -> assertThat(Math.abs(number - victim)).isLessThan(256));
        assertThat(data.resolve("quarantine")).isNotEmptyDirectory();
    }

    @Test
    void aFlippedBitInTheTailEndsTheLogThereAndIsSaid() throws Exception {
        fillAndKill();
        int victim = COUNT - 1;
        StoredSegments.Segment segment =
                StoredSegments.holding(data, "harmed-" + victim + ";").getLast();
        StoredSegments.flipBit(segment.frames(), StoredSegments.indexOf(segment, "harmed-" + victim + ";") + 50);
        Set<Integer> arrived = restartAndDrain("torn tail|damage");
        assertThat(arrived).doesNotContain(victim).containsAll(numbers(COUNT - PER_BATCH));
    }

    @Test
    void aTruncatedSideFileIsSaidAndTheRestIsServed() throws Exception {
        fillAndStop();
        List<StoredSegments.Segment> segments = StoredSegments.holding(data, "harmed-");
        StoredSegments.Segment segment = segments.get(segments.size() / 2);
        int kept = segment.records() / 2;
        StoredSegments.truncate(segment.side(), StoredSegments.recordPosition(kept));
        Set<Integer> arrived = restartAndDrain("damage");
        assertThat(arrived.size())
                .as("messages of the other segments, and of the records that are left")
                .isGreaterThanOrEqualTo(COUNT - (segment.records() - kept) * PER_BATCH);
    }

    @Test
    void aDeletedSideFileIsSaidAndTheRestIsServed() throws Exception {
        fillAndStop();
        List<StoredSegments.Segment> segments = StoredSegments.holding(data, "harmed-");
        StoredSegments.Segment segment = segments.get(segments.size() / 2);
        Files.delete(segment.side());
        Set<Integer> arrived = restartAndDrain("damage");
        assertThat(arrived.size())
                .as("messages of the other segments")
                .isGreaterThanOrEqualTo(COUNT - segment.records() * PER_BATCH);
    }

    @Test
    void aDeletedChangeLogStartsChannelsAtTheEarliestMessageAndIsSaid() throws Exception {
        fillAndStop();
        Path changes = data.resolve("changes");
        try (var files = Files.walk(changes)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        assertThat(restartAndDrain("change log|catalog")).isEqualTo(numbers(COUNT));
    }

    @Test
    void aFlippedBitInTheChangeLogLosesNoMessageAndIsSaid() throws Exception {
        fillAndStop();
        Path newest;
        try (var files = Files.list(data.resolve("changes"))) {
            newest = files.filter(file -> file.getFileName().toString().matches(".*\\d.*"))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(newest);
        int used = bytes.length;
        while (used > 0 && bytes[used - 1] == 0) {
            used--;
        }
        assertThat(used).as("bytes of the change log").isGreaterThan(CHANGE_RECORDS_AT);
        StoredSegments.flipBit(newest, (CHANGE_RECORDS_AT + used) / 2);
        assertThat(restartAndDrain("change log")).isEqualTo(numbers(COUNT));
    }

    private static Set<Integer> numbers(int count) {
        Set<Integer> all = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            all.add(i);
        }
        return all;
    }

    /**
     * Starts on the harmed folder and drains the harmed topic; sees that the damage is said, that the other topic has
     * everything, that both take new messages, and that a further restart is a quiet one.
     */
    private Set<Integer> restartAndDrain(String said) throws IOException, InterruptedException {
        Set<Integer> arrived;
        try (BrokerProcess broker = BrokerProcess.start(data, FLAGS)) {
            arrived = drain(broker, "harmed");
            assertThat(drain(broker, "other")).isEqualTo(numbers(COUNT));
            assertThat(broker.log().contains(Pattern.compile("level=(WARN|ERROR).*(" + said + ")")))
                    .as("a line about it in the log:\n%s", broker.log().tail())
                    .isTrue();
            assertThat(broker.http().get("/ping").status()).isEqualTo(200);
            for (String topic : List.of("harmed", "other")) {
                try (RawNsq producer = broker.connect()) {
                    producer.publish(topic, body(topic, COUNT));
                }
                assertThat(drain(broker, topic)).containsExactly(COUNT);
            }
            broker.signalTerm();
            assertThat(broker.awaitExit()).isZero();
        }
        try (BrokerProcess again = BrokerProcess.start(data, FLAGS)) {
            assertThat(drain(again, "harmed")).isEmpty();
            assertThat(drain(again, "other")).isEmpty();
            again.stop();
        }
        return arrived;
    }

    /** The numbers of all messages that a channel has; each must be whole, and come once. */
    private static Set<Integer> drain(BrokerProcess broker, String topic) throws IOException, InterruptedException {
        Set<Integer> arrived = new TreeSet<>();
        long end = System.nanoTime() + DRAIN_MAX.toNanos();
        try (RawNsq consumer =
                broker.connect().subscribe(topic, "c").readTimeoutMs(QUIET_MS).ready(500)) {
            while (System.nanoTime() < end) {
                try {
                    take(consumer, topic, arrived);
                } catch (SocketTimeoutException e) {
                    if (isEmpty(broker, topic)) {
                        return arrived;
                    }
                }
            }
        }
        throw new AssertionError(topic + " is not empty after " + DRAIN_MAX + ": "
                + broker.http().channel(topic, "c"));
    }

    private static void take(RawNsq consumer, String topic, Set<Integer> arrived) throws IOException {
        RawNsq.Message message = consumer.readMessage();
        String text = message.text();
        int number = Integer.parseInt(text.substring(text.indexOf('-') + 1, text.indexOf(';')));
        assertThat(message.body()).isEqualTo(body(topic, number));
        assertThat(arrived.add(number)).as("%s once", number).isTrue();
        consumer.finish(message.id());
        consumer.flush();
    }

    private static boolean isEmpty(BrokerProcess broker, String topic) throws IOException, InterruptedException {
        var figures = broker.http().channel(topic, "c");
        return figures.path("depth").asInt() == 0
                && figures.path("in_flight_count").asInt() == 0;
    }
}
