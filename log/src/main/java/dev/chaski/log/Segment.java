package dev.chaski.log;

import dev.chaski.wire.MessageId;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * One segment of a stream: what is published in it. Who holds it is {@link SegmentMapping}'s, how much of it is durable
 * {@link Checkpoints}'. Any thread; {@link #publish} belongs to the stream's writer.
 */
final class Segment {
    final int stream;
    final SegmentName name;
    final SegmentFiles files;
    final long capacityBytes;
    final int recordsMax;
    /** Whether this process wrote it: then it is not verified again. */
    final boolean own;

    final SegmentMapping mapping;
    final Checkpoints checkpoints;

    private volatile int[] badRecords = {}; // sorted
    private volatile boolean sealed;
    private volatile boolean complete; // its files have their full length
    private volatile boolean loadFailed;

    // Published: begun is written first and read last, records the other way round.
    private int begun;
    private int messages;
    private long bytes;
    private long firstTimeMs;
    private long lastTimeMs;
    private volatile int records;

    /** Not to be compacted while more messages than this are needed; changed by those who free. */
    volatile int compactBelow = Integer.MAX_VALUE - 1;

    /** Nor before this time, by {@link System#nanoTime}; changed by those who compact. */
    volatile long compactAtNs = System.nanoTime();

    /**
     * A segment with nothing published.
     *
     * @param own whether this process writes it
     * @param capacityBytes room for frames
     * @param recordsMax room for records
     */
    Segment(LogContext context, int stream, SegmentName name, boolean own, long capacityBytes, int recordsMax) {
        this.stream = stream;
        this.name = name;
        this.files = new SegmentFiles(context.filesDisk, context.folder.stream(stream), name, context.openPairs);
        this.own = own;
        this.capacityBytes = capacityBytes;
        this.recordsMax = recordsMax;
        this.mapping = new SegmentMapping(context, this);
        this.checkpoints = new Checkpoints(context, this);
    }

    /** A sealed segment as its last checkpoint tells it. */
    static Segment sealed(LogContext context, int stream, SegmentName name, long capacity, SideFormat.Checkpoint last) {
        Segment segment = new Segment(context, stream, name, false, capacity, last.records());
        segment.firstTimeMs = last.firstTimeMs();
        segment.publish(last.records(), last.messages(), last.bytes(), last.lastTimeMs());
        segment.sealed = true;
        segment.checkpoints.recover(last);
        return segment;
    }

    /**
     * A segment that was not sealed when its process ended: sealed now, but settled only after its next sync, since no
     * fsync may have reached what lies behind the checkpoint.
     *
     * @param known its last checkpoint
     * @param whole how far it makes sense
     */
    static Segment scanned(
            LogContext context,
            int stream,
            SegmentName name,
            long capacity,
            SideFormat.Checkpoint known,
            SideFormat.Checkpoint whole) {
        Segment segment = new Segment(context, stream, name, false, capacity, whole.records());
        segment.firstTimeMs = whole.firstTimeMs();
        segment.publish(whole.records(), whole.messages(), whole.bytes(), whole.lastTimeMs());
        segment.sealed = true;
        segment.checkpoints.recover(known);
        return segment;
    }

    long firstOffset() {
        return MessageId.firstOffset(name.block());
    }

    /** One more than the last published offset; the first offset where there is none. */
    long endOffset() {
        return firstOffset() + messages();
    }

    /** Published records. */
    int records() {
        return records;
    }

    /** Published messages, those included that compaction dropped. */
    int messages() {
        return records >= 0 ? messages : 0; // reads records first
    }

    /** Published bytes of frames. */
    long bytes() {
        return records >= 0 ? bytes : 0;
    }

    /** Append time of the newest record, milliseconds since 1970. */
    long lastTimeMs() {
        return records >= 0 ? lastTimeMs : 0;
    }

    /** Append time of the first record, milliseconds since 1970; 0 where there is none. */
    long firstTimeMs() {
        return records >= 0 ? firstTimeMs : 0;
    }

    /** Bytes it takes on disk, without what is only reserved. */
    long sizeBytes() {
        return SideFormat.recordPosition(records) + bytes;
    }

    /** Shows readers what has been written. The stream's writer. */
    void publish(int newRecords, int newMessages, long newBytes, long timeMs) {
        begun = newRecords;
        VarHandle.storeStoreFence();
        if (firstTimeMs == 0) {
            firstTimeMs = timeMs;
        }
        lastTimeMs = timeMs;
        bytes = newBytes;
        messages = newMessages;
        records = newRecords;
    }

    /** Says that nothing more will be published. */
    void seal() {
        sealed = true;
    }

    boolean isSealed() {
        return sealed;
    }

    /** Notes that its files have their full length, so that they can be used again. */
    void completed() {
        complete = true;
    }

    boolean isComplete() {
        return complete;
    }

    /**
     * Notes whether it could be loaded.
     *
     * @return true where that changed
     */
    boolean noteLoad(boolean failed) {
        boolean changed = loadFailed != failed;
        loadFailed = failed;
        return changed;
    }

    /** What is published at one moment, while the writer may be publishing. */
    SideFormat.Checkpoint published(int flags) {
        while (true) {
            int count = records;
            SideFormat.Checkpoint seen =
                    new SideFormat.Checkpoint(flags, 0, count, messages, bytes, firstTimeMs, lastTimeMs);
            VarHandle.loadLoadFence();
            if (begun == count) {
                return seen;
            }
            Thread.onSpinWait();
        }
    }

    /** Takes it away from its stream; see {@link SegmentMapping#retire}. */
    void retire() {
        mapping.retire();
    }

    /** Whether a record was found to be damaged. */
    boolean isBad(int record) {
        int[] bad = badRecords;
        return bad.length > 0 && Arrays.binarySearch(bad, record) >= 0;
    }

    /**
     * Notes that a record is damaged.
     *
     * @return false where that was known
     */
    synchronized boolean addBad(int record) {
        if (isBad(record)) {
            return false;
        }
        int[] more = Arrays.copyOf(badRecords, badRecords.length + 1);
        more[more.length - 1] = record;
        Arrays.sort(more);
        badRecords = more;
        return true;
    }

    @Override
    public String toString() {
        return files.framesPath().toString();
    }
}
