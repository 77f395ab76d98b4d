package dev.chaski.engine;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a cursor movement: the fields of change type 9. Each named chunk replaces what was known of it; a chunk
 * without entries has nothing unsettled. A full movement replaces all that was known of the channel. A movement whose
 * flags say that more follows counts only together with those up to the first that does not say so.
 *
 * <pre>
 *  flags: 1 full, 2 more follows, 16 far deferrals stand at the end, 8 ranges to pass over stand after them,
 *         4 far deferrals by segment stand there instead: no longer written
 *
 *  topic (32)  channel (32)  epoch (32)  flags (8)  read offset (64)  chunks (32)
 *  then for each chunk:  key (64)  entries (16)
 *  then for each entry:  slot (16: kind in the upper 6 bits, slot in the lower 10)
 *      kind 0  delivered once
 *      kind 1  attempts (16)
 *      kind 2  attempts (16)  due (64, milliseconds since 1970)
 *  far deferrals:  watermark (64)  offset from which on a new range begins (64)  ranges (32)
 *                  then for each:  first offset (64)  first offset after it (64)  settled until (64)
 *                                  count (32)  first due (64)
 *  by segment:     watermark (64)  floor offset (64)  segments (32)
 *                  then for each:  block (64)  count (32)  first due (64)
 *  ranges to pass over:  ranges (32)
 *                  then for each:  first offset (64)  first offset after it (64)
 * </pre>
 */
final class CursorFormat {
    static final int FLAG_FULL = 1;
    static final int FLAG_MORE = 2;
    static final int FLAG_FAR_BLOCKS = 4;
    static final int FLAG_PASSED = 8;
    static final int FLAG_FAR = 16;
    /** Fields before the chunks. */
    static final int HEAD_BYTES = 25;
    /** The most that one chunk takes. */
    static final int CHUNK_BYTES_MAX = 10 + Chunk.SLOTS * 12;

    static final int KIND_DELIVERED_ONCE = 0;
    static final int KIND_ATTEMPTS = 1;
    static final int KIND_DEFERRED = 2;

    private static final int KIND_SHIFT = Chunk.OFFSET_BITS;
    private static final int SLOT_MASK = Chunk.SLOTS - 1;

    private CursorFormat() {}

    /** The fields before the chunks. */
    record Head(int topic, int channel, int epoch, int flags, long readOffset, int chunkCount) {
        void write(ByteBuffer target) {
            target.putInt(topic).putInt(channel).putInt(epoch);
            target.put((byte) flags).putLong(readOffset).putInt(chunkCount);
        }

        boolean isFull() {
            return (flags & FLAG_FULL) != 0;
        }

        boolean hasFar() {
            return (flags & FLAG_FAR) != 0;
        }

        boolean hasFarBlocks() {
            return (flags & FLAG_FAR_BLOCKS) != 0;
        }

        boolean hasPassed() {
            return (flags & FLAG_PASSED) != 0;
        }

        boolean hasMore() {
            return (flags & FLAG_MORE) != 0;
        }

        static Head read(ByteBuffer source) {
            int topic = source.getInt();
            int channel = source.getInt();
            int epoch = source.getInt();
            byte flags = source.get();
            return new Head(topic, channel, epoch, flags, source.getLong(), source.getInt());
        }
    }

    /** Takes the entries of a chunk that is read. */
    interface Entries {
        /**
         * One unsettled message.
         *
         * @param offset its offset
         * @param attempts deliveries so far
         * @param dueMs when it is due, 0 where it is not deferred
         */
        void unsettled(long offset, int attempts, long dueMs);
    }

    /** Writes a chunk, or that there is none. */
    static void writeChunk(ByteBuffer target, long key, @Nullable Chunk chunk) {
        target.putLong(key);
        int countAt = target.position();
        target.putShort((short) 0);
        if (chunk == null) {
            return;
        }
        chunk.forEachUnsettled((slot, span, spanSlot) -> writeEntry(target, slot, span, spanSlot));
        target.putShort(countAt, (short) chunk.unsettledCount());
    }

    /** Reads a chunk's entries after its key. */
    static void readEntries(ByteBuffer source, long key, Entries entries) {
        int count = source.getShort() & 0xFFFF;
        for (int i = 0; i < count; i++) {
            int word = source.getShort() & 0xFFFF;
            int kind = word >>> KIND_SHIFT;
            int attempts = kind == KIND_DELIVERED_ONCE ? 1 : source.getShort() & 0xFFFF;
            long dueMs = kind == KIND_DEFERRED ? source.getLong() : 0;
            entries.unsettled(key << Chunk.OFFSET_BITS | (word & SLOT_MASK), attempts, dueMs);
        }
    }

    private static void writeEntry(ByteBuffer target, int slot, Span span, int spanSlot) {
        int attempts = span.attempts[spanSlot];
        if (span.state[spanSlot] == Span.DEFERRED) {
            putSlot(target, KIND_DEFERRED, slot).putShort((short) attempts).putLong(span.timeMs[spanSlot]);
        } else if (attempts == 1) {
            putSlot(target, KIND_DELIVERED_ONCE, slot);
        } else {
            putSlot(target, KIND_ATTEMPTS, slot).putShort((short) attempts);
        }
    }

    private static ByteBuffer putSlot(ByteBuffer target, int kind, int slot) {
        return target.putShort((short) (kind << KIND_SHIFT | slot));
    }
}
