package dev.chaski.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LogStoreTest {
    private static final Need NOTHING = new Need() {
        @Override
        public int needed(long firstOffset, long lastOffset) {
            return 0;
        }

        @Override
        public boolean isNeeded(long offset, long deferUntilMs) {
            return false;
        }
    };

    @TempDir
    Path folder;

    private StoreFixture fixture;
    private StreamLog stream;

    @BeforeEach
    void open() throws LogException {
        LogConfig config = new LogConfig(folder, StoreFixture.NODE, 5, 16 << 10, 256 << 10, 1 << 20, 0, 40, 0);
        fixture = new StoreFixture(config, Disk.real());
        stream = fixture.stream(1);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private void fill(int segments) throws LogException {
        MessageBatch batch = StoreFixture.batch("x".repeat(1000), "y".repeat(1000));
        for (int i = 0; i < 10_000 && stream.segments().size() < segments; i++) {
            stream.append(batch);
        }
    }

    private void sync() throws Exception {
        CompletableFuture<Boolean> synced = new CompletableFuture<>();
        stream.whenSynced(failure -> synced.complete(failure == null));
        assertThat(synced.get(20, TimeUnit.SECONDS)).isTrue();
    }

    private List<String> files(String where) throws IOException {
        Path path = folder.resolve(where);
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.map(f -> f.getFileName().toString()).toList();
        }
    }

    private List<String> segmentFiles() throws IOException {
        return files("streams/0000/0000000001");
    }

    @Test
    void anIdleStreamHoldsNoDescriptorAndNoMapAndGoesOnAfterwards() throws Exception {
        stream.append(StoreFixture.batch("a"));
        Semaphore woken = new Semaphore(0);
        try (LogReader reader = stream.reader(0, woken::release)) {
            assertThat(StoreFixture.step(reader, woken)).isEqualTo(LogReader.Step.MESSAGE);
            assertThat(StoreFixture.step(reader, woken)).isEqualTo(LogReader.Step.END);
            LogContext context = fixture.store.context();
            await().until(context.openPairs::count, n -> n == 1);

            fixture.nowMs.addAndGet(10_000);
            await().until(() -> {
                if (woken.tryAcquire()) {
                    assertThat(reader.advance()).isEqualTo(LogReader.Step.END);
                }
                return context.openPairs.count() == 0 && context.mapped.isEmpty();
            });

            stream.append(StoreFixture.batch("b"));
            assertThat(StoreFixture.step(reader, woken)).isEqualTo(LogReader.Step.MESSAGE);
            assertThat(StoreFixture.seen(reader).body()).isEqualTo("b");
        }
        assertThat(StoreFixture.bodies(stream)).containsExactly("a", "b");
    }

    @Test
    void aSealedSegmentThatWasReadHoldsNoDescriptor() throws Exception {
        fill(4);
        fixture.reopen();
        assertThat(StoreFixture.bodies(fixture.stream(1))).hasSizeGreaterThan(20);
        await().until(() -> fixture.store.context().openPairs.count() == 0); // though no time passes
    }

    @Test
    void aClockThatJumpedAheadAndBackKeepsNoStreamFromBeingIdle() throws Exception {
        fixture.nowMs.addAndGet(36_000_000);
        stream.append(StoreFixture.batch("a"));
        fixture.nowMs.addAndGet(-36_000_000);
        sync();
        await().until(() -> {
            fixture.nowMs.addAndGet(10_000);
            return fixture.store.context().openPairs.count() == 0;
        });
        stream.append(StoreFixture.batch("b"));
        List<StoreFixture.Seen> seen = StoreFixture.readAll(stream, 0);
        assertThat(seen.get(1).appendTimeMs()).isEqualTo(seen.get(0).appendTimeMs());
    }

    @Test
    void aClockThatJumpedAheadAndBackMakesNoLargerSegments() throws Exception {
        fixture.nowMs.addAndGet(36_000_000);
        stream.append(StoreFixture.batch("a"));
        fixture.nowMs.addAndGet(-36_000_000);
        MessageBatch batch = StoreFixture.batch("x".repeat(3000));
        for (int i = 0; i < 100; i++) {
            fixture.nowMs.addAndGet(6_000);
            stream.append(batch);
        }
        Segment last = stream.segments().last();
        assertThat(last.capacityBytes).isEqualTo(16 << 10);
    }

    @Test
    void freedSegmentsAreUsedAgain() throws Exception {
        fill(4);
        sync();
        stream.free(NOTHING);
        assertThat(stream.segments().size()).isEqualTo(1);
        await().until(() -> fixture.store.context().pool.bytes() > 0);

        long before = fixture.store.context().pool.bytes();
        fixture.stream(2).append(StoreFixture.batch("of another stream"));
        assertThat(fixture.store.context().pool.bytes()).isLessThan(before);
        assertThat(StoreFixture.bodies(fixture.stream(2))).containsExactly("of another stream");
        fixture.crash();
        assertThat(StoreFixture.bodies(fixture.stream(2))).containsExactly("of another stream");
        assertThat(fixture.store.context().pool.bytes()).isPositive();
        assertThat(fixture.store.damage()).isEmpty();
    }

    @Test
    void aSegmentIsNotReusedWhileARegionOfItIsRetained() throws Exception {
        stream.append(StoreFixture.batch("keep me"));
        Semaphore woken = new Semaphore(0);
        Region region;
        int position;
        try (LogReader reader = stream.reader(0, woken::release)) {
            assertThat(StoreFixture.step(reader, woken)).isEqualTo(LogReader.Step.MESSAGE);
            region = reader.region();
            position = reader.position();
            region.retain();
        }
        String file = segmentFiles().stream()
                .filter(f -> f.endsWith(".seg"))
                .findFirst()
                .orElseThrow();
        fill(3);
        sync();
        stream.free(NOTHING);
        fill(6);
        assertThat(segmentFiles()).contains(file);
        assertThat(region.bytes().get(position + 34)).isEqualTo((byte) 'k');
        region.release();
        await().until(() -> !segmentFiles().contains(file));
    }

    @Test
    void aHardLinkedSegmentIsNotWrittenOverWhenItIsFreed() throws Exception {
        stream.append(StoreFixture.batch("in the backup"));
        String file = segmentFiles().stream()
                .filter(f -> f.endsWith(".seg"))
                .findFirst()
                .orElseThrow();
        Path backup = Files.createLink(
                folder.resolve("backup"),
                folder.resolve("streams/0000/0000000001").resolve(file));
        fill(3);
        sync();
        byte[] before = Files.readAllBytes(backup);
        stream.free(NOTHING);
        fill(9);
        await().until(() -> !segmentFiles().contains(file));
        assertThat(Files.readAllBytes(backup)).isEqualTo(before);
    }

    @Test
    void theEndOfAStreamIsKnownAfterEverythingWasFreed() throws Exception {
        fill(3);
        sync();
        fixture.reopen();
        stream = fixture.stream(1);
        long end = stream.endOffset();
        stream.free(NOTHING);
        assertThat(stream.sizeBytes()).isEqualTo(SideFormat.HEADER_BYTES);
        assertThat(stream.endOffset()).isEqualTo(end);
        await().until(() -> segmentFiles().size() == 2);
        fixture.crash();
        stream = fixture.stream(1);
        assertThat(stream.endOffset()).isEqualTo(end);
        assertThat(StoreFixture.bodies(stream)).isEmpty();
        stream.free(NOTHING);
        assertThat(stream.segments().size()).isEqualTo(1);
        stream.append(StoreFixture.batch("later"));
        sync();
        stream.free(NOTHING);
        assertThat(StoreFixture.bodies(stream)).containsExactly("later");
        await().until(() -> segmentFiles().size() == 2);
        assertThat(fixture.store.damage()).isEmpty();
    }

    @Test
    void aDeletedStreamGivesItsFilesBackAndItsReadersFindTheEnd() throws Exception {
        fill(3);
        Semaphore woken = new Semaphore(0);
        try (LogReader reader = stream.reader(0, woken::release)) {
            assertThat(StoreFixture.step(reader, woken)).isEqualTo(LogReader.Step.MESSAGE);
            fixture.store.delete(1);
            LogReader.Step step;
            do {
                step = StoreFixture.step(reader, woken);
            } while (step == LogReader.Step.MESSAGE);
            assertThat(step).isEqualTo(LogReader.Step.END);
        }
        assertThat(fixture.store.streams()).isEmpty();
        await().until(() -> segmentFiles().isEmpty());
        StreamLog fresh = fixture.stream(1);
        assertThat(fresh.endOffset()).isZero();
        fresh.append(StoreFixture.batch("new"));
        assertThat(StoreFixture.bodies(fresh)).containsExactly("new");
    }

    @Test
    void aStreamThatRollsQuicklyGetsLargerSegmentsMadeAhead() throws LogException {
        for (int i = 0; i < 3000; i++) {
            stream.append(StoreFixture.batch("z".repeat(1000)));
        }
        Segment last = stream.segments().last();
        assertThat(last.capacityBytes).isEqualTo(256 << 10);
        assertThat(StoreFixture.readAll(stream, 0)).hasSize(3000);
    }

    @Test
    void aCallbackIsToldWhenTheStoreWasClosedBeforeIt() throws Exception {
        stream.append(StoreFixture.batch("a"));
        fixture.store.close();
        CompletableFuture<LogException> told = new CompletableFuture<>();
        stream.whenSynced(told::complete);
        assertThat(told.get(10, TimeUnit.SECONDS).kind()).isEqualTo(LogException.Kind.CLOSED);
        fixture.open();
    }

    @Test
    void aRegionMayBeReleasedAfterTheStoreWasClosed() throws Exception {
        stream.append(StoreFixture.batch("late"));
        Semaphore woken = new Semaphore(0);
        LogReader reader = stream.reader(0, woken::release);
        assertThat(StoreFixture.step(reader, woken)).isEqualTo(LogReader.Step.MESSAGE);
        Region region = reader.region();
        region.retain();
        fixture.store.close();
        assertThat(region.bytes().get(reader.position() + 34)).isEqualTo((byte) 'l');
        reader.close();
        region.release();
        fixture.open();
    }

    @Test
    void aFileInThePlaceOfAStreamIsSetAsideAndTheOthersAreServed() throws Exception {
        stream.append(StoreFixture.batch("a"));
        fixture.store.close();
        Files.writeString(folder.resolve("streams/0000/0000000002"), "what is this");
        fixture.open();
        assertThat(StoreFixture.bodies(fixture.stream(1))).containsExactly("a");
        assertThat(fixture.store.damage()).hasSize(1);
        fixture.stream(2).append(StoreFixture.batch("b"));
        assertThat(StoreFixture.bodies(fixture.stream(2))).containsExactly("b");
    }
}
