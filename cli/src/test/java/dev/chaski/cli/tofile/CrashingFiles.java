package dev.chaski.cli.tofile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** Files that fail when they are told to, and lose what was not synced when their machine dies. One thread. */
final class CrashingFiles implements FileOpener {
    private final List<Crashing> open = new ArrayList<>();
    /** Operations that still work before one fails; negative: all work. */
    private int failAfter = -1;

    /** Lets one of the next operations fail, as a full disk does. */
    void failAfter(int operations) {
        failAfter = operations;
    }

    void failNoMore() {
        failAfter = -1;
    }

    /** The process dies: its locks are free, and what it wrote stays. */
    void crash() throws IOException {
        for (Crashing each : open) {
            each.close();
        }
        open.clear();
    }

    /**
     * The machine dies: of what was not synced a part stays.
     *
     * @param staying chooses how many bytes, of so many
     */
    void losePower(IntUnaryOperator staying) throws IOException {
        for (Crashing each : open) {
            each.losePower(staying);
        }
        crash();
    }

    @Override
    public FileChannel open(Path file, OpenOption... options) throws IOException {
        mayFail();
        Crashing opened = new Crashing(file, FileChannel.open(file, options));
        open.add(opened);
        return opened;
    }

    private void mayFail() throws IOException {
        if (failAfter == 0) {
            throw new IOException("No space left on device, says the test");
        }
        failAfter = Math.max(-1, failAfter - 1);
    }

    private final class Crashing extends FileChannel {
        private final Path path;
        private final FileChannel file;
        private long syncedBytes;

        Crashing(Path path, FileChannel file) throws IOException {
            this.path = path;
            this.file = file;
            syncedBytes = file.size();
        }

        void losePower(IntUnaryOperator staying) throws IOException {
            if (Files.exists(path) && path.toString().contains(".log")) {
                long size = Files.size(path);
                if (size > syncedBytes) {
                    file.truncate(syncedBytes + staying.applyAsInt((int) (size - syncedBytes)));
                }
            }
        }

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            if (failAfter == 0 && source.remaining() > 1) { // a disk gets full in the middle of a write
                file.write(source.slice().limit(source.remaining() / 2), position);
            }
            mayFail();
            return file.write(source, position);
        }

        @Override
        public void force(boolean metaData) throws IOException {
            mayFail();
            file.force(metaData);
            syncedBytes = file.size();
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            file.truncate(size);
            return this;
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return file.read(target, position);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public FileLock tryLock(long position, long size, boolean isShared) throws IOException {
            return file.tryLock(position, size, isShared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            file.close();
        }

        @Override
        public int read(ByteBuffer target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long read(ByteBuffer[] targets, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int write(ByteBuffer source) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position() {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileChannel position(long newPosition) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long position, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock lock(long position, long size, boolean isShared) {
            throw new UnsupportedOperationException();
        }
    }
}
