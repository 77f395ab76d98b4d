package dev.chaski.log;

import dev.chaski.wire.FrameFormat;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one stream in order of offset, never beyond its published end. Owned by one thread. Never blocks on the disk:
 * what is not mapped, not in memory or not yet verified is loaded by another thread, and {@link #advance} says COLD
 * until it is there.
 */
public final class LogReader implements AutoCloseable {
    /** What {@link LogReader#advance} found. */
    public enum Step {
        /** The reader stands on a message. */
        MESSAGE,
        /** Nothing more is published. */
        END,
        /** The next message is being loaded; the reader's wake-up runs when it is there. */
        COLD
    }

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final StreamLog stream;
    private final SegmentLoader loader;
    private final Runnable wake;
    private volatile boolean askedToLetGo;

    // Where it is: a segment and the next of its records. No mapping: the segment is looked for by the target.
    private @Nullable Segment segment;
    private @Nullable Mapping mapping;
    private @Nullable Mapping left; // the one before, kept until the next record: its last messages may be on the way
    private SegmentLoader.@Nullable Window window;
    private ByteBuffer frames = NOTHING;
    private ByteBuffer side = NOTHING;
    private int next;
    private long target; // no message before this offset is wanted
    private boolean atEnd;

    // The open record and the message.
    private boolean uniform; // all frames of the record have the same length
    private int rest; // messages of the record after the current one
    private long offset = -1;
    private int position;
    private int frameBytes;
    private long deferUntilMs;
    private long appendTimeMs;

    LogReader(StreamLog stream, SegmentLoader loader, long offset, Runnable wake) {
        this.stream = stream;
        this.loader = loader;
        this.wake = wake;
        this.target = offset;
    }

    /**
     * Moves to the next existing message. Damaged batches are quarantined and passed over.
     *
     * @return what it found
     */
    public Step advance() {
        if (rest > 0) {
            rest--;
            offset++;
            position += frameBytes;
            if (!uniform) { // else their memory is not touched: a cache miss costs more than all the rest
                frameBytes = frames.getInt(position) + FrameFormat.SIZE_BYTES;
            }
            return Step.MESSAGE;
        }
        return advanceRecord();
    }

    private Step advanceRecord() {
        releaseLeft();
        Step step;
        do {
            step = tryRecord();
        } while (step == null);
        atEnd = step == Step.END;
        return step;
    }

    /** One attempt at the next record; null where another is worth while. */
    private @Nullable Step tryRecord() {
        Segment in = segment;
        Mapping mapped = mapping;
        if (in == null || mapped == null) {
            return enter();
        }
        if (next >= in.records()) {
            return endOfRecords(in, mapped);
        }
        if (!mapped.isReady(next)) {
            return cold(in, Math.max(target, next == 0 ? in.firstOffset() : mapped.endOffset(next - 1)));
        }
        loadAhead(in, mapped);
        return open(in, next++) ? Step.MESSAGE : null;
    }

    /** Finds the segment of the target; null where the reader is in it now. */
    private @Nullable Step enter() {
        if (stream.isDeleted()) {
            return Step.END;
        }
        Segment found = stream.segments().seek(target);
        if (found == null || target >= found.endOffset()) {
            return Step.END; // an idle segment is not mapped for nothing
        }
        Mapping mapped = found.mapping.tryAcquire();
        if (mapped == null) {
            return cold(found, target);
        }
        segment = found;
        mapping = mapped;
        frames = mapped.bytes();
        side = mapped.side();
        next = target <= found.firstOffset() ? 0 : mapped.find(target, found.records());
        return null;
    }

    private @Nullable Step endOfRecords(Segment in, Mapping mapped) {
        if (!in.isSealed()) {
            letGoWhenAsked(in, mapped);
            return Step.END;
        }
        if (next < in.records()) {
            return null; // came just before the seal
        }
        Segment following = stream.isDeleted() ? null : stream.segments().after(in);
        if (following == null) {
            letGoWhenAsked(in, mapped);
            return Step.END;
        }
        target = Math.max(target, following.firstOffset());
        leave();
        return null;
    }

    /** Lets an idle stream be unmapped: not at the first END, since messages before it may be on their way. */
    private void letGoWhenAsked(Segment in, Mapping mapped) {
        if (askedToLetGo && atEnd) {
            askedToLetGo = false;
            target = Math.max(target, next == 0 ? in.firstOffset() : mapped.endOffset(next - 1));
            leave();
            releaseLeft();
        }
    }

    private Step cold(Segment in, long fromOffset) {
        SegmentLoader.Window loading = window;
        if (loading == null || loading.segment != in || loading.isDone() || !loading.wakeWhenDone()) {
            window = loader.load(in, mapping, fromOffset, true, wake);
        }
        return Step.COLD;
    }

    /** Has the next window loaded while the reader is in the middle of this one. */
    private void loadAhead(Segment in, Mapping mapped) {
        SegmentLoader.Window loaded = window;
        if (loaded == null || loaded.segment != in || !loaded.isDone() || next < (loaded.begin + loaded.end) >>> 1) {
            return;
        }
        if (loaded.end < Math.min(in.records(), mapped.readyFrom())) {
            window = loader.load(in, mapped, mapped.endOffset(loaded.end - 1), false, wake);
        } else if (in.isSealed()) {
            Segment following = stream.segments().after(in);
            window = following == null || following.mapping.isMapped()
                    ? null
                    : loader.load(following, null, following.firstOffset(), false, wake);
        }
    }

    /** Opens a record; false where it holds nothing that is wanted. */
    private boolean open(Segment in, int record) {
        int at = Mapping.recordAt(record);
        int count = side.getShort(at + SideFormat.COUNT_AT);
        long first = side.getLong(at + SideFormat.FIRST_OFFSET_AT);
        if (first + count <= target || count == 0 || in.isBad(record)) {
            return false;
        }
        rest = count - 1;
        offset = first;
        position = (int) side.getLong(at + SideFormat.POSITION_AT);
        uniform = (side.get(at + SideFormat.FLAGS_AT) & SideFormat.FLAG_UNIFORM) != 0;
        frameBytes = uniform
                ? side.getInt(at + SideFormat.LENGTH_AT) / count
                : frames.getInt(position) + FrameFormat.SIZE_BYTES;
        deferUntilMs = side.getLong(at + SideFormat.DEFER_AT);
        appendTimeMs = side.getLong(at + SideFormat.TIME_AT);
        if (first < target) {
            skip((int) (target - first));
        }
        return true;
    }

    private void skip(int messages) {
        rest -= messages;
        offset += messages;
        if (uniform) {
            position += messages * frameBytes;
            return;
        }
        for (int i = 0; i < messages; i++) {
            position += frameBytes;
            frameBytes = frames.getInt(position) + FrameFormat.SIZE_BYTES;
        }
    }

    /**
     * Makes the next {@link #advance} move to the first existing message at or after an offset.
     *
     * @param newTarget where to go
     */
    public void seek(long newTarget) {
        Segment in = segment;
        Mapping mapped = mapping;
        target = newTarget;
        rest = 0;
        atEnd = false;
        if (in == null || mapped == null) {
            return;
        }
        if (newTarget < in.firstOffset() || newTarget > in.endOffset()) {
            leave();
        } else {
            next = mapped.find(newTarget, in.records());
        }
    }

    private void leave() {
        releaseLeft();
        left = mapping;
        mapping = null;
        segment = null;
        frames = NOTHING;
        side = NOTHING;
        rest = 0;
    }

    private void releaseLeft() {
        if (left != null) {
            left.release();
            left = null;
        }
    }

    /** Asks the reader to give its mapping back when it is at the end for the second time. Any thread. */
    void askToLetGo() {
        askedToLetGo = true;
        wake.run();
    }

    /** Runs the wake-up. Any thread. */
    void wakeUp() {
        wake.run();
    }

    /**
     * The offset of the message that the reader stands on.
     *
     * @return its offset
     */
    public long offset() {
        return offset;
    }

    /**
     * The segment of the message that the reader stands on. The reader itself retains it until the second
     * {@link #advance}, {@link #seek} or close after it moved to another segment, or past the end, so that a run of
     * messages can still be handed on when the move shows.
     *
     * @return the segment
     */
    public Region region() {
        Mapping mapped = mapping;
        if (mapped == null) {
            throw new IllegalStateException("the reader stands on no message");
        }
        return mapped;
    }

    /**
     * Where the frame of the message begins in {@link #region}.
     *
     * @return index of its first byte
     */
    public int position() {
        return position;
    }

    /**
     * Length of the whole frame, size field included.
     *
     * @return bytes
     */
    public int frameBytes() {
        return frameBytes;
    }

    /**
     * Until when the message was deferred by its producer.
     *
     * @return milliseconds since 1970, or 0
     */
    public long deferUntilMs() {
        return deferUntilMs;
    }

    /**
     * When the message's batch was appended; never decreases within a stream.
     *
     * @return milliseconds since 1970
     */
    public long appendTimeMs() {
        return appendTimeMs;
    }

    @Override
    public void close() {
        stream.forget(this);
        leave();
        releaseLeft();
    }
}
