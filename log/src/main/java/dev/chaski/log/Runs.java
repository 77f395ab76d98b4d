package dev.chaski.log;

import dev.chaski.wire.FrameFormat;
import java.util.BitSet;

/** Walks over the runs of adjacent needed messages of a segment, each within one record. Owned by one thread. */
final class Runs {
    private final Segment segment;
    private final Mapping mapping;
    private final BitSet needed;

    private int record = -1;
    private int at;
    private int count; // messages of the record
    private int index; // of the next message of the record
    private int framePosition; // of that message
    private boolean uniform;
    private long firstOffset;
    private int runCount;
    private int runPosition;
    private int runLength;

    /**
     * Runs of a segment.
     *
     * @param needed bit i stands for the block's message i
     */
    Runs(Segment segment, Mapping mapping, BitSet needed) {
        this.segment = segment;
        this.mapping = mapping;
        this.needed = needed;
    }

    /** Moves to the next run; false at the end. */
    boolean next() {
        while (true) {
            skip();
            if (index < count) {
                take();
                return true;
            }
            if (record + 1 >= segment.records()) {
                return false;
            }
            open(record + 1);
        }
    }

    private void open(int next) {
        record = next;
        at = Mapping.recordAt(next);
        count = mapping.side().getShort(at + SideFormat.COUNT_AT);
        firstOffset = mapping.side().getLong(at + SideFormat.FIRST_OFFSET_AT);
        framePosition = (int) mapping.side().getLong(at + SideFormat.POSITION_AT);
        uniform = (mapping.side().get(at + SideFormat.FLAGS_AT) & SideFormat.FLAG_UNIFORM) != 0;
        int bit = (int) (firstOffset - segment.firstOffset());
        int bitNeeded = needed.nextSetBit(bit);
        index = bitNeeded < 0 || bitNeeded >= bit + count ? count : 0; // frames of a record without any are not touched
    }

    private void skip() {
        while (index < count && !isNeeded()) {
            framePosition += frameBytes();
            index++;
        }
    }

    private void take() {
        runPosition = framePosition;
        runCount = 0;
        while (index < count && isNeeded()) {
            framePosition += frameBytes();
            index++;
            runCount++;
        }
        runLength = framePosition - runPosition;
    }

    private boolean isNeeded() {
        return needed.get((int) (firstOffset + index - segment.firstOffset()));
    }

    private int frameBytes() {
        return uniform
                ? mapping.side().getInt(at + SideFormat.LENGTH_AT) / count
                : mapping.bytes().getInt(framePosition) + FrameFormat.SIZE_BYTES;
    }

    /** Bytes of the frames of all runs. Uses the walk up. */
    long bytes() {
        long bytes = 0;
        while (next()) {
            bytes += runLength;
        }
        return bytes;
    }

    /** The record that the run is in. */
    int record() {
        return record;
    }

    /** Where that record begins in the side file. */
    int at() {
        return at;
    }

    /** Offset of the run's first message. */
    long runOffset() {
        return firstOffset + index - runCount;
    }

    /** Messages of the run. */
    int runCount() {
        return runCount;
    }

    /** Where its frames begin in the segment. */
    int runPosition() {
        return runPosition;
    }

    /** Bytes of its frames. */
    int runLength() {
        return runLength;
    }
}
