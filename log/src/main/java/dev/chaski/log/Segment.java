package dev.chaski.log;

import dev.chaski.wire.MessageId;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One segment of a stream: what is published in it and who holds it. Any thread; {@link #publish} belongs to the
 * stream's writer, {@link #sync} and {@link #syncedRecords} to the sync thread.
 *
 * <p>Its files go back to the pool when it has been freed and the last mapping of it is closed.
 */
final class Segment {
    final int stream;
    final SegmentName name;
    final SegmentFiles files;
    final long capacityBytes;
    final int recordsMax;
    /** Whether this process wrote it: then it is not verified again. */
    final boolean own;

    private final LogContext context;
    private final AtomicInteger holds = new AtomicInteger(1); // the stream's list, and every mapping
    private volatile @Nullable Mapping mapping; // changes under the lock
    private boolean mappedBefore; // guarded by the lock
    private volatile int[] badRecords = {}; // sorted
    private volatile boolean sealed;
    private volatile boolean broken;
    private volatile boolean complete; // its files have their full length
    private volatile boolean loadFailed;
    private volatile boolean retired;

    // Published: begun is written first and read last, records the other way round.
    private int begun;
    private int messages;
    private long bytes;
    private long firstTimeMs;
    private long lastTimeMs;
    private volatile int records;

    /** Not to be compacted while more messages than this are needed; changed by those who free. */
    volatile int compactBelow = Integer.MAX_VALUE - 1;

    private volatile boolean cold; // the compressed file is what counts
    private volatile boolean thawed; // there is an expanded copy of it
    private volatile boolean neverCold;
    private volatile long usedAtMs;

    private volatile int syncedRecords;
    private volatile int syncedMessages;
    private volatile boolean sealSynced;
    private boolean folderSynced;
    private long sequence; // of the newest checkpoint; guarded by the lock

    /**
     * A segment with nothing published.
     *
     * @param own whether this process writes it
     * @param capacityBytes room for frames
     * @param recordsMax room for records
     */
    Segment(LogContext context, int stream, SegmentName name, boolean own, long capacityBytes, int recordsMax) {
        this.context = context;
        this.stream = stream;
        this.name = name;
        this.files = new SegmentFiles(context.filesDisk, context.folder.stream(stream), name, context.openPairs);
        this.own = own;
        this.capacityBytes = capacityBytes;
        this.recordsMax = recordsMax;
        this.usedAtMs = context.clock.getAsLong();
    }

    /** A sealed segment as its last checkpoint tells it. */
    static Segment sealed(LogContext context, int stream, SegmentName name, long capacity, SideFormat.Checkpoint last) {
        Segment segment = new Segment(context, stream, name, false, capacity, last.records());
        segment.firstTimeMs = last.firstTimeMs();
        segment.sequence = last.sequence();
        segment.publish(last.records(), last.messages(), last.bytes(), last.lastTimeMs());
        segment.sealed = true;
        segment.syncedRecords = last.records();
        segment.syncedMessages = last.messages();
        segment.sealSynced = true;
        segment.folderSynced = true;
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

    /** Whether an fsync failed: its bytes may be lost though the system now calls them written. */
    boolean isBroken() {
        return broken;
    }

    /** Whether a message that was published here may be lost since an fsync failed: those who ask late are told too. */
    boolean mayBeLost(long offset) {
        return broken && offset >= firstOffset() + syncedMessages;
    }

    int syncedRecords() {
        return syncedRecords;
    }

    /** Whether all of it is fsynced, or given up. */
    boolean isSettled() {
        return sealSynced || broken && sealed;
    }

    /**
     * Makes all that is published durable, then notes it in the header page. Sync thread.
     *
     * @return whether there was something to make durable
     * @throws IOException where an fsync failed; then the segment is broken for good
     */
    boolean sync() throws IOException {
        boolean seal = sealed; // before the counts: they are final when it is set
        SideFormat.Checkpoint reached = published(seal ? SideFormat.SEALED : 0);
        int targetRecords = reached.records();
        if (broken) {
            failIfNews(targetRecords);
            return false;
        }
        if (targetRecords == syncedRecords && seal == sealSynced) {
            return false;
        }
        files.use();
        try {
            files.frames().sync();
            files.side().sync();
            if (!folderSynced) {
                context.folder.syncStream(stream);
                folderSynced = true;
            }
            writeCheckpoint(files.side(), reached);
        } catch (IOException e) {
            broken = true;
            syncedRecords = targetRecords; // those who wait for them are told now, and once
            throw e;
        } finally {
            files.done();
        }
        syncedMessages = reached.messages();
        syncedRecords = targetRecords;
        sealSynced = seal;
        return true;
    }

    /**
     * Seals it where all of it is synced, and sees to it that nothing is appended any more; where an append is still
     * under way it stays as it is. At the end.
     */
    void sealForGood() throws IOException {
        if (broken || !files.closeForGood() || records != syncedRecords) {
            return;
        }
        sealed = true;
        if (records == 0) {
            context.disk.delete(files.framesPath());
            context.disk.delete(files.sidePath());
            return;
        }
        try (DiskFile side = context.disk.open(files.sidePath())) {
            writeCheckpoint(side, published(SideFormat.SEALED));
        }
    }

    /** What is published at one moment, while the writer may be publishing. */
    private SideFormat.Checkpoint published(int flags) {
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

    private void failIfNews(int targetRecords) throws IOException {
        if (targetRecords > syncedRecords) {
            syncedRecords = targetRecords;
            throw new IOException("an fsync of this segment failed before");
        }
    }

    /** Marks the files as nobody's, so that a start after a crash does not take them for a loss. */
    void markFreed() throws IOException {
        files.use();
        try {
            SideFormat.Checkpoint freed = published(SideFormat.SEALED | SideFormat.FREED);
            writeCheckpoint(files.side(), freed);
            // In both places: else a half written header of its next life could leave only the one before.
            writeCheckpoint(files.side(), freed);
            files.side().sync(); // before the frames' file goes, or a power cut would show a loss
        } finally {
            files.done();
        }
    }

    private synchronized void writeCheckpoint(DiskFile side, SideFormat.Checkpoint reached) throws IOException {
        SideFormat.Checkpoint numbered = new SideFormat.Checkpoint(
                reached.flags(),
                sequence + 1,
                reached.records(),
                reached.messages(),
                reached.bytes(),
                reached.firstTimeMs(),
                reached.lastTimeMs());
        side.write(SideFormat.encode(numbered, name.block()), SideFormat.checkpointPosition(numbered.sequence()));
        sequence++;
    }

    /** The mapping, retained for the caller; null where it must be mapped first. Any thread, does not block. */
    @Nullable
    Mapping tryAcquire() {
        Mapping now = mapping;
        return now != null && now.tryRetain() ? now : null;
    }

    /**
     * The mapping, retained for the caller; maps the files where they are not mapped. Loading threads only.
     *
     * @throws IOException where they cannot be mapped, or were freed
     */
    Mapping acquire() throws IOException {
        Mapping now = tryAcquire();
        if (now != null) {
            return now;
        }
        synchronized (this) {
            now = tryAcquire();
            if (now == null) {
                if (!tryHold()) {
                    throw new IOException("segment " + name.text() + " is freed");
                }
                now = map();
                now.retain();
                mapping = now;
                mappedBefore = true;
                context.mapped.add(this);
            }
            return now;
        }
    }

    private Mapping map() throws IOException {
        try {
            // What this process has just written is in memory; what it wrote long ago may have left it.
            int readyFrom = own && !mappedBefore && !cold ? 0 : records;
            if (cold && !thawed) {
                context.coldStore.thaw(this);
                thawed = true;
            }
            usedAtMs = context.clock.getAsLong();
            return new SegmentMapper(context, this).map(readyFrom, this::letGo);
        } catch (IOException | RuntimeException e) {
            letGo();
            throw e;
        }
    }

    /** Gives the mapping up; it stays while somebody reads it. Not on an event loop. */
    synchronized void dropMapping() {
        Mapping now = mapping;
        if (now != null) {
            mapping = null;
            usedAtMs = context.clock.getAsLong();
            context.mapped.remove(this);
            now.release();
        }
    }

    /** Gives the mapping up where nobody has read it for some passes of the housekeeper. */
    synchronized void dropMappingUnused(int passes) {
        Mapping now = mapping;
        if (now == null) {
            return;
        }
        now.unusedPasses = now.isRead() ? 0 : now.unusedPasses + 1;
        if (now.unusedPasses > passes) {
            dropMapping();
        }
    }

    /** When it was last mapped or given up, or made known; milliseconds since 1970. */
    long usedAtMs() {
        return usedAtMs;
    }

    boolean isCold() {
        return cold;
    }

    boolean isThawed() {
        return thawed;
    }

    /** Whether compressing it may be worth it. */
    boolean mayBeFrozen(int bytesMin) {
        return !neverCold && bytes() >= bytesMin;
    }

    /** Notes that compressing it wins too little. */
    void neverFreeze() {
        neverCold = true;
    }

    /**
     * Notes that the compressed file is complete and durable.
     *
     * @param hasFrames whether the file of the frames is still there
     */
    void setCold(boolean hasFrames) {
        thawed = hasFrames;
        cold = true;
    }

    /** Removes the expanded frames of a cold segment, unless somebody has come to read them. */
    synchronized void goCold() throws IOException {
        if (mapping != null || isGone()) {
            return;
        }
        files.closeIfUnused();
        if (!files.areOpen()) {
            context.disk.delete(files.framesPath());
            thawed = false;
        }
    }

    boolean isMapped() {
        return mapping != null;
    }

    /** Whether somebody besides the stream holds the mapping. */
    boolean isRead() {
        Mapping now = mapping;
        return now != null && now.isRead();
    }

    /** Whether it is no longer its stream's: who reads it may go on, nobody begins to. */
    boolean isGone() {
        return retired;
    }

    private boolean tryHold() {
        int now = holds.get();
        while (now > 0 && !retired) {
            if (holds.compareAndSet(now, now + 1)) {
                return true;
            }
            now = holds.get();
        }
        return false;
    }

    private void letGo() {
        if (holds.decrementAndGet() == 0) {
            context.pool.reuse(this);
        }
    }

    /** Takes it away from its stream: its files are reused as soon as no mapping is left. Once; not on an event loop. */
    void retire() {
        retired = true;
        dropMapping();
        letGo();
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
