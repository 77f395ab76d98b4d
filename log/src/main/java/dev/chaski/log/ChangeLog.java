package dev.chaski.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal's record of everything durable besides messages: topics, channels, cursors, settings. Records are opaque
 * here. Kept in generations: to shorten it, the owner begins a new one, writes the present state into it, and drops the
 * older. Space is reserved ahead, so that a full disk can still take finishes. Any thread; appends are serialised.
 *
 * <p>Two locks. The append lock is held over the one write of an append, which lands in the page cache: order in the
 * file must be order of the appends, or a crash between two of them would leave a hole before an answered record. The
 * sync lock is held over an fsync, so that those who come meanwhile share the next one; it is taken before the append
 * lock, never after.
 */
public final class ChangeLog {
    /** The longest record, in bytes. */
    public static final int RECORD_BYTES_MAX = 16 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(ChangeLog.class);

    private final Disk disk;
    private final Path folder;
    private final Path quarantine;
    private final ReentrantLock syncLock = new ReentrantLock();
    private final ReentrantLock appendLock = new ReentrantLock();
    private volatile @Nullable ChangeGeneration current;
    private volatile boolean closed;
    private long synced; // of the current generation; guarded by the sync lock
    private boolean spareReady; // guarded by the sync lock
    private boolean roomMissed; // guarded by the sync lock

    /**
     * A change log; touches nothing before {@link #replay}.
     *
     * @param disk the file layer
     * @param folder where the generations are; made when missing
     * @param quarantine where damaged bytes are set aside; made when needed
     */
    ChangeLog(Disk disk, Path folder, Path quarantine) {
        this.disk = disk;
        this.folder = folder;
        this.quarantine = quarantine;
    }

    /** Takes one record of a replay. */
    @FunctionalInterface
    public interface Replay {
        /**
         * One record.
         *
         * @param generation the generation that holds it, rising
         * @param record its bytes, valid only during the call
         * @throws LogException NEWER_FORMAT where a newer version wrote it; the replay ends
         */
        void record(long generation, ByteBuffer record) throws LogException;
    }

    /**
     * What replaying found to be wrong.
     *
     * @param file the damaged file
     * @param position where its records end to make sense
     * @param lostBytes bytes after it that were set aside in the quarantine folder
     * @param message one line for the operator
     */
    public record Damage(Path file, long position, long lostBytes, String message) {}

    /**
     * Hands over every record, oldest first. Once, before the first append. A torn tail of the newest generation ends
     * it silently (it was never answered or synced); damage before that is reported, and the records of the generations
     * after the damaged one still follow. Finds nothing where the files are gone.
     *
     * @param replay takes the records
     * @return the damage (the first, where there is more: each is logged), or null
     * @throws LogException where a file cannot be read or made, or NEWER_FORMAT
     */
    public @Nullable Damage replay(Replay replay) throws LogException {
        if (current != null) {
            throw new IllegalStateException("replayed twice");
        }
        ChangeRecovery recovery = new ChangeRecovery(disk, folder, quarantine, replay);
        syncLock.lock();
        try {
            disk.makeFolder(folder);
            ChangeGeneration newest = recovery.run();
            current = newest == null ? takeFirst() : newest;
            synced = newest == null ? ChangeFormat.HEADER_BYTES : 0; // fsync what is there before calling it safe
        } catch (IOException e) {
            throw DiskFailure.of(disk, folder, "cannot open the change log in", e);
        } finally {
            syncLock.unlock();
        }
        return recovery.damage().isEmpty() ? null : recovery.damage().getFirst();
    }

    /**
     * Appends a record. On return it is in the operating system.
     *
     * @param record its bytes, from position to limit, neither of which moves; 1 to {@link #RECORD_BYTES_MAX}
     * @throws LogException where the write failed, or an fsync before it: then only a new generation helps, with the
     *     whole state written into it
     */
    public void append(ByteBuffer record) throws LogException {
        if (record.remaining() < 1 || record.remaining() > RECORD_BYTES_MAX) {
            throw new IllegalArgumentException("record of " + record.remaining() + " bytes");
        }
        appendLock.lock();
        try {
            ChangeGeneration generation = open();
            generation.check();
            try {
                generation.append(record);
            } catch (IOException e) {
                throw DiskFailure.of(disk, generation.path, "cannot append to the change log", e);
            }
        } finally {
            appendLock.unlock();
        }
    }

