package dev.chaski.engine;

import java.nio.ByteBuffer;

/**
 * Writes what changed of a channel's cursor since the last time, in as many parts as it takes: only the last part counts
 * the others in, since a read offset without all the unsettled messages below it would lose them. Confined to the
 * channel's loop.
 */
final class CursorWriter {
    private final int topic;
    private final int channel;
    private final Unsettled unsettled;
    private final FarDeferrals far;
    private final OffsetRanges passed;
    /** At first, so that parts of a movement that a killed process left behind do not count as parts of this one. */
    private boolean isFullWanted = true;

    private boolean isMidway;
    private long writtenReadOffset;

    CursorWriter(int topic, int channel, Backlog backlog) {
        this(topic, channel, backlog.pending.unsettled, backlog.far, backlog.passed, backlog.readOffset());
    }

    CursorWriter(int topic, int channel, Unsettled unsettled, FarDeferrals far, OffsetRanges passed, long readOffset) {
        this.topic = topic;
        this.channel = channel;
        this.unsettled = unsettled;
        this.far = far;
        this.passed = passed;
        this.writtenReadOffset = readOffset;
    }

    boolean isDirty(long readOffset) {
        return isFullWanted || isMidway || readOffset != writtenReadOffset || unsettled.isDirty();
    }

    /** Makes the next write say everything: what was written before is lost or to be dropped. */
    void wantFull() {
        isFullWanted = true;
        isMidway = false;
        unsettled.markAllDirty();
    }

    /** What was known before no longer counts and is already durable: the channel was emptied up to an offset. */
    void restart(long readOffset) {
        isFullWanted = false;
        isMidway = false;
        writtenReadOffset = readOffset;
    }

    /**
     * Writes a part.
     *
     * @return true where that was the last one; false where the buffer is too full to go on
     */
    boolean write(ByteBuffer target, int epoch, long readOffset) {
        OffsetRanges ahead = passed.after(readOffset);
        int spare = far.sizeBytes() + ahead.sizeBytes();
        int room = target.remaining() - ChangeFormat.FIELDS_OFFSET - CursorFormat.HEAD_BYTES - spare;
        if (room < CursorFormat.CHUNK_BYTES_MAX) {
            return false;
        }
        int start = ChangeFormat.begin(target, ChangeFormat.MOVE_CURSOR);
        int headAt = target.position();
        target.position(headAt + CursorFormat.HEAD_BYTES);
        int chunks = 0;
        while (unsettled.isDirty() && target.remaining() - spare >= CursorFormat.CHUNK_BYTES_MAX) {
            long key = unsettled.pollDirtyKey();
            CursorFormat.writeChunk(target, key, unsettled.chunk(key));
            chunks++;
        }
        boolean isLast = !unsettled.isDirty();
        if (isLast) {
            far.write(target);
        }
        if (isLast && !ahead.isEmpty()) {
            ahead.write(target);
        }
        int flags = flags(isLast, ahead);
        int after = target.position();
        new CursorFormat.Head(topic, channel, epoch, flags, readOffset, chunks).write(target.position(headAt));
        ChangeFormat.end(target.position(after), start);
        isFullWanted = false;
        isMidway = !isLast;
        if (isLast) {
            writtenReadOffset = readOffset;
        }
        return isLast;
    }

    private int flags(boolean isLast, OffsetRanges ahead) {
        int full = isFullWanted ? CursorFormat.FLAG_FULL : 0;
        int last = CursorFormat.FLAG_FAR | (ahead.isEmpty() ? 0 : CursorFormat.FLAG_PASSED);
        return full | (isLast ? last : CursorFormat.FLAG_MORE);
    }
}
