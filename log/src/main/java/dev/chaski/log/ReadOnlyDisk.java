package dev.chaski.log;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** The operating system's files, without a way to change them. Any thread; holds no state. */
final class ReadOnlyDisk implements Disk {
    static final ReadOnlyDisk INSTANCE = new ReadOnlyDisk();

    private ReadOnlyDisk() {}

    @Override
    public DiskFile open(Path path) throws IOException {
        return new ReadOnlyFile(FileChannel.open(path, StandardOpenOption.READ));
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        return RealDisk.INSTANCE.list(folder);
    }

    @Override
    public long usableBytes(Path folder) throws IOException {
        return RealDisk.INSTANCE.usableBytes(folder);
    }

    @Override
    public void makeFolder(Path folder) {
        throw refusal();
    }

    @Override
    public void move(Path from, Path to) {
        throw refusal();
    }

    @Override
    public void link(Path file, Path name) {
        throw refusal();
    }

    @Override
    public void delete(Path path) {
        throw refusal();
    }

    @Override
    public void syncFolder(Path folder) {
        throw refusal();
    }

    private static UnsupportedOperationException refusal() {
        return new UnsupportedOperationException("read only");
    }

    /** One open file. */
    private record ReadOnlyFile(FileChannel channel) implements DiskFile {
        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            int start = target.position();
            int got = 0;
            while (got >= 0 && target.hasRemaining()) {
                got = channel.read(target, position + target.position() - start);
            }
            return target.position() - start;
        }

        @Override
        public long sizeBytes() throws IOException {
            return channel.size();
        }

        @Override
        public MemorySegment map(long sizeBytes, Arena arena) throws IOException {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, sizeBytes, arena);
        }

        @Override
        public void write(ByteBuffer source, long position) {
            throw refusal();
        }

        @Override
        public void resize(long sizeBytes) {
            throw refusal();
        }

        @Override
        public void sync() {
            throw refusal();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
