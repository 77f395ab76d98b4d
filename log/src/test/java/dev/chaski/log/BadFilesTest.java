package dev.chaski.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.chaski.log.faults.WatchedDisk;
import dev.chaski.log.faults.WatchedDisk.Operation;
import dev.chaski.wire.FrameFormat;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that cannot be opened or read cost no more than what is in them. */
@Timeout(60)
class BadFilesTest {
    private static final int SEGMENT_BYTES = 16 << 10;
    private static final int MESSAGES = 300; // a record each, in several segments of more than one page of records

    @TempDir
    Path folder;

    private final WatchedDisk disk = new WatchedDisk();
    private final List<String> bodies = new ArrayList<>();
    private StoreFixture fixture;
    private StreamLog stream;
    private Segment first;

    @BeforeEach
    void fill() throws LogException {
        LogConfig config =
                new LogConfig(folder, StoreFixture.NODE, 5, SEGMENT_BYTES, SEGMENT_BYTES, 0, 0, 3_600_000, 0);
        fixture = new StoreFixture(config, disk);
        stream = fixture.stream(1);
        for (int i = 0; i < MESSAGES; i++) {
            bodies.add(i + "y".repeat(100));
            stream.append(StoreFixture.batch(bodies.get(i)));
        }
        first = stream.segments().get(0);
    }

    @AfterEach
    void close() {
        disk.watch((operation, path) -> true);
        fixture.close();
    }

    private void refuseToOpen(Path refused, IOException failure) {
        disk.watch((operation, path) -> {
            if (operation == Operation.OPEN && path.equals(refused)) {
                throw failure;
            }
            return true;
        });
    }

    private List<String> bodiesAfterFirst() {
        return bodies.subList(first.messages(), MESSAGES);
    }

    @Test
    void aFileThatCannotBeReadAtTheStartCostsNoOtherSegment() throws Exception {
        fixture.close();
        refuseToOpen(first.files.sidePath(), new FileSystemException("the disk says: Input/output error"));
        fixture.open();
        assertThat(StoreFixture.bodies(fixture.stream(1))).isEqualTo(bodiesAfterFirst());
        assertThat(fixture.store.damage())
                .singleElement()
                .asString()
                .contains(first.name.text(), "Input/output error", "its messages are lost");
        assertThat(folder.resolve("quarantine")
                        .resolve("1-" + first.files.sidePath().getFileName()))
                .exists();
    }

    @Test
    void whereAccessToAFileIsDeniedTheStoreIsNotOpenedAndNothingIsMoved() throws Exception {
        fixture.close();
        refuseToOpen(first.files.sidePath(), new AccessDeniedException(String.valueOf(first.files.sidePath())));
        assertRefused("access to " + first.files.sidePath() + " is denied");
    }

    @Test
    void whereDescriptorsAreTooFewTheStoreIsNotOpenedAndNothingIsMoved() throws Exception {
        fixture.close();
        refuseToOpen(
                first.files.sidePath(),
                new FileSystemException(String.valueOf(first.files.sidePath()), null, "Too many open files"));
        assertRefused("raise the limit of open files");
    }

    @Test
    void whereAccessToAStreamsFolderIsDeniedTheStoreIsNotOpenedAndNothingIsMoved() throws Exception {
        fixture.close();
        Path streamFolder = first.files.sidePath().getParent();
        disk.watch((operation, path) -> {
            if (operation == Operation.LIST && path.equals(streamFolder)) {
                throw new AccessDeniedException(String.valueOf(path));
            }
            return true;
        });
        assertRefused("access to " + streamFolder + " is denied");
    }

    private void assertRefused(String why) throws LogException {
        assertThatThrownBy(fixture::open)
                .isInstanceOfSatisfying(
                        LogException.class, e -> assertThat(e.kind()).isEqualTo(LogException.Kind.IO))
                .hasMessageContaining(why);
        assertThat(folder.resolve("quarantine")).doesNotExist();
        disk.watch((operation, path) -> true);
        fixture.open();
        assertThat(StoreFixture.bodies(fixture.stream(1))).isEqualTo(bodies);
        assertThat(fixture.store.damage()).isEmpty();
    }

