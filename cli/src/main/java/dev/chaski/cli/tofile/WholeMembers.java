package dev.chaski.cli.tofile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Finds where the last whole member of a gzip file ends that {@link GzipMember} has written. One thread. */
final class WholeMembers implements AutoCloseable {
    private static final int BLOCK_BYTES = 64 << 10;

    private final FileChannel file;
    private final Inflater inflater = new Inflater(true);
    private final byte[] inflated = new byte[BLOCK_BYTES];

    private WholeMembers(FileChannel file) {
        this.file = file;
    }

    /** Where the last one ends, looking from {@code synced} on, up to where one is torn or damaged. */
    static long end(FileChannel file, long synced) throws IOException {
        try (WholeMembers members = new WholeMembers(file)) {
            long end = synced <= file.size() ? synced : 0;
            for (long next = members.next(end); next >= 0; next = members.next(end)) {
                end = next;
            }
            return end;
        }
    }

    /** Where the member ends that begins here; -1 where none does, or it is not whole. */
    private long next(long start) throws IOException {
        ByteBuffer header = read(start, GzipMember.HEADER_BYTES);
        if (header.remaining() < GzipMember.HEADER_BYTES
                || header.getShort() != GzipMember.MAGIC
                || header.get() != GzipMember.DEFLATED) {
            return -1;
        }
        CRC32 crc = new CRC32();
        long end = inflate(start + GzipMember.HEADER_BYTES, crc);
        if (end < 0) {
            return -1;
        }
        ByteBuffer trailer = read(end, GzipMember.TRAILER_BYTES);
        boolean isWhole = trailer.remaining() == GzipMember.TRAILER_BYTES
                && trailer.getInt() == (int) crc.getValue()
                && trailer.getInt() == (int) inflater.getBytesWritten();
        return isWhole ? end + GzipMember.TRAILER_BYTES : -1;
    }

    private long inflate(long from, CRC32 crc) throws IOException {
        inflater.reset();
        long position = from;
        try {
            while (!inflater.finished()) {
                if (inflater.needsInput()) {
                    ByteBuffer block = read(position, BLOCK_BYTES);
                    if (!block.hasRemaining()) {
                        return -1;
                    }
                    position += block.remaining();
                    inflater.setInput(block);
                }
                crc.update(inflated, 0, inflater.inflate(inflated));
            }
        } catch (DataFormatException e) {
            return -1;
        }
        return from + inflater.getBytesRead();
    }

    private ByteBuffer read(long from, int bytesMax) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(bytesMax).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining() && file.read(bytes, from + bytes.position()) > 0) {
            // until all is there, or the end
        }
        return bytes.flip();
    }

    @Override
    public void close() {
        inflater.end();
    }
}
