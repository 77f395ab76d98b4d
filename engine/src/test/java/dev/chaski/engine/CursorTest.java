package dev.chaski.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chaski.log.LogException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
class CursorTest {
    private static final int TOPIC = 3;
    private static final int CHANNEL = 9;

    static java.util.stream.LongStream seeds() {
        return Seeds.seeds();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aReplayKnowsWhatTheLastCompleteWriteKnew(long seed) {
        Random random = new Random(seed);
        Unsettled unsettled = new Unsettled(new ChunkPool(false));
        CursorWriter writer = new CursorWriter(TOPIC, CHANNEL, unsettled, new FarDeferrals(0), OffsetRanges.NONE, 0);
        Cursor cursor = new Cursor(0);
        long readOffset = 0;
        Map<Long, String> written = Map.of();
        for (int step = 0; step < 80; step++) {
            readOffset = change(random, unsettled, readOffset);
            if (random.nextInt(20) == 0) {
                writer.wantFull();
            }
            boolean isComplete = false;
            for (int parts = random.nextInt(1, 8); parts > 0 && !isComplete; parts--) {
                isComplete = writeAndReplay(random, writer, cursor, readOffset);
            }
            if (isComplete) {
                written = state(unsettled);
                assertThat(cursor.readOffset()).isEqualTo(readOffset);
            }
            assertThat(state(cursor)).as("seed %d step %d", seed, step).isEqualTo(written);
        }
    }

    /** The bytes drawn at {@link CursorFormat}, so that folders of earlier versions open. */
    @Test
    void aChunkOf1024OffsetsIsOneEntryAfterTheOtherOnDisk() {
        Unsettled unsettled = new Unsettled(new ChunkPool(false));
        put(unsettled, 5 * 1024 + 3, Span.IN_FLIGHT, 1, 0);
        put(unsettled, 5 * 1024 + 64, Span.WAITING, 7, 0);
        put(unsettled, 5 * 1024 + 1023, Span.DEFERRED, 2, 99);
        ByteBuffer bytes = ByteBuffer.allocate(CursorFormat.CHUNK_BYTES_MAX);

        CursorFormat.writeChunk(bytes, 5, unsettled.chunk(5));

        ByteBuffer expected = ByteBuffer.allocate(CursorFormat.CHUNK_BYTES_MAX);
        expected.putLong(5).putShort((short) 3);
        expected.putShort((short) 3);
        expected.putShort((short) (1 << 10 | 64)).putShort((short) 7);
        expected.putShort((short) (2 << 10 | 1023)).putShort((short) 2).putLong(99);
        assertThat(bytes.flip()).isEqualTo(expected.flip());
    }

    private static void put(Unsettled unsettled, long offset, byte state, int attempts, long timeMs) {
        Span span = unsettled.touch(offset);
        int slot = Span.slotOf(offset);
        span.set(slot, state);
        span.attempts[slot] = (char) attempts;
        span.timeMs[slot] = timeMs;
    }

    @Test
    void whatAnEmptiedChannelSaidBeforeNoLongerCounts() throws LogException {
        Unsettled unsettled = new Unsettled(new ChunkPool(false));
        unsettled.touch(5).set(5, Span.WAITING);
        CursorWriter writer = new CursorWriter(TOPIC, CHANNEL, unsettled, new FarDeferrals(0), OffsetRanges.NONE, 0);
        ByteBuffer late = ByteBuffer.allocate(1 << 16);
        assertThat(writer.write(late, 0, 10)).isTrue();
        Recovery recovery = new Recovery();
        replay(recovery, new Change.CreateTopic(TOPIC, "orders"));
        replay(recovery, new Change.CreateChannel(TOPIC, CHANNEL, "billing", 0));
        replay(recovery, new Change.EmptyChannel(TOPIC, CHANNEL, 1, 20));

        recovery.record(1, late.flip());

        Cursor cursor = recovery.topics().get(TOPIC).channels().get(CHANNEL).cursor;
        assertThat(cursor.readOffset()).isEqualTo(20);
        assertThat(state(cursor)).isEmpty();
    }

    /** Killed in the middle of a movement in parts: the next process knows nothing of them, nor must those after it. */
    @Test
    void partsThatAKilledProcessLeftDoNotJoinTheFirstMovementOfTheNext() {
        Cursor first = new Cursor(0);
        Unsettled before = new Unsettled(new ChunkPool(false));
        put(before, 5, Span.WAITING, 1, 0);
        CursorWriter writer = new CursorWriter(TOPIC, CHANNEL, before, new FarDeferrals(0), OffsetRanges.NONE, 0);
        ByteBuffer whole = ByteBuffer.allocate(1 << 16);
        assertThat(writer.write(whole, 0, 10)).isTrue();
        for (int chunk = 0; chunk < 12; chunk++) {
            put(before, chunk * 1024L + 7, Span.WAITING, 3, 0);
        }
        ByteBuffer torn = ByteBuffer.allocate(CursorFormat.CHUNK_BYTES_MAX + 100);
        assertThat(writer.write(torn, 0, 20_000)).isFalse();
        replay(first, whole);
        replay(first, torn);
        assertThat(state(first)).isEqualTo(Map.of(5L, "1/0"));

        Unsettled after = new Unsettled(new ChunkPool(false));
        put(after, 20, Span.WAITING, 2, 0);
        put(after, 3000, Span.WAITING, 2, 0);
        CursorWriter next = new CursorWriter(TOPIC, CHANNEL, after, first.far(), OffsetRanges.NONE, 10);
        ByteBuffer movement = ByteBuffer.allocate(1 << 16);
        assertThat(next.write(movement, 0, 3001)).isTrue();
        replay(first, movement);

        assertThat(state(first)).isEqualTo(Map.of(20L, "2/0", 3000L, "2/0"));
    }

    @Test
    void aChangeOfANewerVersionIsRefusedAsOne() {
        ByteBuffer bytes = ByteBuffer.allocate(ChangeFormat.BYTES_MAX);
        ChangeFormat.write(bytes, new Change.DeleteTopic(2));
        bytes.put(ChangeFormat.VERSION_OFFSET, (byte) (ChangeFormat.VERSION + 1));
        assertThatThrownBy(() -> new Recovery().record(7, bytes.flip()))
                .isInstanceOfSatisfying(
                        LogException.class, e -> assertThat(e.kind()).isEqualTo(LogException.Kind.NEWER_FORMAT))
                .hasMessageContaining("generation 7")
                .hasMessageContaining("version 2");
    }

    @Test
    void everyChangeReadsBackAsItWasWritten() {
        List<Change> changes = List.of(
                new Change.CreateTopic(1, "a.topic-with_all#ephemeral"),
                new Change.DeleteTopic(2),
                new Change.PauseTopic(3, true, 1L << 53),
                new Change.ReleaseTopic(4, 77),
                new Change.EmptyTopic(4, 5, 1L << 53),
                new Change.CreateChannel(5, 6, "c".repeat(64), 99),
                new Change.DeleteChannel(7, 8),
                new Change.PauseChannel(9, 10, false),
                new Change.EmptyChannel(11, 12, 13, 14));
        for (Change change : changes) {
            ByteBuffer bytes = ByteBuffer.allocate(ChangeFormat.BYTES_MAX);
            ChangeFormat.write(bytes, change);
            bytes.flip();
            byte type = bytes.get(ChangeFormat.TYPE_OFFSET);
            assertThat(bytes.getInt(ChangeFormat.LENGTH_OFFSET))
                    .isEqualTo(bytes.remaining() - ChangeFormat.FIELDS_OFFSET);
            ByteBuffer fields = bytes.position(ChangeFormat.FIELDS_OFFSET);
            assertThat(ChangeFormat.read(type, fields)).isEqualTo(change);
        }
    }

    private static void replay(Cursor cursor, ByteBuffer written) {
        ByteBuffer bytes = written.flip().position(ChangeFormat.FIELDS_OFFSET);
        cursor.move(CursorFormat.Head.read(bytes), bytes);
    }

    private static void replay(Recovery recovery, Change change) throws LogException {
        ByteBuffer bytes = ByteBuffer.allocate(ChangeFormat.BYTES_MAX);
        ChangeFormat.write(bytes, change);
        recovery.record(1, bytes.flip());
    }

    private static long change(Random random, Unsettled unsettled, long from) {
        long readOffset = from;
        for (int i = random.nextInt(200); i > 0; i--) {
            long offset = readOffset;
            readOffset += 1 + (random.nextInt(50) == 0 ? random.nextInt(5000) : 0);
            Span span = unsettled.touch(offset);
            int slot = Span.slotOf(offset);
            span.set(slot, (byte) (1 + random.nextInt(3)));
            span.attempts[slot] = (char) random.nextInt(4);
            span.timeMs[slot] = random.nextLong(1, 1L << 50);
        }
        for (int i = random.nextInt(250); i > 0 && readOffset > 0; i--) {
            long offset = random.nextLong(Math.max(0, readOffset - 8000), readOffset);
            Span span = unsettled.at(offset);
            if (span != null) {
                unsettled.settle(span, Span.slotOf(offset));
            }
        }
        return readOffset;
    }

    private static boolean writeAndReplay(Random random, CursorWriter writer, Cursor cursor, long readOffset) {
        ByteBuffer bytes = ByteBuffer.allocate(CursorFormat.CHUNK_BYTES_MAX + 100 + random.nextInt(20_000));
        boolean isComplete = writer.write(bytes, 0, readOffset);
        bytes.flip().position(ChangeFormat.FIELDS_OFFSET);
        cursor.move(CursorFormat.Head.read(bytes), bytes);
        assertThat(bytes.hasRemaining()).isFalse();
        return isComplete;
    }

    private static Map<Long, String> state(Unsettled unsettled) {
        Map<Long, String> state = new TreeMap<>();
        for (Chunk chunk : unsettled.chunks()) {
            chunk.forEachUnsettled((slot, span, spanSlot) -> {
                long due = span.state[spanSlot] == Span.DEFERRED ? span.timeMs[spanSlot] : 0;
                state.put(chunk.key() << Chunk.OFFSET_BITS | slot, (int) span.attempts[spanSlot] + "/" + due);
            });
        }
        return state;
    }

    private static Map<Long, String> state(Cursor cursor) {
        Map<Long, String> state = new TreeMap<>();
        cursor.forEachUnsettled((offset, attempts, dueMs) -> state.put(offset, attempts + "/" + dueMs));
        return state;
    }
}
