package dev.chaski.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.chaski.log.faults.FailingDisk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StreamLogFaultTest {
    private static final int NEVER_MS = 3_600_000;

    @TempDir
    Path folder;

    private final FailingDisk disk = new FailingDisk(Disk.real());
    private StoreFixture fixture;
    private StreamLog stream;

    @BeforeEach
    void open() throws LogException {
        open(NEVER_MS, 0);
    }

    private void open(int syncIntervalMs, long lowWaterBytes) throws LogException {
        LogConfig config = new LogConfig(
                folder, StoreFixture.NODE, syncIntervalMs, 64 << 10, 64 << 10, 1 << 20, lowWaterBytes, 60_000, 0);
        fixture = new StoreFixture(config, disk);
        stream = fixture.stream(1);
    }

    @AfterEach
    void close() {
        disk.setRoomBytes(Long.MAX_VALUE);
        fixture.close();
    }

    private LogException synced() throws Exception {
        CompletableFuture<LogException> told = new CompletableFuture<>();
        stream.whenSynced(told::complete);
        return told.get(20, TimeUnit.SECONDS);
    }

    @Test
    void aFailedWritePublishesNothingAndTheNextOneGoesOn() throws Exception {
        stream.append(StoreFixture.batch("a"));
        for (int skip = 0; skip < 2; skip++) { // first the frames, then the records
            long end = stream.endOffset();
            disk.failWriteAfter(skip);
            assertThatThrownBy(() -> stream.append(StoreFixture.batch("lost")))
                    .isInstanceOfSatisfying(
                            LogException.class, e -> assertThat(e.kind()).isEqualTo(LogException.Kind.IO))
                    .hasMessageContaining(folder.toString());
            assertThat(stream.endOffset()).isEqualTo(end);
            assertThat(fixture.store.unhealthy()).isNotNull();
            stream.append(StoreFixture.batch("b" + skip));
        }
        assertThat(StoreFixture.bodies(stream)).containsExactly("a", "b0", "b1");
        await().untilAsserted(() -> assertThat(fixture.store.unhealthy()).isNull());
        fixture.crash();
        assertThat(StoreFixture.bodies(fixture.stream(1))).containsExactly("a", "b0", "b1");
        assertThat(fixture.store.damage()).isEmpty();
    }

    @Test
    void aFullDiskRefusesAndWorksAgainWhenThereIsRoom() throws Exception {
        List<String> expected = new ArrayList<>();
        disk.setRoomBytes(200 << 10);
        LogException refused = null;
        for (int i = 0; i < 1000 && refused == null; i++) {
            String body = i + "-" + "x".repeat(1000);
            try {
                stream.append(StoreFixture.batch(body));
                expected.add(body);
            } catch (LogException e) {
                refused = e;
            }
        }
        assertThat(refused).isNotNull();
        assertThat(refused.kind()).isEqualTo(LogException.Kind.FULL);
        assertThat(fixture.store.unhealthy()).isNotNull();
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> stream.append(StoreFixture.batch("y".repeat(20_000))))
                    .isInstanceOfSatisfying(
                            LogException.class, e -> assertThat(e.kind()).isEqualTo(LogException.Kind.FULL));
        }
        assertThat(StoreFixture.bodies(stream)).isEqualTo(expected);

        disk.setRoomBytes(10 << 20);
        stream.append(StoreFixture.batch("again"));
        expected.add("again");
        assertThat(StoreFixture.bodies(stream)).isEqualTo(expected);
        await().untilAsserted(() -> assertThat(fixture.store.unhealthy()).isNull());
        fixture.crash();
        assertThat(StoreFixture.bodies(fixture.stream(1))).isEqualTo(expected);
    }

    @Test
    void aStoreOpensOnADiskWithoutAByteLeftAndGrantsNoIdUntilThereIsRoom() throws Exception {
        stream.append(StoreFixture.batch("before"));
        long before = stream.endOffset();
        disk.setRoomBytes(0);
        fixture.crash();
        stream = fixture.stream(1);
        assertThat(StoreFixture.bodies(stream)).containsExactly("before");
        assertThat(fixture.store.unhealthy()).contains("disk is full");
        assertThatThrownBy(() -> stream.append(StoreFixture.batch("refused")))
                .isInstanceOfSatisfying(
                        LogException.class, e -> assertThat(e.kind()).isEqualTo(LogException.Kind.FULL));
        disk.setRoomBytes(10 << 20);
        await().untilAsserted(() -> assertThat(fixture.store.unhealthy()).isNull());
        stream.append(StoreFixture.batch("after"));
        assertThat(stream.endOffset()).isGreaterThan(before + (1 << 20));
        assertThat(StoreFixture.bodies(stream)).containsExactly("before", "after");
    }

    @Test
    void belowTheLowWaterMarkAppendsAreRefusedInTime() throws Exception {
        fixture.close();
        disk.setRoomBytes(10 << 20);
        open(5, 1 << 20);
        stream.append(StoreFixture.batch("a"));
        disk.setRoomBytes(512 << 10);
        await().untilAsserted(() -> assertThat(fixture.store.unhealthy()).contains("disk full"));
        assertThatThrownBy(() -> stream.append(StoreFixture.batch("b")))
                .isInstanceOfSatisfying(
                        LogException.class, e -> assertThat(e.kind()).isEqualTo(LogException.Kind.FULL));
        disk.setRoomBytes(10 << 20);
        await().untilAsserted(() -> assertThat(fixture.store.unhealthy()).isNull());
        stream.append(StoreFixture.batch("c"));
        assertThat(StoreFixture.bodies(stream)).containsExactly("a", "c");
    }

    @Test
    void aFailedFsyncIsToldToThoseWhoWaitAndTheSegmentIsLeft() throws Exception {
        for (int skip = 0; skip < 2; skip++) {
            stream.append(StoreFixture.batch("before" + skip));
            disk.failSyncAfter(skip);
            assertThat(synced()).isNotNull();
            assertThat(fixture.store.unhealthy()).contains("cannot sync");
            long broken = stream.endOffset();
            stream.append(StoreFixture.batch("after" + skip));
            assertThat(stream.endOffset() >>> 20).isGreaterThan(broken >>> 20);
            assertThat(synced()).isNull();
            assertThat(fixture.store.unhealthy()).isNull();
        }
        assertThat(StoreFixture.bodies(stream)).containsExactly("before0", "after0", "before1", "after1");
        fixture.crash();
        assertThat(StoreFixture.bodies(fixture.stream(1))).containsExactly("before0", "after0", "before1", "after1");
    }

    @Test
    void whoWaitsOnlyAfterTheFsyncFailedIsToldToo() throws Exception {
        stream.append(StoreFixture.batch("a"));
        assertThat(synced()).isNull();
        stream.append(StoreFixture.batch("b"));
        disk.failSyncAfter(0);
        stream.sync().run(); // as the interval does it: nobody waits
        assertThat(synced()).hasMessageContaining("fsync failed before");
        stream.append(StoreFixture.batch("c"));
        assertThat(synced()).isNull();
    }
}
