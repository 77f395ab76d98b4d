package dev.chaski.log;

import java.io.IOException;

/**
 * How much of a segment is durable, and how its header page says so. {@link #sync} and {@link #syncedRecords} belong to
 * the sync thread, the rest to any.
 */
final class Checkpoints {
    private final LogContext context;
    private final Segment segment;
    private volatile boolean broken;
    private volatile int syncedRecords;
    private volatile int syncedMessages;
    private volatile boolean sealSynced;
    private boolean folderSynced;
    private long sequence; // of the newest checkpoint; guarded by the lock
    private boolean freed; // guarded by the lock

    /** Of a segment of which nothing is durable. */
    Checkpoints(LogContext context, Segment segment) {
        this.context = context;
        this.segment = segment;
    }

    /** Takes over what an earlier process left, as it says itself: what is not sealed there is to be synced. */
    void recover(SideFormat.Checkpoint last) {
        sequence = last.sequence();
        syncedRecords = last.records();
        syncedMessages = last.messages();
        sealSynced = last.isSealed();
        folderSynced = last.isSealed();
    }

    /** Whether an fsync failed: its bytes may be lost though the system now calls them written. */
    boolean isBroken() {
        return broken;
    }

    /** Whether a message that was published here may be lost since an fsync failed: those who ask late are told too. */
    boolean mayBeLost(long offset) {
        return broken && offset >= segment.firstOffset() + syncedMessages;
    }

    int syncedRecords() {
        return syncedRecords;
    }

    /** Whether all of it is fsynced, and its header page says so. */
    boolean isWhole() {
        return sealSynced && !broken;
    }

    /** Whether all of it is fsynced, or given up. */
    boolean isSettled() {
        return sealSynced || broken && segment.isSealed();
    }

    /**
     * Makes all that is published durable, then notes it in the header page. Sync thread.
     *
     * @return whether there was something to make durable
     * @throws IOException where an fsync failed, then the segment is broken for good; or where the files cannot be
     *     opened, then it is as it was
     */
    boolean sync() throws IOException {
        boolean seal = segment.isSealed(); // before the counts: they are final when it is set
        SideFormat.Checkpoint reached = segment.published(seal ? SideFormat.SEALED : 0);
        int targetRecords = reached.records();
        if (broken) {
            failIfNews(targetRecords);
            return false;
        }
        if (targetRecords == syncedRecords && seal == sealSynced) {
            return false;
        }
        SegmentFiles files = segment.files;
        files.use();
        try {
            files.frames().sync();
            files.side().sync();
            if (!folderSynced) {
                context.folder.syncStream(segment.stream);
                folderSynced = true;
            }
            write(files.side(), reached);
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

    private void failIfNews(int targetRecords) throws IOException {
        if (targetRecords > syncedRecords) {
            syncedRecords = targetRecords;
            throw new IOException("an fsync of this segment failed before");
        }
    }

    /**
     * Seals it where all of it is synced, and sees to it that nothing is appended any more; where an append is still
     * under way it stays as it is. At the end.
     */
    void sealForGood() throws IOException {
        if (broken || !segment.files.closeForGood() || segment.records() != syncedRecords) {
            return;
        }
        segment.seal();
        if (segment.records() == 0) {
            context.disk.delete(segment.files.framesPath());
            context.disk.delete(segment.files.sidePath());
            return;
        }
        try (DiskFile side = context.disk.open(segment.files.sidePath())) {
            write(side, segment.published(SideFormat.SEALED));
        }
    }

    /** Marks the files as nobody's, so that a start after a crash does not take them for a loss. */
    void markFreed() throws IOException {
        SegmentFiles files = segment.files;
        files.use();
        try {
            writeFreed(files.side());
            files.side().sync(); // before the frames' file goes, or a power cut would show a loss
        } finally {
            files.done();
        }
    }

    /** Marks them where that was not done, for a start after kill -9: no fsync for each of a deleted stream. */
    void markFreedUnsynced() throws IOException {
        if (segment.records() == 0 || isFreed()) {
            return;
        }
        SegmentFiles files = segment.files;
        files.use();
        try {
            writeFreed(files.side());
        } finally {
            files.done();
        }
    }

    private synchronized boolean isFreed() {
        return freed;
    }

    private synchronized void writeFreed(DiskFile side) throws IOException {
        SideFormat.Checkpoint mark = segment.published(SideFormat.SEALED | SideFormat.FREED);
        write(side, mark);
        // In both places: else a half written header of its next life could leave only the one before.
        write(side, mark);
        freed = true;
    }

    private synchronized void write(DiskFile side, SideFormat.Checkpoint reached) throws IOException {
        SideFormat.Checkpoint numbered = new SideFormat.Checkpoint(
                freed ? reached.flags() | SideFormat.FREED : reached.flags(),
                sequence + 1,
                reached.records(),
                reached.messages(),
                reached.bytes(),
                reached.firstTimeMs(),
                reached.lastTimeMs());
        side.write(
                SideFormat.encode(numbered, segment.name.block()), SideFormat.checkpointPosition(numbered.sequence()));
        sequence++;
    }
}
