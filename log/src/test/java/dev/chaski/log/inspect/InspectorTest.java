package dev.chaski.log.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chaski.log.Disk;
import dev.chaski.log.LogConfig;
import dev.chaski.log.LogException;
import dev.chaski.log.LogStore;
import dev.chaski.log.MessageBatch;
import dev.chaski.log.SegmentView;
import dev.chaski.log.StreamLog;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class InspectorTest {
    @TempDir
    Path folder;

    private LogStore open() throws LogException {
        LogConfig usual = LogConfig.of(folder);
        LogStore store = LogStore.open(
                new LogConfig(folder, 5, 10, 64 << 10, 64 << 10, 0, 1, usual.idleCloseMs(), 0),
                Disk.real(),
                System::currentTimeMillis);
        store.changes().replay((generation, record) -> {});
        return store;
    }

    private static void append(StreamLog stream, int from, int to) throws LogException {
        MessageBatch batch = new MessageBatch(1 << 16);
        for (int i = from; i < to; i++) {
            byte[] body = body(i).getBytes(StandardCharsets.UTF_8);
            batch.add(ByteBuffer.wrap(body), 0, body.length, i % 50 == 7 ? 4_000_000_000_000L : 0);
        }
        stream.append(batch);
    }

    private static String body(int i) {
        return "message " + i + " " + "x".repeat(i % 90);
    }

    private static void sync(StreamLog stream) {
        CompletableFuture<@Nullable LogException> synced = new CompletableFuture<>();
        stream.whenSynced(synced::complete);
        assertThat(synced.join()).isNull();
    }

    private FolderReport look(boolean verifies) throws LogException {
        return Inspector.open(folder).look(any -> true, verifies, Progress.NONE);
    }

    private List<DumpedMessage> dump(long from, long limit, int bodyBytesMax) throws LogException {
        List<DumpedMessage> messages = new ArrayList<>();
        Inspector.open(folder).dump(3, from, limit, bodyBytesMax, messages::add);
        return messages;
    }

    private static String text(DumpedMessage message) {
        return StandardCharsets.UTF_8.decode(message.body().duplicate()).toString();
    }

    private Map<Path, FileTime> files() throws IOException {
        Map<Path, FileTime> times = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.toList()) {
                times.put(file, Files.getLastModifiedTime(file));
            }
        }
        return times;
    }

    private void writeThousands() throws LogException {
        try (LogStore store = open()) {
            StreamLog stream = store.stream(3);
            for (int i = 0; i < 3000; i += 100) {
                append(stream, i, i + 100);
            }
            store.changes().append(ByteBuffer.wrap(new byte[100]));
        }
    }

    @Test
    void aClosedFolderIsSeenWholeAndLeftAsItIs() throws Exception {
        writeThousands();
        Map<Path, FileTime> before = files();

        FolderReport report = look(true);

        assertThat(report.damage()).isEmpty();
        assertThat(report.streams()).singleElement().satisfies(stream -> {
            assertThat(stream.number()).isEqualTo(3);
            assertThat(stream.messages()).isEqualTo(3000);
            assertThat(stream.segments()).hasSizeGreaterThan(2);
            // One that was made ready and never used may be left: the next start removes it.
            assertThat(stream.segments())
                    .allMatch(segment -> segment.messages() == 0 || segment.state() == SegmentView.State.SEALED);
            assertThat(stream.segments()).allMatch(segment -> segment.syncedOffset() == segment.endOffset());
        });
        assertThat(report.changes())
                .singleElement()
                .satisfies(generation -> assertThat(generation.records()).isEqualTo(1));
        FolderReport quick = look(false);
        assertThat(quick.streams()).isEqualTo(report.streams());
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void aFolderThatIsInUseIsSeenUpToTheLastRecord() throws Exception {
        try (LogStore store = open()) {
            StreamLog stream = store.stream(3);
            append(stream, 0, 10);
            sync(stream);
            append(stream, 10, 30);
            FolderReport report = look(true);
            assertThat(report.damage()).isEmpty();
            SegmentReport segment = report.streams().getFirst().segments().getLast();
            assertThat(segment.state()).isEqualTo(SegmentView.State.OPEN);
            assertThat(segment.messages()).isEqualTo(30);
            assertThat(segment.endOffset()).isEqualTo(stream.endOffset());
            assertThat(segment.syncedOffset()).isGreaterThanOrEqualTo(segment.firstOffset() + 10);
            assertThat(dump(0, 100, 100)).hasSize(30);
        }
    }

    @Test
    void lookingWhileSegmentsComeAndGoFindsNoDamage() throws Exception {
        try (LogStore store = open()) {
            StreamLog stream = store.stream(3);
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                try {
                    for (int i = 0; i < 20_000; i += 100) {
                        append(stream, i, i + 100);
                        if (i % 1000 == 0) {
                            sync(stream);
                            stream.free(new Nobody());
                        }
                    }
                } catch (LogException e) {
                    throw new IllegalStateException(e);
                }
            });
            int looks = 0;
            while (!writing.isDone() || looks < 3) {
                assertThat(look(true).damage()).isEmpty();
                dump(0, 50, 10);
                looks++;
            }
            writing.join();
        }
    }

    /** Nobody needs anything. */
    private static final class Nobody implements dev.chaski.log.Need {
        @Override
        public int needed(long firstOffset, long lastOffset) {
            return 0;
        }

        @Override
        public boolean isNeeded(long offset, long deferUntilMs) {
            return false;
        }
    }

    @Test
    void everyMessageCanBeReadFromAnyOffset() throws Exception {
        writeThousands();
        List<DumpedMessage> all = dump(0, Long.MAX_VALUE, 1000);
        assertThat(all).hasSize(3000);
        for (int i = 0; i < all.size(); i++) {
            assertThat(text(all.get(i))).isEqualTo(body(i));
            assertThat(all.get(i).deferUntilMs()).isEqualTo(i % 50 == 7 ? 4_000_000_000_000L : 0);
            assertThat(all.get(i).id()).startsWith("01"); // node 5 in the upper ten bits
        }
        assertThat(dump(all.get(1234).offset(), 3, 5))
                .extracting(InspectorTest::text)
                .containsExactly("messa", "messa", "messa");
        assertThat(dump(all.get(1234).offset(), 1, 1000))
                .extracting(InspectorTest::text)
                .containsExactly(body(1234));
        assertThat(dump(all.getLast().offset() + 1, 10, 10)).isEmpty();
        assertThat(dump(0, 0, 10)).isEmpty();
    }

    @Test
    void coldSegmentsAreReadAsTheOthers() throws Exception {
        writeThousands();
        List<DumpedMessage> before = dump(0, Long.MAX_VALUE, 1000);
        LogConfig cold = new LogConfig(folder, 5, 10, 64 << 10, 64 << 10, 0, 1, 100, 1);
        try (LogStore store = LogStore.open(cold, Disk.real(), System::currentTimeMillis)) {
            assertThat(store.streams()).containsExactly(3);
            Awaitility.await()
                    .until(() ->
                            look(false).streams().getFirst().segments().stream().anyMatch(SegmentReport::isCold));
        }
        FolderReport report = look(true);
        assertThat(report.damage()).isEmpty();
        assertThat(report.streams().getFirst().messages()).isEqualTo(3000);
        assertThat(dump(0, Long.MAX_VALUE, 1000)).isEqualTo(before);

        SegmentReport frozen = report.streams().getFirst().segments().stream()
                .filter(SegmentReport::isCold)
                .findFirst()
                .orElseThrow();
        assertThat(frozen.file().toString()).endsWith(".zst");
        flip(frozen.file(), 100);
        assertThat(look(true).damage()).isNotEmpty();
    }

    private void flip(Path file, long position) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(position);
            int old = bytes.read();
            bytes.seek(position);
            bytes.write(old ^ 0x20);
        }
    }

    @Test
    void aVerificationFindsAFlippedBitAndCountsWhatItCosts() throws Exception {
        writeThousands();
        SegmentReport first = look(false).streams().getFirst().segments().getFirst();
        flip(first.file(), 5000);
        assertThat(look(false).damage()).isEmpty();

        List<long[]> steps = new ArrayList<>();
        FolderReport report = Inspector.open(folder)
                .look(any -> true, true, (done, all, stream) -> steps.add(new long[] {done, all}));

        assertThat(report.damage()).singleElement().satisfies(damage -> {
            assertThat(damage.file()).isEqualTo(first.file());
            assertThat(damage.messages()).isPositive();
            assertThat(damage.what()).contains("does not match its CRC");
        });
        long lost = report.damage().getFirst().messages();
        assertThat(report.streams().getFirst().messages()).isEqualTo(3000 - lost);
        assertThat(steps).allMatch(step -> step[0] <= step[1]);
        assertThat(steps.getLast()[0]).isEqualTo(steps.getLast()[1]);
    }

    @Test
    void aRecordThatMakesNoSenseCostsNoOther() throws Exception {
        writeThousands();
        SegmentReport first = look(false).streams().getFirst().segments().getFirst();
        String side = first.file().getFileName().toString().replace(".seg", ".idx");
        flip(first.file().resolveSibling(side), 4096 + 2 * 64 + 4);
        FolderReport report = look(true);
        assertThat(report.damage())
                .singleElement()
                .satisfies(damage -> assertThat(damage.what()).contains("record 2 of the side file makes no sense"));
        assertThat(report.streams().getFirst().messages()).isBetween(2700L, 2999L);
    }

    @Test
    void aMissingFileIsDamageAndTheQuarantineIsListed() throws Exception {
        writeThousands();
        SegmentReport first = look(false).streams().getFirst().segments().getFirst();
        Path quarantine = Files.createDirectory(folder.resolve("quarantine"));
        Files.move(first.file(), quarantine.resolve("away.seg"));
        FolderReport report = look(false);
        assertThat(report.damage()).singleElement().satisfies(damage -> {
            assertThat(damage.what()).contains("missing");
            assertThat(damage.messages()).isEqualTo(first.messages());
        });
        assertThat(report.quarantine())
                .containsExactly(
                        new SetAside(quarantine.resolve("away.seg"), Files.size(quarantine.resolve("away.seg"))));
    }

    @Test
    void damageOfTheChangeLogIsTold() throws Exception {
        writeThousands();
        Path file = look(false).changes().getFirst().file();
        flip(file, 4096 + 20);
        assertThat(look(false).damage())
                .singleElement()
                .satisfies(damage -> assertThat(damage.file()).isEqualTo(file));
    }

    @Test
    void otherFoldersAreRefused() throws Exception {
        assertThatThrownBy(() -> Inspector.open(folder))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("is no data folder");
        assertThatThrownBy(() -> Inspector.open(folder.resolve("none")))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("is no data folder");
        Files.writeString(folder.resolve("format"), "chaski-log 99\n");
        assertThatThrownBy(() -> Inspector.open(folder))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("format 99");
    }
}
