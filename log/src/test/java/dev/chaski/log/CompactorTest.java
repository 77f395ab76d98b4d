package dev.chaski.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.log.faults.FailingDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CompactorTest {
    private static final int SEGMENT_BYTES = 256 << 10;

    @TempDir
    Path folder;

    private final FailingDisk disk = new FailingDisk(Disk.real());
    private StoreFixture fixture;
    private StreamLog stream;

    @BeforeEach
    void open() throws LogException {
        LogConfig config =
                new LogConfig(folder, StoreFixture.NODE, 5, SEGMENT_BYTES, SEGMENT_BYTES, 1 << 20, 0, 60_000, 0);
        fixture = new StoreFixture(config, disk);
        stream = fixture.stream(1);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    /** Needs these offsets and everything from a floor on. */
    private record Wanted(Set<Long> offsets, long floor) implements Need {
        @Override
        public int needed(long firstOffset, long lastOffset) {
            return lastOffset >= floor
                    ? ALL
                    : (int) offsets.stream()
                            .filter(o -> o >= firstOffset && o <= lastOffset)
                            .count();
        }

        @Override
        public boolean isNeeded(long offset, long deferUntilMs) {
            return offset >= floor || offsets.contains(offset);
        }
    }

    /** Fills some segments, none of which ends so early that it is not worth compacting, with messages of all sorts. */
    private List<StoreFixture.Seen> fill(Random random) throws Exception {
        long bytes = 0;
        while (bytes < 4L * SEGMENT_BYTES) {
            MessageBatch batch = new MessageBatch(64);
            int length = random.nextInt(400);
            boolean uniform = random.nextBoolean();
            for (int i = 1 + random.nextInt(random.nextInt(5) == 0 ? 100 : 20); i > 0; i--) {
                long due = random.nextInt(30) == 0 ? fixture.nowMs.get() + random.nextInt(1000) : 0;
                StoreFixture.add(batch, "m" + "y".repeat(uniform ? length : random.nextInt(400)), due);
            }
            fixture.nowMs.addAndGet(random.nextInt(20));
            stream.append(batch);
            bytes += batch.sizeBytes();
        }
        sync();
        return StoreFixture.readAll(stream, 0);
    }

    private void sync() throws Exception {
        CompletableFuture<LogException> told = new CompletableFuture<>();
        stream.whenSynced(told::complete);
        assertThat(told.get(20, TimeUnit.SECONDS)).isNull();
    }

    private static Set<Long> some(Random random, List<StoreFixture.Seen> all, int oneIn) {
        return all.stream()
                .map(StoreFixture.Seen::offset)
                .filter(offset -> random.nextInt(oneIn) == 0)
                .collect(Collectors.toSet());
    }

    private static List<StoreFixture.Seen> only(List<StoreFixture.Seen> all, Wanted wanted) {
        return all.stream()
                .filter(seen -> wanted.isNeeded(seen.offset(), seen.deferUntilMs()))
                .toList();
    }

    private void freeUntilOnly(List<StoreFixture.Seen> expected, Need need) {
        await().untilAsserted(() -> {
            stream.free(need);
            assertThat(StoreFixture.readAll(stream, 0)).isEqualTo(expected);
        });
    }

    @Test
    void sparseSegmentsKeepExactlyTheNeededMessagesWithTheirOffsets() throws Exception {
        for (int round = 0; round < 5; round++) {
            Random random = new Random(Seeds.next("compaction"));
            List<StoreFixture.Seen> all = fill(random);
            long floor = all.getLast().offset() >>> 20 << 20; // the segment that is being written
            Wanted wanted = new Wanted(some(random, all, 15 + random.nextInt(200)), floor);
            long end = stream.endOffset();
            long sizeBefore = stream.sizeBytes();

            freeUntilOnly(only(all, wanted), wanted);

            assertThat(stream.sizeBytes()).isLessThan(sizeBefore / 2 + SEGMENT_BYTES);
            assertThat(stream.endOffset()).isEqualTo(end);
            fixture.crash();
            stream = fixture.stream(1);
            assertThat(StoreFixture.readAll(stream, 0)).isEqualTo(only(all, wanted));
            assertThat(stream.endOffset()).isEqualTo(end);
            assertThat(fixture.store.damage()).isEmpty();
            sync(); // else what the crash left may not be freed yet
            stream.free(new Wanted(Set.of(), Long.MAX_VALUE));
        }
    }

    @Test
    void aReaderOfARecoveredSegmentGoesOnInItWhenItIsCompacted() throws Exception {
        fixture.close();
        int size = 6 * SegmentLoader.WINDOW_BYTES;
        fixture = new StoreFixture(new LogConfig(folder, StoreFixture.NODE, 5, size, size, 0, 0, 60_000, 0), disk);
        stream = fixture.stream(1);
        for (int i = 0; i < 5500; i++) {
            stream.append(StoreFixture.batch(i + "z".repeat(4000)));
        }
        fixture.crash();
        stream = fixture.stream(1);
        stream.append(StoreFixture.batch("the next segment"));
        long floor = stream.endOffset() - 1;
        Semaphore woken = new Semaphore(0);
        try (LogReader reader = stream.reader(0, woken::release)) {
            assertThat(StoreFixture.step(reader, woken)).isEqualTo(LogReader.Step.MESSAGE);
            Wanted wanted = new Wanted(Set.of(reader.offset()), floor);
            await().untilAsserted(() -> {
                stream.free(wanted);
                assertThat(files("-1.seg")).hasSize(1);
            });
            stream.free(new Wanted(Set.of(), floor));
            for (int i = 1; i <= 5500; i++) {
                assertThat(StoreFixture.step(reader, woken)).as("message %s", i).isEqualTo(LogReader.Step.MESSAGE);
            }
            assertThat(reader.offset()).isEqualTo(floor);
        }
    }

    @Test
    void aCompactedSegmentIsCompactedAgainWhenStillLessIsNeeded() throws Exception {
        fixture.close();
        int size = 8 << 20; // else what is left is not worth a second time
        fixture = new StoreFixture(new LogConfig(folder, StoreFixture.NODE, 5, size, size, 0, 0, 60_000, 0), disk);
        stream = fixture.stream(1);
        for (int i = 0; i < 3000; i++) {
            stream.append(StoreFixture.batch(i + "z".repeat(4000)));
        }
        List<StoreFixture.Seen> all = StoreFixture.readAll(stream, 0);
        long floor = all.getLast().offset() >>> 20 << 20;
        Wanted first = wantedOneIn(5, all, floor);
        Wanted second = wantedOneIn(50, all, floor);

        freeUntilOnly(only(all, first), first);
        assertThat(files("-1.seg")).hasSize(1);
        freeUntilOnly(only(all, second), second);

        assertThat(files("-2.seg")).hasSize(1);
        fixture.crash();
        assertThat(StoreFixture.readAll(fixture.stream(1), 0)).isEqualTo(only(all, second));
    }

    private static Wanted wantedOneIn(int part, List<StoreFixture.Seen> all, long floor) {
        return new Wanted(
                all.stream()
                        .map(StoreFixture.Seen::offset)
                        .filter(offset -> offset % part == 0)
                        .collect(Collectors.toSet()),
                floor);
    }

    @Test
    void whoReadsTheOldFilesGoesOnToTheEnd() throws Exception {
        Random random = new Random(Seeds.next("reader during compaction"));
        List<StoreFixture.Seen> all = fill(random);
        long floor = all.getLast().offset() >>> 20 << 20;
        Wanted wanted = new Wanted(some(random, all, 100), floor);
        Semaphore woken = new Semaphore(0);
        try (LogReader reader = stream.reader(0, woken::release)) {
            assertThat(StoreFixture.step(reader, woken)).isEqualTo(LogReader.Step.MESSAGE);
            List<StoreFixture.Seen> seen = new ArrayList<>(List.of(StoreFixture.seen(reader)));
            freeUntilOnly(only(all, wanted), wanted);
            while (StoreFixture.step(reader, woken) == LogReader.Step.MESSAGE) {
                seen.add(StoreFixture.seen(reader));
            }
            long firstBlock = all.getFirst().offset() >>> 20;
            assertThat(seen)
                    .isEqualTo(all.stream()
                            .filter(s ->
                                    s.offset() >>> 20 == firstBlock || wanted.isNeeded(s.offset(), s.deferUntilMs()))
                            .toList());
        }
    }

    @Test
    void wherePartOfARewriteWasLeftByACrashTheOldSegmentIsServed() throws Exception {
        List<StoreFixture.Seen> all = fill(new Random(5));
        Path old = files("-0.seg").getFirst();
        String later = old.toString().replace("-0.seg", "-1");
        fixture.store.abandon();
        Files.write(Path.of(later + ".seg"), new byte[100]);
        Files.write(Path.of(later + ".idx.new"), new byte[100]);

        fixture.open();
        stream = fixture.stream(1);

        assertThat(StoreFixture.readAll(stream, 0)).isEqualTo(all);
        assertThat(fixture.store.damage()).isEmpty();
        assertThat(files("-1.seg")).isEmpty();
        assertThat(files(".new")).isEmpty();
    }

    @Test
    void aFullDiskLeavesTheSegmentAsItIs() throws Exception {
        List<StoreFixture.Seen> all = fill(new Random(6));
        long floor = all.getLast().offset() >>> 20 << 20;
        Wanted wanted = new Wanted(some(new Random(7), all, 10), floor);
        disk.setRoomBytes(0);
        stream.free(wanted);
        await().untilAsserted(() -> assertThat(files(".new")).isEmpty());
        assertThat(StoreFixture.readAll(stream, 0)).isEqualTo(all);
        disk.setRoomBytes(100 << 20);
    }

    @Test
    void aSegmentThatCouldNotBeCompactedIsTriedAgainAfterAWhile() throws Exception {
        List<StoreFixture.Seen> all = fill(new Random(10));
        long floor = all.getLast().offset() >>> 20 << 20;
        Wanted wanted = new Wanted(Set.of(all.get(5).offset(), all.get(50).offset()), floor);
        Segment first = stream.segments().get(0);
        Compactor compactor = new Compactor(fixture.store.context(), 50);
        disk.setRoomBytes(0);
        Semaphore mayBegin = new Semaphore(0);
        fixture.store.context().rewrite(mayBegin::acquireUninterruptibly);
        compactor.offer(stream, first, wanted, 2);
        assertThat(first.compactBelow).isLessThan(2);
        mayBegin.release();
        await().until(() -> first.compactBelow > 2);
        assertThat(files("-1.seg")).isEmpty();
        disk.setRoomBytes(100 << 20);
        await().until(() -> {
            compactor.offer(stream, first, wanted, 2);
            return stream.segments().get(0) != first;
        });
        assertThat(StoreFixture.readAll(stream, 0)).containsAll(only(all, wanted));
    }

    @Test
    void aCompactedSegmentCountsThoughTheOldOneCouldNotBeMarkedAsFreed() throws Exception {
        List<StoreFixture.Seen> all = fill(new Random(9));
        Set<Long> wanted = Set.of(all.get(5).offset(), all.get(50).offset());
        Segment first = stream.segments().get(0);
        List<StoreFixture.Seen> expected = all.stream()
                .filter(seen -> seen.offset() >= first.endOffset() || wanted.contains(seen.offset()))
                .toList();
        Segment fresh = fixture.store.context().compactor.compact(first, new Wanted(wanted, first.endOffset()));
        assertThat(fresh).isNotNull();
        disk.failSyncAfter(0);
        stream.freeing().replace(first, fresh);
        assertThat(StoreFixture.readAll(stream, 0)).isEqualTo(expected);
        fixture.crash();
        assertThat(StoreFixture.readAll(fixture.stream(1), 0)).isEqualTo(expected);
        assertThat(fixture.store.damage()).isEmpty();
    }

    @Test
    void damageIsNotCompactedAway() throws Exception {
        List<StoreFixture.Seen> all = fill(new Random(8));
        Path first = files("-0.seg").getFirst();
        fixture.crash();
        try (DiskFile file = Disk.real().open(first)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(one, 40);
            file.write(one.put(0, (byte) (one.get(0) ^ 1)).flip(), 40);
        }
        stream = fixture.stream(1);
        Set<Long> wanted = Set.of(all.getFirst().offset());
        Segment segment = stream.segments().get(0);
        assertThat(fixture.store.context().compactor.compact(segment, new Wanted(wanted, Long.MAX_VALUE)))
                .isNull();
        assertThat(files("-1.seg")).isEmpty();
        assertThat(files(".new")).isEmpty();
    }

    private List<Path> files(String ending) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("streams"))) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }
}
