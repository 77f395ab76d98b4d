package dev.chaski.cli.tofile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Finds where the last whole line of a file ends. Any thread. */
final class WholeLines {
    private static final int BLOCK_BYTES = 64 << 10;

    private WholeLines() {}

    /** Where the last line feed is behind, not before {@code synced} where that is the end of a line. */
    static long end(FileChannel file, long synced) throws IOException {
        long size = file.size();
        long from = synced <= size && endsAt(file, synced) ? synced : 0;
        ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
        for (long end = size; end > from; ) {
            long start = Math.max(from, end - BLOCK_BYTES);
            read(file, block.clear().limit((int) (end - start)), start);
            for (int i = block.limit() - 1; i >= 0; i--) {
                if (block.get(i) == '\n') {
                    return start + i + 1;
                }
            }
            end = start;
        }
        return from;
    }

    /** Whether a line ends at a position, or none begins before it. */
    static boolean endsAt(FileChannel file, long position) throws IOException {
        if (position == 0) {
            return true;
        }
        ByteBuffer last = ByteBuffer.allocate(1);
        read(file, last, position - 1);
        return last.get(0) == '\n';
    }

    private static void read(FileChannel file, ByteBuffer into, long from) throws IOException {
        while (into.hasRemaining()) {
            if (file.read(into, from + into.position()) < 0) {
                throw new IOException("the file became shorter while it was read: another process writes to it");
            }
        }
    }
}
