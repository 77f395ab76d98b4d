package dev.chaski.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chaski.wire.MessageId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class StreamLogTest {
    @TempDir
    Path folder;

    private StoreFixture fixture;
    private StreamLog stream;

    @BeforeEach
    void open() throws LogException {
        fixture = new StoreFixture(folder);
        stream = fixture.stream(1);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aStreamWithoutMessagesEndsAtZeroAndMakesNoFile() {
        assertThat(stream.endOffset()).isZero();
        assertThat(stream.firstOffset()).isZero();
        assertThat(StoreFixture.readAll(stream, 0)).isEmpty();
        assertThat(folder.resolve("streams/0000")).doesNotExist();
    }

    @Test
    void whatIsAppendedIsReadInOrderWithDenseOffsets() throws LogException {
        stream.append(StoreFixture.batch("a", "", "ccc"));
        stream.append(StoreFixture.batch("d"));

        List<StoreFixture.Seen> seen = StoreFixture.readAll(stream, 0);

        assertThat(seen).extracting(StoreFixture.Seen::body).containsExactly("a", "", "ccc", "d");
        long first = seen.getFirst().offset();
        assertThat(MessageId.index(first)).isZero();
        assertThat(seen).extracting(StoreFixture.Seen::offset).containsExactly(first, first + 1, first + 2, first + 3);
        assertThat(stream.firstOffset()).isEqualTo(first);
        assertThat(stream.endOffset()).isEqualTo(first + 4);
    }

    @Test
    void aBatchCanBeAppendedAgainAndAddedTo() throws LogException {
        MessageBatch batch = StoreFixture.batch("a");
        stream.append(batch);
        StoreFixture.add(batch, "b", 0);
        stream.append(batch);
        batch.clear();
        StoreFixture.add(batch, "c", 0);
        stream.append(batch);

        assertThat(StoreFixture.bodies(stream)).containsExactly("a", "a", "b", "c");
    }

    @Test
    void aReaderSeesWhatIsAppendedLater() throws LogException {
        Semaphore woken = new Semaphore(0);
        try (LogReader reader = stream.reader(0, woken::release)) {
            assertThat(StoreFixture.step(reader, woken)).isEqualTo(LogReader.Step.END);
            for (int i = 0; i < 5; i++) {
                stream.append(StoreFixture.batch("m" + i));
                assertThat(StoreFixture.step(reader, woken)).isEqualTo(LogReader.Step.MESSAGE);
                assertThat(StoreFixture.seen(reader).body()).isEqualTo("m" + i);
                assertThat(StoreFixture.step(reader, woken)).isEqualTo(LogReader.Step.END);
            }
        }
    }

    @Test
    void messagesKeepTheTimeTheyAreDeferredTo() throws LogException {
        MessageBatch batch = new MessageBatch(16);
        for (int i = 0; i < 600; i++) {
            StoreFixture.add(batch, "m" + i, i / 100 % 2 == 0 ? 0 : 5000 + i / 100);
        }
        stream.append(batch);

        List<StoreFixture.Seen> seen = StoreFixture.readAll(stream, 0);
        assertThat(seen).hasSize(600);
        for (int i = 0; i < 600; i++) {
            assertThat(seen.get(i).body()).isEqualTo("m" + i);
            assertThat(seen.get(i).deferUntilMs()).isEqualTo(i / 100 % 2 == 0 ? 0 : 5000 + i / 100);
        }
        List<String> deferred = new ArrayList<>();
        long first = seen.getFirst().offset();
        stream.findDeferred(
                first + 150, first + 349, (from, count, due) -> deferred.add((from - first) + "+" + count + "@" + due));
        assertThat(deferred).containsExactly("150+50@5001", "300+50@5003");
    }

    @Test
    void aClosedStoreOpensWithEverythingAndGoesOnInANewBlock() throws LogException {
        stream.append(StoreFixture.batch("a", "b"));
        fixture.stream(300).append(StoreFixture.batch("x"));
        long end = stream.endOffset();

        fixture.reopen();

        assertThat(fixture.store.streams()).containsExactly(1, 300);
        stream = fixture.stream(1);
        assertThat(stream.endOffset()).isEqualTo(end);
        stream.append(StoreFixture.batch("c"));
        assertThat(StoreFixture.bodies(stream)).containsExactly("a", "b", "c");
        assertThat(StoreFixture.bodies(fixture.stream(300))).containsExactly("x");
        assertThat(MessageId.block(stream.endOffset())).isGreaterThan(MessageId.block(end));
        assertThat(stream.messageCount(0, Long.MAX_VALUE)).isEqualTo(3);
        assertThat(fixture.store.damage()).isEmpty();
    }

    @Test
    void aKilledStoreOpensWithEverything() throws LogException {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            stream.append(StoreFixture.batch("m" + i, "x".repeat(i)));
            expected.add("m" + i);
            expected.add("x".repeat(i));
        }

        fixture.crash();

        stream = fixture.stream(1);
        assertThat(StoreFixture.bodies(stream)).isEqualTo(expected);
        assertThat(stream.messageCount(0, Long.MAX_VALUE)).isEqualTo(1000);
        assertThat(fixture.store.damage()).isEmpty();
    }

    @Test
    void aBatchLargerThanASegmentGetsOneOfItsOwn() throws LogException {
        stream.append(StoreFixture.batch("small"));
        stream.append(StoreFixture.batch("y".repeat(600_000), "z".repeat(600_000)));
        stream.append(StoreFixture.batch("after"));

        assertThat(StoreFixture.bodies(stream))
                .containsExactly("small", "y".repeat(600_000), "z".repeat(600_000), "after");
    }

    @Test
    void whenSyncedTellsAfterTheFsync() throws Exception {
        stream.append(StoreFixture.batch("a"));
        CompletableFuture<LogException> told = new CompletableFuture<>();
        stream.whenSynced(told::complete);
        assertThat(told.get(10, TimeUnit.SECONDS)).isNull();
    }

    @Test
    void messageCountIsExactOverSegments() throws LogException {
        List<Long> offsets = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            stream.append(StoreFixture.batch("q".repeat(400), "r"));
        }
        StoreFixture.readAll(stream, 0).forEach(seen -> offsets.add(seen.offset()));
        assertThat(stream.segments().size()).isGreaterThan(1);
        for (int i = 0; i < offsets.size(); i += 7) {
            assertThat(stream.messageCount(offsets.get(i), stream.endOffset())).isEqualTo(600 - i);
            assertThat(stream.messageCount(0, offsets.get(i))).isEqualTo(i);
        }
    }

    @Test
    void seekFindsEveryOffsetAndTheNextOneInGaps() throws LogException {
        for (int i = 0; i < 200; i++) {
            stream.append(StoreFixture.batch("a" + i, "bb" + i, "c".repeat(i)));
        }
        fixture.reopen();
        stream = fixture.stream(1);
        stream.append(StoreFixture.batch("last"));
        List<StoreFixture.Seen> all = StoreFixture.readAll(stream, 0);
        Semaphore woken = new Semaphore(0);
        try (LogReader reader = stream.reader(0, woken::release)) {
            for (int i = all.size() - 1; i >= 0; i -= 5) {
                reader.seek(all.get(i).offset());
                assertThat(StoreFixture.step(reader, woken)).isEqualTo(LogReader.Step.MESSAGE);
                assertThat(StoreFixture.seen(reader)).isEqualTo(all.get(i));
            }
            reader.seek(all.get(599).offset() + 1);
            assertThat(StoreFixture.step(reader, woken)).isEqualTo(LogReader.Step.MESSAGE);
            assertThat(StoreFixture.seen(reader).body()).isEqualTo("last");
            reader.seek(stream.endOffset());
            assertThat(StoreFixture.step(reader, woken)).isEqualTo(LogReader.Step.END);
        }
    }

    @Test
    void anEmptyBatchIsRefused() {
        assertThatThrownBy(() -> stream.append(new MessageBatch(16))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSecondStoreOnTheFolderIsToldWhoHoldsIt() {
        assertThatThrownBy(() -> LogStore.open(fixture.config, Disk.real(), () -> 0))
                .isInstanceOfSatisfying(
                        LogException.class, e -> assertThat(e.kind()).isEqualTo(LogException.Kind.LOCKED))
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("pid " + ProcessHandle.current().pid());
    }
}
