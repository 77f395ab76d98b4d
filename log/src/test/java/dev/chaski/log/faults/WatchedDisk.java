package dev.chaski.log.faults;

import dev.chaski.log.Disk;
import dev.chaski.log.DiskFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** A real disk on which a test looks at what is done, and may make it wait or fail. Any thread. */
public final class WatchedDisk implements Disk {
    /** What is done. */
    public enum Operation {
        /** A file is about to be opened. */
        OPEN,
        /** A file or an empty folder is about to be removed. */
        DELETE,
        /** A folder is about to be listed. */
        LIST,
        /** A file or a folder is about to be fsynced. */
        SYNC,
        /** A file has been mapped. */
        MAPPED
    }

    /** Looks at an operation. */
    @FunctionalInterface
    public interface Watcher {
        /**
         * May wait, or throw.
         *
         * @param operation what is done
         * @param path to which file or folder
         * @return false where an fsync is to be left out; of no meaning for the others
         * @throws IOException what the caller is to see
         */
        boolean admit(Operation operation, Path path) throws IOException;
    }

    private final Disk real = Disk.real();
    private volatile Watcher watcher = (operation, path) -> true;

    /** A disk on which nothing is looked at yet. */
    public WatchedDisk() {}

    /**
     * Has every operation looked at from now on.
     *
     * @param watcher called by the thread that does it
     */
    public void watch(Watcher watcher) {
        this.watcher = watcher;
    }

    @Override
    public DiskFile open(Path path) throws IOException {
        watcher.admit(Operation.OPEN, path);
        return new WatchedFile(path, real.open(path));
    }

    @Override
    public void makeFolder(Path folder) throws IOException {
        real.makeFolder(folder);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        real.move(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        watcher.admit(Operation.DELETE, path);
        real.delete(path);
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        watcher.admit(Operation.LIST, folder);
        return real.list(folder);
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
        if (watcher.admit(Operation.SYNC, folder)) {
            real.syncFolder(folder);
        }
    }

    @Override
    public long usableBytes(Path folder) throws IOException {
        return real.usableBytes(folder);
    }

    /** An open file of this disk. */
    private final class WatchedFile implements DiskFile {
        private final Path path;
        private final DiskFile file;

        WatchedFile(Path path, DiskFile file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
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
            file.resize(sizeBytes);
        }

        @Override
        public void sync() throws IOException {
            if (watcher.admit(Operation.SYNC, path)) {
                file.sync();
            }
        }

        @Override
        public MemorySegment map(long sizeBytes, Arena arena) throws IOException {
            MemorySegment mapped = file.map(sizeBytes, arena);
            watcher.admit(Operation.MAPPED, path);
            return mapped;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
