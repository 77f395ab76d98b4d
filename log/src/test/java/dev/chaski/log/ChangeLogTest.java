package dev.chaski.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ChangeLogTest {
    @TempDir
    Path folder;

    private final List<String> seen = new ArrayList<>();
    private ChangeLog.@Nullable Damage damage;

    @Test
    void whatWasAppendedIsReplayedInOrderAfterAKill() throws Exception {
        ChangeLog log = open();
        append(log, "one", "two");
        append(log, "three"); // and no close: the process dies here

        reopen();

        assertThat(seen).containsExactly("1 one", "1 two", "1 three");
        assertThat(damage).isNull();
    }

    @Test
    void appendsGoOnWhereTheProcessBeforeStopped() throws Exception {
        append(open(), "one");
        ChangeLog second = reopen();
        append(second, "two");
        second.close();

        reopen();

        assertThat(seen).containsExactly("1 one", "1 two");
    }

    @Test
    void aLongRecordAndAnOddOneAreReplayedWhole() throws Exception {
        ChangeLog log = open();
        byte[] large = new byte[ChangeLog.RECORD_BYTES_MAX];
        new Random(7).nextBytes(large);
        log.append(ByteBuffer.wrap(large));
        log.append(ByteBuffer.allocateDirect(1).put(0, (byte) 0)); // a single zero is a record, not an end

        List<byte[]> records = new ArrayList<>();
        ChangeLog again = fresh();
        again.replay((generation, record) -> records.add(bytes(record)));

        assertThat(records).hasSize(2);
        assertThat(records.get(0)).isEqualTo(large);
        assertThat(records.get(1)).containsExactly(0);
    }

    @Test
    void theRecordHandedInKeepsItsPosition() throws Exception {
        ByteBuffer record = ByteBuffer.wrap(new byte[] {9, 1, 2, 9}, 1, 2);
        open().append(record);
        assertThat(record.position()).isEqualTo(1);
        assertThat(record.remaining()).isEqualTo(2);
    }

    @Test
    void emptyAndOversizedRecordsAreRefused() throws Exception {
        ChangeLog log = open();
        assertThatThrownBy(() -> log.append(ByteBuffer.allocate(0))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> log.append(ByteBuffer.allocate(ChangeLog.RECORD_BYTES_MAX + 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aNewGenerationLetsTheOlderBeDropped() throws Exception {
        ChangeLog log = open();
        append(log, "old");
        long generation = log.beginGeneration();
        append(log, "state");
        log.dropBefore(generation);
        append(log, "later");

        reopen();

        assertThat(generation).isEqualTo(2);
        assertThat(seen).containsExactly("2 state", "2 later");
        assertThat(damage).isNull();
        assertThat(folder.resolve(ChangeFormat.fileName(1))).doesNotExist();
    }

    @Test
    void aCrashBetweenBeginningAndDroppingReplaysBoth() throws Exception {
        ChangeLog log = open();
        append(log, "old");
        log.beginGeneration();
        append(log, "state");

        reopen();

        assertThat(seen).containsExactly("1 old", "2 state");
        assertThat(damage).isNull();
    }

    @Test
    void aTornTailEndsTheReplaySilentlyAndIsOverwritten() throws Exception {
        ChangeLog log = open();
        append(log, "good", "torn");
        long tornAt = log.generationBytes() - 1;
        flip(1, tornAt);

        ChangeLog second = reopen();
        append(second, "next");
        reopen();

        assertThat(seen).containsExactly("1 good", "1 next");
        assertThat(damage).isNull();
        assertThat(folder.resolve("quarantine")).doesNotExist();
    }

    @Test
    void aFlippedBitInWhatWasSyncedIsReportedAndSetAside() throws Exception {
        ChangeLog log = open();
        append(log, "first");
        long flippedAt = log.generationBytes() + ChangeFormat.RECORD_HEADER_BYTES;
        append(log, "second", "third");
        log.sync();
        append(log, "fourth");
        long end = log.generationBytes();
        flip(1, flippedAt);

        ChangeLog second = reopen();

        assertThat(seen).containsExactly("1 first");
        assertThat(damage).isNotNull();
        long damagedAt = flippedAt - ChangeFormat.RECORD_HEADER_BYTES;
        assertThat(damage.position()).isEqualTo(damagedAt);
        assertThat(damage.lostBytes()).isEqualTo(end - damagedAt);
        assertThat(damage.message()).contains(ChangeFormat.fileName(1)).contains("set aside");
        assertThat(quarantined())
                .singleElement()
                .satisfies(file -> assertThat(Files.size(file)).isEqualTo(end - damagedAt));

        append(second, "after");
        reopen();
        assertThat(seen).containsExactly("1 first", "1 after");
        assertThat(damage).as("damage is reported once").isNull();
    }

    @Test
    void damageInAnOlderGenerationIsReportedAndTheNewerStillFollows() throws Exception {
        ChangeLog log = open();
        append(log, "old", "lost");
        long lostAt = log.generationBytes() - 1;
        log.beginGeneration();
        append(log, "new");
        flip(1, lostAt);

        reopen();

        assertThat(seen).containsExactly("1 old", "2 new");
        assertThat(damage).isNotNull();
        assertThat(damage.file()).isEqualTo(folder.resolve(ChangeFormat.fileName(1)));
    }

    @Test
    void aFileCutInWhatWasSyncedIsReportedAndGoesOn() throws Exception {
        ChangeLog log = open();
        append(log, "kept", "cut");
        log.close();
        truncate(1, log.generationBytes() - 2);

        append(reopen(), "next");
        assertThat(damage).isNotNull();
        assertThat(damage.message()).contains("had been synced");
        reopen();

        assertThat(seen).containsExactly("1 kept", "1 next");
        assertThat(damage).isNull();
    }

    @Test
    void deletedFilesAreSurvived() throws Exception {
        ChangeLog log = open();
        append(log, "gone");
        log.close();
        for (Path file : Disk.real().list(folder)) {
            Files.delete(file);
        }

        append(reopen(), "new");
        reopen();

        assertThat(seen).containsExactly("1 new");
        assertThat(damage).isNull();
    }

    @Test
    void aMissingGenerationBetweenOthersIsReported() throws Exception {
        ChangeLog log = open();
        append(log, "one");
        log.beginGeneration();
        append(log, "two");
        log.beginGeneration();
        append(log, "three");
        Files.delete(folder.resolve(ChangeFormat.fileName(2)));

        reopen();

        assertThat(seen).containsExactly("1 one", "3 three");
        assertThat(damage).isNotNull();
        assertThat(damage.message()).contains("missing");
    }

    @Test
    void aBrokenFirstPageIsReportedAndTheFileServesAgain() throws Exception {
        ChangeLog log = open();
        append(log, "lost");
        flip(1, 3);

        append(reopen(), "next");
        assertThat(damage).isNotNull();
        reopen();

        assertThat(seen).containsExactly("1 next");
        assertThat(quarantined()).hasSize(1);
    }

    @Test
    void aNewerFormatIsRefused() throws Exception {
        open();
        ByteBuffer page = ChangeFormat.header(1).putInt(ChangeFormat.VERSION_AT, ChangeFormat.VERSION + 1);
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(page.slice(0, ChangeFormat.HEADER_CRC_AT));
        page.putInt(ChangeFormat.HEADER_CRC_AT, (int) crc.getValue());
        try (DiskFile file = Disk.real().open(folder.resolve(ChangeFormat.fileName(1)))) {
            file.write(page, 0);
        }

        assertThatThrownBy(this::reopen)
                .isInstanceOfSatisfying(
                        LogException.class, e -> assertThat(e.kind()).isEqualTo(LogException.Kind.NEWER_FORMAT));
    }

    @Test
    void aClosedLogRefusesEverything() throws Exception {
        ChangeLog log = open();
        log.close();
        assertThatThrownBy(() -> append(log, "late"))
                .isInstanceOfSatisfying(
                        LogException.class, e -> assertThat(e.kind()).isEqualTo(LogException.Kind.CLOSED));
        log.close();
        log.syncIfDirty();
    }

    @Test
    void oldBytesBehindATornTailAreNeverBelieved() throws Exception {
        // Three records of one length: when the second is torn and written anew, the third would join up.
        ChangeLog log = open();
        append(log, "aaaa", "bbbb", "cccc");
        long recordBytes = 4 + ChangeFormat.RECORD_HEADER_BYTES;
        flip(1, log.generationBytes() - recordBytes - 1);

        append(reopen(), "BBBB");
        reopen();

        assertThat(seen).containsExactly("1 aaaa", "1 BBBB");
    }

    @Test
    void manyThreadsAppendAndSyncWithoutLosingOrMixingRecords() throws Exception {
        ChangeLog log = open();
        List<Thread> threads = IntStream.range(0, 4)
                .mapToObj(t -> Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 300; i++) {
                        try {
                            append(log, t + ":" + i);
                            if (i % 50 == 0) {
                                log.sync();
                            }
                            if (i % 100 == 99) {
                                log.beginGeneration();
                            }
                        } catch (Exception e) {
                            throw new AssertionError(e);
                        }
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }

        reopen();

        assertThat(damage).isNull();
        for (int t = 0; t < 4; t++) {
            String prefix = t + ":";
            List<String> mine = seen.stream()
                    .map(line -> line.substring(line.indexOf(' ') + 1))
                    .filter(line -> line.startsWith(prefix))
                    .toList();
            assertThat(mine)
                    .isEqualTo(IntStream.range(0, 300).mapToObj(i -> prefix + i).toList());
        }
    }

    private ChangeLog fresh() {
        return new ChangeLog(Disk.real(), folder, folder.resolve("quarantine"));
    }

    private ChangeLog open() throws LogException {
        ChangeLog log = fresh();
        damage = log.replay(
                (generation, record) -> seen.add(generation + " " + new String(bytes(record), StandardCharsets.UTF_8)));
        return log;
    }

    private ChangeLog reopen() throws LogException {
        seen.clear();
        return open();
    }

    private static void append(ChangeLog log, String... records) throws LogException {
        for (String record : records) {
            log.append(ByteBuffer.wrap(record.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private static byte[] bytes(ByteBuffer record) {
        byte[] bytes = new byte[record.remaining()];
        record.get(bytes);
        return bytes;
    }

    private void flip(long generation, long position) throws IOException {
        try (DiskFile file = Disk.real().open(folder.resolve(ChangeFormat.fileName(generation)))) {
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(one, position);
            one.put(0, (byte) (one.get(0) ^ 0x10)).flip();
            file.write(one, position);
        }
    }

    private void truncate(long generation, long size) throws IOException {
        try (var channel = java.nio.channels.FileChannel.open(
                folder.resolve(ChangeFormat.fileName(generation)), StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }

    private List<Path> quarantined() throws IOException {
        return Disk.real().list(folder.resolve("quarantine"));
    }
}