    /** Takes the bytes from under a mapping: what a page that cannot be read is to those who map it. */
    private static void cut(Path file, int bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
        }
    }

    @Test
    void pagesOfASideFileThatCannotBeReadCostOnlyTheirOwnMessages() throws Exception {
        fixture.close();
        disk.watch((operation, path) -> {
            if (operation == Operation.MAPPED && path.equals(first.files.sidePath())) {
                cut(path, 2 * SideFormat.HEADER_BYTES);
            }
            return true;
        });
        fixture.open();
        int kept = SideFormat.HEADER_BYTES / SideFormat.RECORD_BYTES;
        assertThat(first.messages()).isGreaterThan(kept);
        List<String> expected = new ArrayList<>(bodies.subList(0, kept));
        expected.addAll(bodiesAfterFirst());
        assertThat(StoreFixture.bodies(fixture.stream(1))).isEqualTo(expected);
        assertThat(fixture.store.damage())
                .singleElement()
                .asString()
                .contains((first.messages() - kept) + " of " + first.messages() + " messages are lost");
    }

    @Test
    void pagesOfFramesThatCannotBeReadCostOnlyTheirOwnMessages() throws Exception {
        fixture.close();
        int left = 2 * SideFormat.HEADER_BYTES;
        disk.watch((operation, path) -> {
            if (operation == Operation.MAPPED && path.equals(first.files.framesPath())) {
                cut(path, left);
            }
            return true;
        });
        fixture.open();
        int kept = 0;
        int bytes = 0;
        while ((bytes += FrameFormat.BODY_OFFSET + bodies.get(kept).length()) <= left) {
            kept++;
        }
        assertThat(first.messages()).isGreaterThan(kept);
        List<String> expected = new ArrayList<>(bodies.subList(0, kept));
        expected.addAll(bodiesAfterFirst());
        assertThat(StoreFixture.bodies(fixture.stream(1))).isEqualTo(expected);
        assertThat(fixture.store.damage())
                .hasSize(first.messages() - kept)
                .allSatisfy(damage -> assertThat(damage.toString()).contains("cannot be read"));
    }

    @Test
    void aReaderIsWokenAndGoesOnWhenPagesCanBeReadAgain() throws Exception {
        assertThat(StoreFixture.bodies(stream)).isEqualTo(bodies);
        Path side = first.files.sidePath();
        byte[] records = Files.readAllBytes(side);
        first.mapping.drop();
        disk.watch((operation, path) -> {
            if (operation == Operation.MAPPED && path.equals(side)) {
                cut(path, SideFormat.HEADER_BYTES);
            }
            return true;
        });
        Semaphore woken = new Semaphore(0);
        try (LogReader reader = stream.reader(0, woken::release)) {
            assertThat(reader.advance()).isEqualTo(LogReader.Step.COLD);
            assertThat(woken.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(() -> stream.findDeferred(0, stream.endOffset(), (offset, count, dueMs) -> {}))
                    .isInstanceOf(LogException.class)
                    .hasMessageContaining("cannot be read");
            disk.watch((operation, path) -> true);
            Files.write(side, records); // the same file: its mappings show it
            for (String body : bodies) {
                assertThat(StoreFixture.step(reader, woken)).isEqualTo(LogReader.Step.MESSAGE);
                assertThat(StoreFixture.seen(reader).body()).isEqualTo(body);
            }
        }
    }

    @Test
    void whatAKillLeavesOfADeletedStreamIsNoLoss() throws Exception {
        Path streamFolder = first.files.sidePath().getParent();
        int segments = stream.segments().size();
        disk.watch((operation, path) -> {
            if (operation == Operation.DELETE && path.toString().endsWith(SegmentName.SIDE)) {
                throw new IOException("killed between two removals");
            }
            return true;
        });
        fixture.store.delete(1);
        await().until(() -> count(streamFolder, SegmentName.FRAMES) == 0);
        fixture.store.abandon();
        disk.watch((operation, path) -> true);
        assertThat(count(streamFolder, SegmentName.SIDE)).isGreaterThanOrEqualTo(segments);
        fixture.open();
        assertThat(fixture.store.damage()).isEmpty();
        assertThat(fixture.store.streams()).isEmpty();
        assertThat(count(streamFolder, SegmentName.SIDE)).isZero();
    }

    private static long count(Path where, String ending) throws IOException {
        return Disk.real().list(where).stream()
                .filter(file -> file.toString().endsWith(ending))
                .count();
    }
}
