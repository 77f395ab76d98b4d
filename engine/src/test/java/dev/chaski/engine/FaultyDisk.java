package dev.chaski.engine;

import dev.chaski.log.Disk;
import dev.chaski.log.DiskFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** A real disk whose writes and fsyncs can be made to wait or fail, each judged on its own. Any thread. */
final class FaultyDisk implements Disk {
    /** Looks at a write before it is done. */
    interface Writes {
        void check(Path path, ByteBuffer bytes) throws IOException;
    }

    /** Looks at an fsync before it is done. */
    interface Syncs {
        void check(Path path) throws IOException;
    }

    private final Disk real = Disk.real();
    volatile Writes writes = (path, bytes) -> {};
    volatile Syncs syncs = path -> {};

    @Override
    public DiskFile open(Path path) throws IOException {
        return new FaultyFile(path, real.open(path));
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
        real.delete(path);
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        return real.list(folder);
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
        real.syncFolder(folder);
    }

    @Override
    public long usableBytes(Path folder) throws IOException {
        return real.usableBytes(folder);
    }

    private final class FaultyFile implements DiskFile {
        private final Path path;
        private final DiskFile file;

        FaultyFile(Path path, DiskFile file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            writes.check(path, source);
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
            syncs.check(path);
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
