package dev.chaski.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SegmentRecoveryTest {
    private static final int NEVER_MS = 3_600_000;

    @TempDir
    Path folder;

    private StoreFixture fixture;

    @BeforeEach
    void open() throws LogException {
        LogConfig config = new LogConfig(
                folder.resolve("data"), StoreFixture.NODE, NEVER_MS, 64 << 10, 256 << 10, 1 << 20, 0, 60_000, 0);
        fixture = new StoreFixture(config, Disk.real());
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private StreamLog stream() throws LogException {
        return fixture.stream(1);
    }

    private Path file(String ending) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("data/streams/0000/0000000001"))) {
            return files.filter(f -> f.toString().endsWith(ending))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Ends the process as kill -9 would, changes a file, and starts again. */
    private void crashWith(Change change) throws IOException, LogException {
        fixture.store.abandon();
        change.run();
        fixture.open();
    }

    private interface Change {
        void run() throws IOException;
    }

    private static void change(Path file, long position, byte[] bytes) throws IOException {
        try (DiskFile opened = Disk.real().open(file)) {
            opened.write(java.nio.ByteBuffer.wrap(bytes), position);
        }
    }

    private static void flip(Path file, int position) throws IOException {
        byte[] all = Files.readAllBytes(file);
        change(file, position, new byte[] {(byte) (all[position] ^ 1)});
    }

    private static void resize(Path file, long bytes) throws IOException {
        try (DiskFile opened = Disk.real().open(file)) {
            opened.resize(bytes);
        }
    }

    private void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                }
            }
        }
    }

    private void tearAt(String ending, long from, long to, int batches) throws IOException, LogException {
        byte[] whole = Files.readAllBytes(file(ending));
        for (long cut = from; cut < to; cut++) {
            Path copy = folder.resolve("torn-" + ending + cut);
            copyTree(fixture.config.folder(), copy);
            Path torn = copy.resolve(
                    fixture.config.folder().relativize(file(ending)).toString());
            byte[] lost = new byte[(int) (to - cut)];
            if (cut % 2 == 1) { // what a recycled file may hold instead
                java.util.Arrays.fill(lost, (byte) ~whole[(int) cut]);
            } else if (allZero(whole, (int) cut, (int) to)) {
                continue;
            }
            change(torn, cut, lost);
            try (LogStore store = LogStore.open(
                    new LogConfig(copy, StoreFixture.NODE, NEVER_MS, 64 << 10, 256 << 10, 0, 0, 60_000, 0),
                    Disk.real(),
                    fixture.nowMs::get)) {
                assertThat(StoreFixture.bodies(store.stream(1)))
                        .as("torn at %d", cut)
                        .hasSize(batches);
                assertThat(store.stream(1).messageCount(0, Long.MAX_VALUE)).isEqualTo(batches);
                assertThat(store.damage()).isEmpty();
                store.stream(1).append(StoreFixture.batch("after"));
                assertThat(StoreFixture.bodies(store.stream(1)))
                        .hasSize(batches + 1)
                        .endsWith("after");
            }
        }
    }

    private static boolean allZero(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    @Test
    void aTailTornAtAnyByteEndsTheLogBeforeItsBatch() throws Exception {
        for (int i = 0; i < 3; i++) {
            stream().append(StoreFixture.batch("message-" + i));
        }
        Segment last = stream().segments().last();
        long framesBefore = last.bytes();
        stream().append(StoreFixture.batch("torn-a", "torn-b"));
        long frames = last.bytes();
        fixture.store.abandon();

        tearAt(".seg", framesBefore, frames, 3);
        tearAt(".idx", SideFormat.recordPosition(3), SideFormat.recordPosition(4), 3);
    }

    @Test
    void aBatchOfSeveralRecordsIsThereAsAWholeOrNotAtAll() throws Exception {
        stream().append(StoreFixture.batch("first"));
        MessageBatch batch = new MessageBatch(64);
        for (int i = 0; i < 600; i++) {
            StoreFixture.add(batch, "m" + i, 0);
        }
        stream().append(batch);
        assertThat(stream().segments().last().records()).isEqualTo(4);

        crashWith(() -> change(file(".idx"), SideFormat.recordPosition(3), new byte[SideFormat.RECORD_BYTES]));

        assertThat(StoreFixture.bodies(stream())).containsExactly("first");
        assertThat(fixture.store.damage()).isEmpty();
    }

    @Test
    void aFlippedBitCostsItsRecordAndNothingElse() throws Exception {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            stream().append(StoreFixture.batch("message-" + i));
            expected.add("message-" + i);
        }
        fixture.store.close();
        int frameBytes = 34 + "message-10".length();
        flip(file(".seg"), 10 * (frameBytes - 1) + 7 * frameBytes + 40); // in the body of message 17
        fixture.open();

        expected.remove("message-17");
        assertThat(StoreFixture.bodies(stream())).isEqualTo(expected);
        assertThat(fixture.store.damage())
                .singleElement()
                .asString()
                .contains("record 17")
                .contains("1 messages");
        try (Stream<Path> kept = Files.list(folder.resolve("data/quarantine"))) {
            assertThat(kept.map(f -> f.getFileName().toString())).hasSize(2);
        }
    }

    @Test
    void aFlippedBitInARecordCostsThatRecordAndNothingElse() throws Exception {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            stream().append(StoreFixture.batch("message-" + i));
            expected.add("message-" + i);
        }
        for (int field : new int[] {
            SideFormat.CRC_AT,
            SideFormat.COUNT_AT,
            SideFormat.FIRST_OFFSET_AT + 2,
            SideFormat.POSITION_AT + 7,
            SideFormat.LENGTH_AT + 3,
            SideFormat.TIME_AT
        }) {
            fixture.store.close();
            int at = (int) SideFormat.recordPosition(40) + field;
            flip(file(".idx"), at);
            fixture.open();
            List<String> without = new ArrayList<>(expected);
            without.remove("message-40");
            assertThat(StoreFixture.bodies(stream())).as("field %d", field).isEqualTo(without);
            assertThat(fixture.store.damage()).hasSize(1);
            fixture.store.close();
            flip(file(".idx"), at);
            fixture.open();
        }
        assertThat(StoreFixture.bodies(stream())).isEqualTo(expected);
    }

    @Test
    void aTruncatedSideFileCostsWhatItNoLongerDescribes() throws Exception {
        for (int i = 0; i < 50; i++) {
            stream().append(StoreFixture.batch("message-" + i));
        }
        fixture.store.close();
        resize(file(".idx"), SideFormat.recordPosition(20) + 10);
        fixture.open();

        assertThat(StoreFixture.bodies(stream())).hasSize(20).endsWith("message-19");
        assertThat(fixture.store.damage()).singleElement().asString().contains("30 of 50 messages are lost");
        stream().append(StoreFixture.batch("after"));
        assertThat(StoreFixture.bodies(stream())).hasSize(21).endsWith("after");
    }

    @Test
    void aTruncatedSegmentCostsWhatIsCutOff() throws Exception {
        for (int i = 0; i < 50; i++) {
            stream().append(StoreFixture.batch("m"));
        }
        fixture.store.close();
        resize(file(".seg"), 35 * 10 + 5);
        fixture.open();

        assertThat(StoreFixture.bodies(stream())).hasSize(10);
        assertThat(fixture.store.damage()).singleElement().asString().contains("40 of 50 messages are lost");
    }

    @Test
    void aMissingSideFileSetsTheSegmentAsideAndHarmsNoOther() throws Exception {
        stream().append(StoreFixture.batch("a", "b"));
        fixture.stream(2).append(StoreFixture.batch("other"));
        fixture.reopen();
        stream().append(StoreFixture.batch("c"));
        fixture.store.close();
        Files.delete(file(".idx"));
        fixture.open();

        assertThat(StoreFixture.bodies(stream())).containsExactly("c");
        assertThat(StoreFixture.bodies(fixture.stream(2))).containsExactly("other");
        assertThat(fixture.store.damage())
                .singleElement()
                .asString()
                .contains("side file is missing")
                .contains("70 bytes");
    }

    @Test
    void aSideFileCutWithinItsHeaderSetsTheSegmentAside() throws Exception {
        stream().append(StoreFixture.batch("a", "b"));
        fixture.store.close();
        resize(file(".idx"), 100);
        fixture.open();

        assertThat(StoreFixture.bodies(stream())).isEmpty();
        assertThat(fixture.store.damage()).hasSize(1);
        stream().append(StoreFixture.batch("c"));
        assertThat(StoreFixture.bodies(stream())).containsExactly("c");
    }

    @Test
    void aMissingSegmentIsReported() throws Exception {
        stream().append(StoreFixture.batch("a", "b"));
        fixture.store.close();
        Files.delete(file(".seg"));
        fixture.open();

        assertThat(StoreFixture.bodies(stream())).isEmpty();
        assertThat(fixture.store.damage()).singleElement().asString().contains("lost: 2");
    }

    @Test
    void aBrokenHeaderPageIsReplacedByTheRecords() throws Exception {
        stream().append(StoreFixture.batch("a", "b"));
        stream().append(StoreFixture.batch("c"));
        fixture.store.close();
        change(file(".idx"), 0, new byte[SideFormat.HEADER_BYTES]);
        fixture.open();

        assertThat(StoreFixture.bodies(stream())).containsExactly("a", "b", "c");
    }

    @Test
    void aNewerFormatIsRefused() throws Exception {
        fixture.store.close();
        Files.writeString(folder.resolve("data/format"), "chaski-log 2\n");
        assertThatThrownBy(fixture::open)
                .isInstanceOfSatisfying(
                        LogException.class, e -> assertThat(e.kind()).isEqualTo(LogException.Kind.NEWER_FORMAT))
                .hasMessageContaining("format 2");
        Files.writeString(folder.resolve("data/format"), "chaski-log 1\n");
        fixture.open();
    }

    @Test
    void aLostFormatFileIsNotGuessed() throws Exception {
        stream().append(StoreFixture.batch("a"));
        fixture.store.close();
        Files.delete(folder.resolve("data/format"));
        assertThatThrownBy(fixture::open)
                .isInstanceOfSatisfying(
                        LogException.class, e -> assertThat(e.kind()).isEqualTo(LogException.Kind.DAMAGED));
        Files.writeString(folder.resolve("data/format"), "chaski-log 1\n");
        fixture.open();
    }

    @Test
    void idsGoOnAboveTheOldOnesWhenTheClockWentBackAndTheGrantsAreLost() throws Exception {
        stream().append(StoreFixture.batch("a"));
        long end = stream().endOffset();
        fixture.store.close();
        fixture.nowMs.set(0);
        Files.delete(folder.resolve("data/blocks"));
        fixture.open();

        stream().append(StoreFixture.batch("b"));
        assertThat(stream().endOffset()).isGreaterThan(end);
        assertThat(StoreFixture.bodies(stream())).containsExactly("a", "b");
        assertThat(fixture.store.damage()).singleElement().asString().contains("blocks");
    }

    @Test
    void idsAreNeverReusedAfterACrashThoughTheStreamIsGone() throws Exception {
        stream().append(StoreFixture.batch("a"));
        long end = stream().endOffset();
        fixture.store.delete(1);
        fixture.crash();
        fixture.store.delete(1);
        stream().append(StoreFixture.batch("b"));
        assertThat(StoreFixture.readAll(stream(), 0).getLast().offset()).isGreaterThanOrEqualTo(end);
    }
}
