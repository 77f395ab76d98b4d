package dev.chaski.log;

import dev.chaski.wire.MessageId;
import java.io.IOException;

/** The segment that a stream appends to. Owned by the stream's writer. */
final class ActiveSegment {
    final Segment segment;
    final long madeAtMs;
    private final long firstId;
    private long position;
    private int records;
    private int messages;

    /**
     * An empty segment to append to.
     *
     * @param node number of the node in ids
     * @param madeAtMs when it was put to use or made ready
     */
    ActiveSegment(Segment segment, int node, long madeAtMs) {
        this.segment = segment;
        this.firstId = MessageId.of(node, segment.firstOffset());
        this.madeAtMs = madeAtMs;
    }

    /** Whether all of a batch finds room. */
    boolean fits(MessageBatch batch) {
        return position + batch.sizeBytes() <= segment.capacityBytes
                && messages + batch.count() <= MessageId.BLOCK_MESSAGES_MAX
                && records + batch.records() <= segment.recordsMax;
    }

    /** Whether it is time to make the next one ready. */
    boolean isHalfFull() {
        return position > segment.capacityBytes / 2
                || messages > MessageId.BLOCK_MESSAGES_MAX / 2
                || records > segment.recordsMax / 2;
    }

    boolean isEmpty() {
        return records == 0;
    }

    /**
     * Writes a batch that fits and publishes it: the frames, then the records that make them exist, then one store.
     *
     * @throws IOException where a write failed; then nothing is published and the segment must be sealed
     */
    void append(MessageBatch batch, long nowMs) throws IOException {
        batch.stamp(firstId + messages, nowMs);
        SegmentFiles files = segment.files;
        files.use();
        try {
            files.frames().write(batch.frames(), position);
            files.side()
                    .write(
                            batch.encodeRecords(segment.firstOffset() + messages, position, nowMs),
                            SideFormat.recordPosition(records));
        } finally {
            files.done();
        }
        position += batch.sizeBytes();
        records += batch.records();
        messages += batch.count();
        segment.publish(records, messages, position, nowMs);
    }
}
