package dev.chaski.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.log.faults.LossyDisk;
import dev.chaski.log.faults.WatchedDisk;
import dev.chaski.log.faults.WatchedDisk.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nobody is told that a message is safe before it is. */
@Timeout(60)
class StreamLogSyncTest {
    private static final int NEVER_MS = 3_600_000;
    private static final int ROLLS = 4_000;

    @TempDir
    Path folder;

    private final WatchedDisk disk = new WatchedDisk();

    private static LogConfig config(Path data, int syncIntervalMs, int segmentBytes) {
        return new LogConfig(
                data, StoreFixture.NODE, syncIntervalMs, segmentBytes, segmentBytes, 64 << 20, 0, 60_000, 0);
    }

    private static @Nullable LogException synced(StreamLog stream) throws Exception {
        CompletableFuture<@Nullable LogException> told = new CompletableFuture<>();
        stream.whenSynced(told::complete);
        return told.get(20, TimeUnit.SECONDS);
    }

    @Test
    void whatAKilledProcessLeftIsCalledSyncedOnlyWhenItIs() throws Exception {
        List<String> bodies = IntStream.range(0, 10).mapToObj(i -> "m" + i).toList();
        long first = Seeds.next("power cut in the second life");
        for (long seed = first; seed < first + 5; seed++) {
            Path place = Files.createDirectory(folder.resolve(Long.toString(seed)));
            LossyDisk lossy = new LossyDisk(Files.createDirectory(place.resolve("graveyard")));
            LogConfig config = config(place.resolve("data"), NEVER_MS, 16 << 10);
            StoreFixture fixture = new StoreFixture(config, lossy);
            for (String body : bodies) {
                fixture.stream(1).append(StoreFixture.batch(body));
            }
            fixture.crash(); // no fsync has reached a byte of it
            assertThat(synced(fixture.stream(1))).isNull();
            String lost = lossy.powerCut(seed);
            fixture.store.abandon();
            try (StoreFixture again = new StoreFixture(config, Disk.real())) {
                assertThat(StoreFixture.bodies(again.stream(1))).as(lost).isEqualTo(bodies);
            }
        }
    }

    @Test
    void whatAKilledProcessLeftIsSyncedWithinTheIntervalAndNotReadAgainByTheNextStart() throws Exception {
        try (StoreFixture fixture = new StoreFixture(config(folder, 5, 16 << 10), disk)) {
            fixture.stream(1).append(StoreFixture.batch("a"));
            fixture.crash();
            Segment found = fixture.stream(1).segments().get(0);
            assertThat(found.isSealed()).isTrue();
            await().until(found.checkpoints::isSettled);
            fixture.crash();
            assertThat(fixture.stream(1).segments().get(0).checkpoints.isSettled())
                    .isTrue();
            assertThat(StoreFixture.bodies(fixture.stream(1))).containsExactly("a");
        }
    }