    /**
     * Waits until everything appended so far has been fsynced. Those who wait together share an fsync.
     *
     * @throws LogException where fsync failed, now or before in this generation
     */
    public void sync() throws LogException {
        ChangeGeneration generation = open();
        long target = generation.end();
        syncLock.lock();
        try {
            generation.check();
            // A generation is synced before its successor becomes the current one.
            if (generation == current && synced < target) {
                syncNow(generation);
            }
        } finally {
            syncLock.unlock();
        }
    }

    /**
     * A place between two records.
     *
     * @param generation the generation
     * @param end where its last record ends
     */
    record Position(long generation, long end) {}

    /** Where the next record will begin. What comes before stays as it is. */
    Position position() throws LogException {
        ChangeGeneration generation = open();
        return new Position(generation.number, generation.end());
    }

    /**
     * Bytes in the newest generation.
     *
     * @return 0 or more
     */
    public long generationBytes() {
        ChangeGeneration generation = current;
        return generation == null ? 0 : generation.end();
    }

    /**
     * Whether an fsync failed, so that every append fails until a new generation begins.
     *
     * @return true where only {@link #beginGeneration} helps
     */
    public boolean isFailed() {
        ChangeGeneration generation = current;
        return generation != null && generation.isFailed();
    }

    /**
     * Begins a new generation: later appends go there. The older are fsynced first, unless an fsync of theirs failed
     * before. Takes some milliseconds: not for an event loop.
     *
     * @return its number
     * @throws LogException where the file could not be made; then the present generation goes on. Where its name could
     *     not be made durable it has begun, and is failed
     */
    public long beginGeneration() throws LogException {
        syncLock.lock();
        try {
            ChangeGeneration old = open();
            makeSpareFor(old.number + 1);
            if (!old.isFailed()) {
                syncNow(old); // most of it outside of the append lock
            }
            ChangeGeneration next;
            appendLock.lock();
            try {
                if (!old.isFailed() && synced < old.end()) {
                    syncNow(old);
                }
                // Not before: beside a later one, what is torn in it is damage.
                next = takeSpare(old.number + 1, ChangeGeneration.RESERVED_BYTES);
                current = next;
                synced = ChangeFormat.HEADER_BYTES;
            } finally {
                appendLock.unlock();
            }
            syncName(next);
            old.close();
            return next.number;
        } catch (IOException e) {
            throw DiskFailure.of(disk, folder, "cannot begin a generation of the change log in", e);
        } finally {
            syncLock.unlock();
        }
    }

    /**
     * Syncs, then removes the generations before one whose records say everything by themselves.
     *
     * @param generation the oldest to keep, at most the newest
     * @throws LogException where a file could not be removed
     */
    public void dropBefore(long generation) throws LogException {
        sync();
        syncLock.lock();
        try {
            if (generation > open().number) {
                throw new IllegalArgumentException("generation " + generation + " has not begun");
            }
            List<Long> old = new ArrayList<>(ChangeRecovery.generations(disk, folder));
            old.removeIf(number -> number >= generation);
            for (long number : old) {
                Path path = folder.resolve(ChangeFormat.fileName(number));
                if (!spareReady && number == old.getLast() && !disk.hasOtherNames(path)) {
                    disk.move(path, spare()); // its space is at hand even on a full disk
                } else {
                    disk.delete(path);
                }
            }
            disk.syncFolder(folder);
        } catch (IOException e) {
            throw DiskFailure.of(disk, folder, "cannot remove an old generation of the change log in", e);
        } finally {
            syncLock.unlock();
        }
    }

    /**
     * What the sync thread does at least once in every sync interval: fsyncs where something was appended, and reserves
     * space ahead. A full disk is no failure here: what is reserved is used up.
     *
     * @throws LogException where fsync failed
     */
    void syncIfDirty() throws LogException {
        ChangeGeneration seen = current;
        if (seen == null || closed) {
            return;
        }
        syncLock.lock();
        try {
            ChangeGeneration generation = open();
            if (synced < generation.end()) {
                generation.check();
                syncNow(generation);
            }
            reserveAhead(generation);
        } finally {
            syncLock.unlock();
        }
    }

