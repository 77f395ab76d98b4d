package dev.chaski.log.faults;

import dev.chaski.log.Disk;
import dev.chaski.log.DiskFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A disk with a limited room, and with a chosen write or fsync that fails. Room is counted in blocks of 4 KiB that are
 * written for the first time: a longer length alone takes none, bytes written over others take none, files that are
 * removed or made shorter give theirs back. A write that does not fit is done in part, as a real one. A test may also look
 * at each write and fsync before it is done, and make it wait or fail. Any thread.
 */
public final class FailingDisk implements Disk {
    /** Looks at a write before it is done. */
    @FunctionalInterface
    public interface Writes {
        /**
         * May wait, or throw: then nothing of the write is done.
         *
         * @param path the file
         * @param bytes what is to be written, from position to limit; not to be moved
         * @throws IOException what the writer is to see
         */
        void check(Path path, ByteBuffer bytes) throws IOException;
    }

    /** Looks at an fsync before it is done. */
    @FunctionalInterface
    public interface Syncs {
        /**
         * May wait, or throw: then the fsync is not done.
         *
         * @param path the file
         * @throws IOException what the caller is to see
         */
        void check(Path path) throws IOException;
    }

    private static final int BLOCK_BYTES = 4096;

    private final Disk disk;
    private final Map<Path, BitSet> blocks = new HashMap<>();
    private long roomBlocks = Long.MAX_VALUE / BLOCK_BYTES;
    private int writesUntilFailure = -1;
    private int syncsUntilFailure = -1;
    private volatile Writes writes = (path, bytes) -> {};
    private volatile Syncs syncs = path -> {};

    /**
     * A disk that fails nowhere yet.
     *
     * @param disk where everything goes
     */
    public FailingDisk(Disk disk) {
        this.disk = disk;
    }

    /**
     * Sets how much may still be written to new places.
     *
     * @param bytes free space
     */
    public synchronized void setRoomBytes(long bytes) {
        roomBlocks = bytes / BLOCK_BYTES;
    }

    /**
     * Makes a later write fail, once, with nothing of it done.
     *
     * @param skipCount writes that still succeed
     */
    public synchronized void failWriteAfter(int skipCount) {
        writesUntilFailure = skipCount;
    }

    /**
     * Makes a later fsync of a file fail, once.
     *
     * @param skipCount fsyncs that still succeed
     */
    public synchronized void failSyncAfter(int skipCount) {
        syncsUntilFailure = skipCount;
    }

    /**
     * Has every write of a file looked at from now on.
     *
     * @param check called before it, by the thread that writes
     */
    public void watchWrites(Writes check) {
        writes = check;
    }

    /**
     * Has every fsync of a file looked at from now on.
     *
     * @param check called before it, by the thread that syncs
     */
    public void watchSyncs(Syncs check) {
        syncs = check;
    }

    @Override
    public synchronized DiskFile open(Path path) throws IOException {
        BitSet known = blocks.get(path);
        if (known == null) {
            known = new BitSet();
            if (Files.exists(path)) {
                known.set(0, (int) ((Files.size(path) + BLOCK_BYTES - 1) / BLOCK_BYTES));
            }
            blocks.put(path, known);
        }
        return new FailingFile(disk.open(path), known, path);
    }

    @Override
    public void makeFolder(Path folder) throws IOException {
        disk.makeFolder(folder);
    }

    @Override
    public synchronized void move(Path from, Path to) throws IOException {
        disk.move(from, to);
        BitSet moved = blocks.remove(from);
        free(blocks.remove(to));
        if (moved != null) {
            blocks.put(to, moved);
        }
    }

    @Override
    public synchronized void delete(Path path) throws IOException {
        disk.delete(path);
        free(blocks.remove(path));
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        return disk.list(folder);
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
        disk.syncFolder(folder);
    }

    @Override
    public synchronized long usableBytes(Path folder) throws IOException {
        return Math.min(disk.usableBytes(folder), roomBlocks * BLOCK_BYTES);
    }

    private void free(@org.jspecify.annotations.Nullable BitSet taken) {
        if (taken != null) {
            roomBlocks += taken.cardinality();
        }
    }

    /** How many bytes of a write fit; takes their room. */
    private synchronized int admit(BitSet taken, long position, int length, Path path) throws IOException {
        if (writesUntilFailure >= 0 && writesUntilFailure-- == 0) {
            throw new IOException("Input/output error writing " + path);
        }
        for (long at = position; at < position + length; at = (at / BLOCK_BYTES + 1) * BLOCK_BYTES) {
            int block = (int) (at / BLOCK_BYTES);
            if (!taken.get(block)) {
                if (roomBlocks <= 0) {
                    return (int) (at - position);
                }
                roomBlocks--;
                taken.set(block);
            }
        }
        return length;
    }

    private synchronized void admitSync(Path path) throws IOException {
        if (syncsUntilFailure >= 0 && syncsUntilFailure-- == 0) {
            throw new IOException("Input/output error syncing " + path);
        }
    }

    private synchronized void cut(BitSet taken, long sizeBytes) {
        int first = (int) ((sizeBytes + BLOCK_BYTES - 1) / BLOCK_BYTES);
        free(taken.get(first, Math.max(first, taken.length())));
        taken.clear(first, Math.max(first, taken.length()));
    }

    /** An open file of this disk. */
    private final class FailingFile implements DiskFile {
        private final DiskFile file;
        private final BitSet taken;
        private final Path path;

        FailingFile(DiskFile file, BitSet taken, Path path) {
            this.file = file;
            this.taken = taken;
            this.path = path;
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            writes.check(path, source);
            int fits = admit(taken, position, source.remaining(), path);
            if (fits < source.remaining()) {
                file.write(source.slice(source.position(), fits), position);
                throw new IOException("No space left on device");
            }
            file.write(source, position);
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return file.read(target, position);
        }

        @Override
        public long sizeBytes() throws IOException {
            return file.sizeBytes();
        }

        @Override
        public void resize(long sizeBytes) throws IOException {
            cut(taken, sizeBytes);
            file.resize(sizeBytes);
        }

        @Override
        public void sync() throws IOException {
            syncs.check(path);
            admitSync(path);
            file.sync();
        }

        @Override
        public MemorySegment map(long sizeBytes, Arena arena) throws IOException {
            return file.map(sizeBytes, arena);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