    @Test
    void nobodyIsToldBeforeTheFsyncWhileASegmentRolls() throws Exception {
        disk.watch((operation, path) -> operation != Operation.SYNC); // else the two threads hardly meet
        Queue<Long> early = new ConcurrentLinkedQueue<>();
        AtomicInteger told = new AtomicInteger();
        try (StoreFixture fixture = new StoreFixture(config(folder, NEVER_MS, 4 << 10), disk)) {
            StreamLog stream = fixture.stream(1);
            fixture.store.context().syncer.stop(); // this thread is the sync thread
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> roll(stream, early, told));
            while (!writing.isDone()) {
                stream.sync().run();
            }
            writing.join();
            stream.sync().run();
        }
        assertThat(told).hasValue(ROLLS);
        assertThat(early).isEmpty();
    }

    /** Each append goes to a segment of its own. */
    private static void roll(StreamLog stream, Queue<Long> early, AtomicInteger told) {
        MessageBatch batch = StoreFixture.batch("y".repeat(3000));
        try {
            for (int i = 0; i < ROLLS; i++) {
                stream.append(batch);
                long offset = stream.endOffset() - 1;
                stream.whenSynced(failure -> {
                    told.incrementAndGet();
                    Segment in = stream.segments().seek(offset);
                    if (failure == null
                            && in != null
                            && in.firstOffset() <= offset
                            && in.records() > 0 // else it has been freed meanwhile, and only its number stands
                            && in.checkpoints.syncedRecords() == 0) {
                        early.add(offset);
                    }
                });
                if (i % 200 == 0) {
                    stream.free(needFrom(offset));
                }
            }
        } catch (LogException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Need needFrom(long floor) {
        return new Need() {
            @Override
            public int needed(long firstOffset, long lastOffset) {
                return lastOffset < floor ? 0 : ALL;
            }

            @Override
            public boolean isNeeded(long offset, long deferUntilMs) {
                return offset >= floor;
            }
        };
    }

    @Test
    void aSealedSegmentThatCannotBeOpenedIsSyncedLater() throws Exception {
        try (StoreFixture fixture = new StoreFixture(config(folder, NEVER_MS, 4 << 10), disk)) {
            StreamLog stream = fixture.stream(1);
            stream.append(StoreFixture.batch("y".repeat(3000)));
            stream.append(StoreFixture.batch("z".repeat(3000)));
            Segment first = stream.segments().get(0);
            await().until(first.mapping::isMapped); // by a thread that opens the files for it
            first.files.closeIfUnused();
            assertThat(first.files.areOpen()).isFalse();
            disk.watch((operation, path) -> {
                if (operation == Operation.OPEN && path.equals(first.files.framesPath())) {
                    throw new IOException("Input/output error");
                }
                return true;
            });
            for (int i = 0; i < 3; i++) {
                assertThat(synced(stream)).hasMessageContaining("Input/output error");
            }
            disk.watch((operation, path) -> true);
            assertThat(synced(stream)).isNull();
            assertThat(first.checkpoints.isBroken()).isFalse();
            assertThat(first.checkpoints.isSettled()).isTrue();
        }
    }

    @Test
    void aSegmentThatCouldNotBeOpenedIsTriedAgainThoughNobodyWaits() throws Exception {
        AtomicInteger refused = new AtomicInteger();
        try (StoreFixture fixture = new StoreFixture(config(folder, NEVER_MS, 16 << 10), disk)) {
            fixture.stream(1).append(StoreFixture.batch("a"));
            fixture.config = config(folder, 5, 16 << 10);
            fixture.store.abandon();
            disk.watch((operation, path) -> {
                boolean isSync = Thread.currentThread().getName().equals("chaski-log-sync");
                if (operation == Operation.OPEN && isSync && refused.getAndIncrement() < 3) {
                    throw new IOException("Input/output error");
                }
                return true;
            });
            fixture.open();
            await().until(fixture.stream(1).segments().get(0).checkpoints::isSettled);
            assertThat(refused).hasValueGreaterThan(3);
            assertThat(fixture.store.unhealthy()).isNull();
        }
    }

    @Test
    void theChangeLogIsSyncedHoweverOftenSomebodyWaitsForAStream() throws Exception {
        AtomicInteger changeSyncs = new AtomicInteger();
        AtomicBoolean stop = new AtomicBoolean();
        disk.watch((operation, path) -> {
            if (operation == Operation.SYNC && path.getParent().endsWith("changes")) {
                changeSyncs.incrementAndGet();
            }
            return true;
        });
        try (StoreFixture fixture = new StoreFixture(config(folder, 5, 16 << 10), disk)) {
            ChangeLog changes = fixture.store.changes();
            changes.replay((generation, record) -> {});
            StreamLog stream = fixture.stream(1);
            stream.append(StoreFixture.batch("a"));
            waitAgainAndAgain(stream, stop);
            try {
                for (int i = 0; i < 5; i++) {
                    int before = changeSyncs.get();
                    changes.append(ByteBuffer.wrap(new byte[] {1}));
                    await().until(() -> changeSyncs.get() > before);
                }
            } finally {
                stop.set(true);
            }
        }
    }

    /** As a producer does that publishes the next message when the one before is safe. */
    private static void waitAgainAndAgain(StreamLog stream, AtomicBoolean stop) {
        stream.whenSynced(new Consumer<>() {
            @Override
            public void accept(@Nullable LogException failure) {
                if (!stop.get()) {
                    stream.whenSynced(this);
                }
            }
        });
    }
}
