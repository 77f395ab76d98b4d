package dev.chaski.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ColdStoreTest {
    private static final int SEGMENT_BYTES = 1 << 20;
    private static final int COLD_AFTER_MS = 100_000;

    @TempDir
    Path folder;

    private StoreFixture fixture;
    private StreamLog stream;

    @BeforeEach
    void open() throws LogException {
        LogConfig config = new LogConfig(
                folder, StoreFixture.NODE, 5, SEGMENT_BYTES, SEGMENT_BYTES, 4 << 20, 0, 20, COLD_AFTER_MS);
        fixture = new StoreFixture(config, Disk.real());
        stream = fixture.stream(1);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private List<StoreFixture.Seen> fill(int segments) throws LogException {
        for (int i = 0; i < segments * 1000; i++) {
            stream.append(StoreFixture.batch(i + " lorem ipsum dolor".repeat(60)));
        }
        return StoreFixture.readAll(stream, 0);
    }

    private void passTime() {
        fixture.nowMs.addAndGet(2 * COLD_AFTER_MS);
    }

    /** Until all but the segment that is written to are compressed, and only that. */
    private void awaitCold() {
        await().untilAsserted(() -> {
            passTime(); // again and again: what is still mapped counts as used until it is not
            int last = stream.segments().last().isSealed() ? 0 : 1;
            assertThat(files(".zst")).hasSize(stream.segments().size() - last);
            assertThat(inStream(".seg")).hasSizeLessThanOrEqualTo(last + 1); // one may be made ready
        });
    }

    @Test
    void whatNobodyReadsIsCompressedAndReadAgainWhole() throws Exception {
        List<StoreFixture.Seen> all = fill(3);
        for (int round = 0; round < 2; round++) { // the second time only the expanded copy has to go
            awaitCold();
            assertThat(inStream(".zst"))
                    .allSatisfy(file -> assertThat(Files.size(file)).isLessThan(SEGMENT_BYTES / 5));
            assertThat(StoreFixture.readAll(stream, 0)).isEqualTo(all);
            assertThat(inStream(".seg")).hasSizeGreaterThan(2);
        }
        fixture.crash();
        stream = fixture.stream(1);
        assertThat(inStream(".seg"))
                .as("expanded copies are not believed after a crash")
                .hasSizeLessThan(3);
        assertThat(StoreFixture.readAll(stream, 0)).isEqualTo(all);
        assertThat(fixture.store.damage()).isEmpty();
    }

    @Test
    void whatIsReadStaysExpanded() throws Exception {
        List<StoreFixture.Seen> all = fill(3);
        Semaphore woken = new Semaphore(0);
        try (LogReader reader = stream.reader(0, woken::release)) {
            assertThat(StoreFixture.step(reader, woken)).isEqualTo(LogReader.Step.MESSAGE);
            await().until(() -> {
                passTime();
                return stream.segments().get(1).mapping.isCold();
            });
            assertThat(StoreFixture.seen(reader)).isEqualTo(all.getFirst());
            assertThat(stream.segments().get(0).mapping.isCold()).isFalse();
        }
    }

    @Test
    void aDamagedBlockCostsItsOwnMessagesOnly() throws Exception {
        List<StoreFixture.Seen> all = fill(2);
        awaitCold();
        Path first = inStream(".zst").getFirst();
        try (DiskFile file = Disk.real().open(first)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(one, 200);
            file.write(one.put(0, (byte) (one.get(0) ^ 8)).flip(), 200);
        }

        List<StoreFixture.Seen> left = StoreFixture.readAll(stream, 0);

        assertThat(all).containsAll(left);
        assertThat(all.size() - left.size()).isBetween(100, ColdFormat.BLOCK_RAW / 1000);
        assertThat(fixture.store.damage())
                .anySatisfy(line -> assertThat(line).contains(first.toString()).contains("damaged"));
    }

    @Test
    void aCutOrForeignFileIsToldAndHarmsNothingElse() throws Exception {
        List<StoreFixture.Seen> all = fill(3);
        awaitCold();
        List<Path> cold = inStream(".zst");
        Files.write(cold.get(0), "not ours".getBytes(StandardCharsets.US_ASCII));

        List<StoreFixture.Seen> left = StoreFixture.readAll(stream, 0);

        long secondBlock = stream.segments().get(1).firstOffset();
        assertThat(left)
                .isEqualTo(all.stream().filter(s -> s.offset() >= secondBlock).toList());
        assertThat(fixture.store.damage()).anySatisfy(line -> assertThat(line).contains("its head makes no sense"));
    }

    @Test
    void whatDoesNotGetSmallerIsLeftAlone() throws Exception {
        Random random = new Random(3);
        byte[] noise = new byte[8000];
        for (int i = 0; i < 300; i++) {
            random.nextBytes(noise);
            MessageBatch batch = new MessageBatch(64);
            batch.add(ByteBuffer.wrap(noise), 0, noise.length, 0);
            stream.append(batch);
        }
        int segments = stream.segments().size();
        fixture.reopen();
        stream = fixture.stream(1);
        await().until(() -> {
            passTime();
            for (int i = 0; i < segments; i++) {
                if (stream.segments().get(i).mapping.mayBeFrozen(1)) {
                    return false;
                }
            }
            return true;
        });
        assertThat(files(".zst")).isEmpty();
        assertThat(files(".new")).isEmpty();
        assertThat(StoreFixture.readAll(stream, 0)).hasSize(300);
    }

    @Test
    void freedColdSegmentsLeaveNothingBehind() throws Exception {
        List<StoreFixture.Seen> all = fill(3);
        awaitCold();
        long last = all.getLast().offset();
        stream.free(new Need() {
            @Override
            public int needed(long firstOffset, long lastOffset) {
                return lastOffset < last ? 0 : ALL;
            }

            @Override
            public boolean isNeeded(long offset, long deferUntilMs) {
                return offset >= last;
            }
        });
        await().untilAsserted(() -> assertThat(files(".zst")).isEmpty());
        assertThat(StoreFixture.readAll(stream, 0).getLast()).isEqualTo(all.getLast());
    }

    @Test
    void aCompressedFileWithoutItsSideFileIsSetAside() throws Exception {
        fill(2);
        awaitCold();
        fixture.store.abandon();
        Path cold = inStream(".zst").getFirst();
        Files.delete(Path.of(cold.toString().replace(".zst", ".idx")));

        fixture.open();

        assertThat(fixture.store.damage())
                .singleElement()
                .asString()
                .contains("side file is missing")
                .contains("quarantine");
        stream = fixture.stream(1);
    }

    private List<Path> files(String ending) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    private List<Path> inStream(String ending) throws IOException {
        return files(ending).stream()
                .filter(file -> file.startsWith(folder.resolve("streams")))
                .toList();
    }
}
