package dev.chaski.cli.tofile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Collects what goes to a file, so that many lines are one write. One thread. */
final class FileBuffer {
    private static final int BYTES = 64 << 10;

    private final FileChannel file;
    private final ByteBuffer buffer = ByteBuffer.allocate(BYTES);
    private long position;

    /** Writes from a position on. */
    FileBuffer(FileChannel file, long position) {
        this.file = file;
        this.position = position;
    }

    void write(byte[] bytes, int from, int length) throws IOException {
        int at = from;
        int end = from + length;
        while (at < end) {
            int part = Math.min(end - at, buffer.remaining());
            buffer.put(bytes, at, part);
            at += part;
            if (!buffer.hasRemaining()) {
                flush();
            }
        }
    }

    /** Hands all over to the operating system. */
    void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            position += file.write(buffer, position);
        }
        buffer.clear();
    }

    /** Bytes of the file, with those that are still here. */
    long size() {
        return position + buffer.position();
    }
}