    /** Syncs and closes the file. Later calls fail as CLOSED. */
    void close() throws LogException {
        ChangeGeneration generation = current;
        if (generation == null || closed) {
            closed = true;
            return;
        }
        syncLock.lock();
        try {
            appendLock.lock();
            try {
                closed = true; // under both locks: nothing is under way
            } finally {
                appendLock.unlock();
            }
            if (!generation.isFailed()) {
                syncNow(generation);
                generation.sync(); // makes the synced mark durable as well
            }
            generation.close();
        } catch (IOException e) {
            throw DiskFailure.of(disk, folder, "cannot close the change log in", e);
        } finally {
            syncLock.unlock();
        }
    }

    private ChangeGeneration open() throws LogException {
        ChangeGeneration generation = current;
        if (closed) {
            throw new LogException(LogException.Kind.CLOSED, "the change log in " + folder + " is closed");
        }
        if (generation == null) {
            throw new IllegalStateException("replay comes first");
        }
        return generation;
    }

    private void syncNow(ChangeGeneration generation) throws LogException {
        long target = generation.end();
        try {
            generation.sync();
            generation.markSynced(target);
            synced = target;
        } catch (IOException e) {
            // The system may have dropped the written pages: a second fsync would succeed and mean nothing.
            throw generation.fail(DiskFailure.of(disk, generation.path, "cannot sync the change log", e));
        }
    }

    private void reserveAhead(ChangeGeneration generation) throws LogException {
        try {
            if (roomMissed && disk.usableBytes(folder) < 2L * ChangeGeneration.RESERVED_BYTES) {
                return;
            }
            boolean more = true;
            while (more) {
                appendLock.lock();
                try {
                    more = generation.reserve();
                } finally {
                    appendLock.unlock();
                }
            }
            makeSpare();
            roomMissed = false;
        } catch (IOException e) {
            LogException failure = DiskFailure.of(disk, folder, "cannot reserve space for the change log in", e);
            if (failure.kind() != LogException.Kind.FULL) {
                throw failure;
            }
            if (!roomMissed) {
                LOG.warn("no room to reserve for the change log, what is reserved is used up folder={}", folder);
            }
            roomMissed = true;
        }
    }

    /** Space for it is reserved by the sync thread: a start does not wait for that. */
    private ChangeGeneration takeFirst() throws IOException {
        try (DiskFile file = disk.open(spare())) {
            file.resize(0);
            writeHeader(file, 1);
        }
        ChangeGeneration first = takeSpare(1, ChangeFormat.HEADER_BYTES);
        disk.syncFolder(folder);
        return first;
    }

    /** Writes the first page of a generation into the spare file. */
    private void makeSpareFor(long number) throws IOException {
        makeSpare();
        try (DiskFile file = disk.open(spare())) {
            writeHeader(file, number);
        }
    }

    private static void writeHeader(DiskFile file, long number) throws IOException {
        file.write(ChangeFormat.header(number), 0);
        file.sync();
    }

    /** Turns the spare file into an empty generation, whose name is not durable yet. */
    private ChangeGeneration takeSpare(long number, long reserved) throws IOException {
        Path path = folder.resolve(ChangeFormat.fileName(number));
        disk.move(spare(), path);
        spareReady = false;
        return new ChangeGeneration(number, path, disk.open(path), ChangeFormat.HEADER_BYTES, reserved);
    }

    /** Makes the name of a generation durable: under the sync lock, so that nothing in it was called safe before. */
    private void syncName(ChangeGeneration generation) throws LogException {
        try {
            disk.syncFolder(folder);
        } catch (IOException e) {
            throw generation.fail(DiskFailure.of(disk, folder, "cannot sync the change log's folder", e));
        }
    }

    /** Sees to it that there is a spare file of zeros. What a crash left there is written over. */
    private void makeSpare() throws IOException {
        if (!spareReady) {
            try (DiskFile file = disk.open(spare())) {
                ChangeGeneration.zero(file, 0, ChangeGeneration.RESERVED_BYTES);
                file.resize(ChangeGeneration.RESERVED_BYTES);
                file.sync();
            }
            spareReady = true;
        }
    }

    private Path spare() {
        return folder.resolve(ChangeFormat.SPARE_NAME);
    }
}
