package dev.chaski.log.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chaski.log.Disk;
import dev.chaski.log.LogConfig;
import dev.chaski.log.LogException;
import dev.chaski.log.LogStore;
import dev.chaski.log.MessageBatch;
import dev.chaski.log.SnapshotRequest;
import dev.chaski.log.StreamLog;
import dev.chaski.log.faults.FailingDisk;
import dev.chaski.log.inspect.Damage;
import dev.chaski.log.inspect.Progress;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BackupTest {
    private static final int SEGMENT_BYTES = 64 << 10;
    private static final long NOW_MS = 1_800_000_000_000L;

    @TempDir
    Path work;

    private Path data;

    @BeforeEach
    void fill() throws LogException, IOException {
        data = work.resolve("data");
        try (LogStore store = open(data)) {
            for (int number = 1; number <= 3; number++) {
                append(store.stream(number), 0, number == 3 ? 10 : 1500);
            }
            store.changes().append(ByteBuffer.wrap("a change".getBytes(StandardCharsets.US_ASCII)));
        }
        Files.writeString(data.resolve("catalog"), "topic 1 open one\n");
    }

    private static LogStore open(Path folder) throws LogException {
        LogConfig config = new LogConfig(folder, 5, 10, SEGMENT_BYTES, SEGMENT_BYTES, 1 << 20, 1, 60_000, 0);
        LogStore store = LogStore.open(config, Disk.real(), System::currentTimeMillis);
        store.changes().replay((generation, record) -> {});
        return store;
    }

    private static void append(StreamLog stream, int from, int to) throws LogException {
        for (int at = from; at < to; at += 10) {
            MessageBatch batch = new MessageBatch(1 << 12);
            for (int i = at; i < Math.min(to, at + 10); i++) {
                byte[] body = ("message " + i + " " + "x".repeat(i % 90)).getBytes(StandardCharsets.UTF_8);
                batch.add(ByteBuffer.wrap(body), 0, body.length, 0);
            }
            stream.append(batch);
        }
    }

    private BackupReport backUp(String name) throws Exception {
        return backUp(name, Disk.real());
    }

    private BackupReport backUp(String name, Disk disk) throws Exception {
        try (SnapshotRequest request = SnapshotRequest.begin(data)) {
            Path target = work.resolve(name);
            return new Backup(request.take(10_000), target, Backup.newestBeside(target), disk, BackupProgress.NONE)
                    .write(data.toString(), "1.2.3", Instant.now());
        }
    }

    private static Verification.Report verify(Path folder) throws LogException {
        return new Verification(folder, BackupProgress.NONE, Progress.NONE).run();
    }

    private Restore.Report restore(String backup, String folder, boolean isForced, boolean toleratesDamage)
            throws IOException, LogException {
        return new Restore(work.resolve(backup), Disk.real(), BackupProgress.NONE)
                .run(work.resolve(folder), isForced, toleratesDamage, NOW_MS, new Random(7));
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @Test
    void aBackupNamesEveryFileAndVerifies() throws Exception {
        BackupReport report = backUp("b");
        Verification.Report verified = verify(work.resolve("b"));
        assertThat(verified.isClean()).isTrue();
        assertThat(verified.isBackup()).isTrue();
        Manifest manifest = verified.manifest();
        assertThat(manifest).isNotNull();
        assertThat(manifest.version()).isEqualTo("1.2.3");
        assertThat(manifest.messages()).isEqualTo(3010);
        assertThat(manifest.dataFolder()).isEqualTo(data.toString());
        assertThat(files(work.resolve("b"))).hasSize(manifest.entries().size() + 1);
        assertThat(report.bytes()).isEqualTo(manifest.bytes());
        assertThat(report.linkedBytes()).isGreaterThan(report.copiedBytes());
        assertThat(data.resolve("snapshots")).isDirectoryContaining(path -> path.endsWith("lock"));
        assertThat(files(data.resolve("snapshots"))).hasSize(1);
        assertThat(verify(data).isClean()).isTrue();
        assertThat(verify(data).isBackup()).isFalse();
    }

    @Test
    void aFlippedByteIsFoundInEachKindOfFile() throws Exception {
        backUp("b", new FailingDisk(Disk.real())); // which has no links: flips stay in the backup
        List<String> kinds = new ArrayList<>();
        for (Path file : files(work.resolve("b"))) {
            String name = file.getFileName().toString();
            String kind = name.contains(".") ? name.substring(name.lastIndexOf('.')) : name;
            if (kinds.contains(kind)) {
                continue;
            }
            kinds.add(kind);
            long bytes = Files.size(file);
            for (long at : new long[] {0, bytes / 2, bytes - 1}) {
                flip(file, at);
                Verification.Report report = verify(work.resolve("b"));
                assertThat(report.isClean())
                        .as("%s with byte %s flipped", file, at)
                        .isFalse();
                assertThat(report.damage().stream().map(Damage::file))
                        .as("%s", report.damage())
                        .contains(file);
                assertThatThrownBy(() -> restore("b", "half", true, false)).hasMessageContaining(work.toString());
                flip(file, at);
            }
        }
        assertThat(kinds)
                .containsExactlyInAnyOrder(".seg", ".idx", ".changes", "blocks", "catalog", "format", "MANIFEST");
        assertThat(verify(work.resolve("b")).isClean()).isTrue();
    }

    private static void flip(Path file, long at) throws IOException {
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
            opened.seek(at);
            int old = opened.read();
            opened.seek(at);
            opened.write(old ^ 1);
        }
    }

    @Test
    void damagedFramesAreToldWithTheirStreamAndOffsets() throws Exception {
        backUp("b", new FailingDisk(Disk.real()));
        Path frames = files(work.resolve("b")).stream()
                .filter(path -> path.toString().endsWith(".seg"))
                .findFirst()
                .orElseThrow();
        flip(frames, 100);
        List<Damage> damage = verify(work.resolve("b")).damage();
        assertThat(damage).anySatisfy(each -> {
            assertThat(each.file()).isEqualTo(frames);
            assertThat(each.stream()).isEqualTo(1);
            assertThat(each.messages()).isEqualTo(10);
            assertThat(each.endOffset() - each.firstOffset()).isEqualTo(10);
        });
    }

    @Test
    void aMissingOrShortFileIsFoundAndWhatIsLeftCanBeBroughtBack() throws Exception {
        backUp("b", new FailingDisk(Disk.real()));
        Path frames = files(work.resolve("b")).stream()
                .filter(path -> path.toString().endsWith(".seg"))
                .findFirst()
                .orElseThrow();
        try (RandomAccessFile file = new RandomAccessFile(frames.toFile(), "rw")) {
            file.setLength(file.length() / 2);
        }
        assertThat(verify(work.resolve("b")).damage())
                .anyMatch(each -> each.what().contains("bytes, not"));
        Files.delete(frames);
        assertThat(verify(work.resolve("b")).damage())
                .anyMatch(each -> each.what().contains("missing"));
        assertThatThrownBy(() -> restore("b", "r", false, false)).hasMessageContaining("--allow-damage");
        assertThat(restore("b", "r", true, true).damage()).hasSize(1);
        try (LogStore store = open(work.resolve("r"))) {
            assertThat(store.streams()).contains(2, 3);
        }
    }

    @Test
    void whereADiskRunsFullOrFailsThereIsNoBackupThatLooksWhole() throws Exception {
        int failures = 0;
        for (int skip = 0; ; skip++) {
            FailingDisk disk = new FailingDisk(Disk.real());
            if (skip % 3 == 0) {
                disk.failWriteAfter(skip / 3);
            } else if (skip % 3 == 1) {
                disk.failSyncAfter(skip / 3);
            } else {
                disk.setRoomBytes(skip / 3 * 65_536L);
            }
            try {
                backUp("b" + skip, disk);
                if (skip % 3 == 2) {
                    break;
                }
            } catch (IOException e) {
                failures++;
                assertThat(work.resolve("b" + skip)).doesNotExist();
                assertThat(Backup.unfinished(work.resolve("b" + skip))).doesNotExist();
                assertThat(files(data.resolve("snapshots"))).hasSize(1);
            }
        }
        assertThat(failures).isGreaterThan(10);
        assertThat(verify(data).isClean()).isTrue();
    }

    @Test
    void anUnfinishedBackupIsToldApartAndRemovedByTheNext() throws Exception {
        backUp("b");
        Path unfinished = Backup.unfinished(work.resolve("c"));
        Files.move(work.resolve("b"), unfinished);
        Files.delete(unfinished.resolve(Manifest.FILE));
        assertThat(verify(unfinished).damage()).anyMatch(each -> each.what().contains("not finished"));
        assertThatThrownBy(() -> restore("c.unfinished", "r", false, false)).hasMessageContaining("not finished");
        Files.createDirectories(data.resolve("snapshots/9-9.new/streams"));
        backUp("c");
        assertThat(unfinished).doesNotExist();
        assertThat(files(data.resolve("snapshots"))).hasSize(1);
        assertThat(verify(work.resolve("c")).isClean()).isTrue();
    }

    @Test
    void aSecondBackupSharesWhatHasNotChanged() throws Exception {
        BackupReport first = backUp("b1");
        assertThat(first.keptBytes()).isZero();
        try (LogStore store = open(data)) {
            append(store.stream(3), 0, 50);
        }
        BackupReport second = backUp("b2");
        assertThat(second.messages()).isEqualTo(first.messages() + 50);
        assertThat(second.keptBytes()).isGreaterThan(first.bytes() * 9 / 10);
        assertThat(verify(work.resolve("b2")).isClean()).isTrue();
        Path kept = Path.of(files(work.resolve("b1")).stream()
                .filter(path -> path.toString().endsWith(".idx"))
                .findFirst()
                .orElseThrow()
                .toString());
        Path same = work.resolve("b2").resolve(work.resolve("b1").relativize(kept));
        assertThat(Files.isSameFile(kept, same)).isTrue();
        BackupReport copied = backUp("b3", new FailingDisk(Disk.real())); // which has no links
        assertThat(copied.copiedBytes()).isEqualTo(copied.bytes()).isEqualTo(second.bytes());
        assertThat(verify(work.resolve("b3")).isClean()).isTrue();
    }

    @Test
    void aFolderOfAnotherBrokerSharesNothing() throws Exception {
        backUp("b1");
        Path other = work.resolve("other");
        try (LogStore store = open(other)) {
            append(store.stream(1), 3, 1503);
        }
        data = other;
        assertThat(backUp("b2").keptBytes()).isZero();
    }

    @Test
    void aBrokerStartsNeitherOnABackupNorOnAHalfRestoredFolder() throws Exception {
        backUp("b", new FailingDisk(Disk.real()));
        assertThatThrownBy(() -> open(work.resolve("b"))).hasMessageContaining("is a backup");
        Path first = files(work.resolve("b")).stream()
                .filter(path -> path.toString().endsWith(".seg"))
                .findFirst()
                .orElseThrow();
        Files.delete(first);
        assertThatThrownBy(() -> restore("b", "r", false, false)).hasMessageContaining("missing");
        assertThatThrownBy(() -> open(work.resolve("r"))).hasMessageContaining("half restored");
        assertThatThrownBy(() -> restore("b", "r", false, true)).hasMessageContaining("not empty");
        assertThat(restore("b", "r", true, true).setAside()).isNull(); // of the half, which is worth nothing
        open(work.resolve("r")).close();
    }

    @Test
    void whatAForcedRestoreFindsIsSetAsideWhole() throws Exception {
        backUp("b");
        try (LogStore store = open(data)) {
            append(store.stream(3), 0, 50);
        }
        assertThatThrownBy(() -> restore("b", "data", false, false)).hasMessageContaining("--force");
        Restore.Report report = restore("b", "data", true, false);
        assertThat(report.setAside()).isNotNull();
        assertThat(verify(report.setAside()).isClean()).isTrue();
        try (LogStore store = open(data)) {
            assertThat(messages(store, 3)).isEqualTo(10);
        }
        try (LogStore store = open(report.setAside())) {
            assertThat(messages(store, 3)).isEqualTo(60);
        }
        try (LogStore store = open(data)) {
            assertThat(store.streams()).isNotEmpty();
            assertThatThrownBy(() -> restore("b", "data", true, false)).hasMessageContaining("in use");
        }
    }

    private static long messages(LogStore store, int number) throws LogException {
        StreamLog stream = store.stream(number);
        return stream.messageCount(stream.firstOffset(), stream.endOffset());
    }

    @Test
    void restoredFoldersGrantIdsThatNobodyElseDoes() throws Exception {
        backUp("b");
        long end;
        try (LogStore store = open(data)) {
            append(store.stream(1), 0, 10);
            end = store.stream(1).endOffset();
        }
        List<Long> firsts = new ArrayList<>();
        for (String name : List.of("r1", "r2")) {
            new Restore(work.resolve("b"), Disk.real(), BackupProgress.NONE)
                    .run(work.resolve(name), false, false, System.currentTimeMillis(), new Random(name.hashCode()));
            try (LogStore store = open(work.resolve(name))) {
                append(store.stream(1), 0, 10);
                firsts.add(store.stream(1).endOffset() >>> 20);
            }
        }
        assertThat(firsts.get(0)).isGreaterThan((end >>> 20) + (1 << 23)).isNotEqualTo(firsts.get(1));
        assertThat(firsts.get(1)).isGreaterThan((end >>> 20) + (1 << 23));
    }

    @Test
    void aManifestThatNamesFilesElsewhereIsRefused() throws Exception {
        backUp("b");
        Manifest manifest = Manifest.read(work.resolve("b"));
        for (String path : List.of("../evil", "/evil", "streams//x", "streams/../../x", "")) {
            Manifest evil = new Manifest(
                    manifest.madeAt(),
                    manifest.version(),
                    manifest.momentMs(),
                    0,
                    "/x",
                    java.util.Map.of(path, new Manifest.Entry(path, 1, 1)));
            Files.writeString(work.resolve("b").resolve(Manifest.FILE), evil.text());
            assertThatThrownBy(() -> Manifest.read(work.resolve("b")))
                    .as(path)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("makes no sense");
        }
    }

    @Test
    void onlyOneBackupAtATimeAndOnlyOfADataFolder() throws Exception {
        SnapshotRequest request = SnapshotRequest.begin(data);
        assertThatThrownBy(() -> SnapshotRequest.begin(data)).hasMessageContaining("under way");
        request.close();
        assertThatThrownBy(() -> SnapshotRequest.begin(work.resolve("none"))).hasMessageContaining("no data folder");
        backUp("b");
        assertThatThrownBy(() -> backUp("b")).hasMessageContaining("exists");
        try (LogStore store = open(data)) {
            SnapshotRequest unanswered = SnapshotRequest.begin(data); // the store holds the folder, and nobody answers
            assertThat(store.streams()).hasSize(3);
            assertThatThrownBy(() -> unanswered.take(200)).hasMessageContaining("has not taken a snapshot");
            unanswered.close();
        }
    }
}
