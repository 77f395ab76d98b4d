package dev.chaski.cli.tofile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes members of gzip (RFC 1952), one for each sync: a file of whole members can be read by anybody, whatever was to
 * come after them. One thread.
 *
 * <pre>
 *  0    2    3       4          8     9    10
 *  +----+----+-------+----------+-----+----+----------------+---------------+--------------+
 *  |1f8b| 08 | flags |  time 0  |  0  | ff | deflated bytes | CRC-32 of all | bytes of all |
 *  +----+----+-------+----------+-----+----+----------------+---------------+--------------+
 *                                                            4, little end   4, little end
 * </pre>
 */
final class GzipMember implements AutoCloseable {
    static final int HEADER_BYTES = 10;
    static final int TRAILER_BYTES = 8;
    static final short MAGIC = (short) 0x8b1f;
    static final byte DEFLATED = 8;
    private static final byte ANY_SYSTEM = (byte) 0xff;
    private static final int BUFFER_BYTES = 64 << 10;

    private final FileBuffer out;
    private final Deflater deflater;
    private final CRC32 crc = new CRC32();
    private final byte[] deflated = new byte[BUFFER_BYTES];
    private boolean isBegun;

    GzipMember(FileBuffer out, int level) {
        this.out = out;
        deflater = new Deflater(level, true);
    }

    void write(byte[] bytes, int from, int length) throws IOException {
        begin();
        crc.update(bytes, from, length);
        deflater.setInput(bytes, from, length);
        while (!deflater.needsInput()) {
            drain();
        }
    }

    /** Begins a member where none is begun. */
    void begin() throws IOException {
        if (!isBegun) {
            isBegun = true;
            ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            header.putShort(MAGIC).put(DEFLATED).put(HEADER_BYTES - 1, ANY_SYSTEM);
            out.write(header.array(), 0, HEADER_BYTES);
        }
    }

    /** Ends the member, if one is begun. */
    void end() throws IOException {
        if (!isBegun) {
            return;
        }
        deflater.finish();
        while (!deflater.finished()) {
            drain();
        }
        ByteBuffer trailer = ByteBuffer.allocate(TRAILER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        trailer.putInt((int) crc.getValue()).putInt((int) deflater.getBytesRead());
        out.write(trailer.array(), 0, TRAILER_BYTES);
        deflater.reset();
        crc.reset();
        isBegun = false;
    }

    private void drain() throws IOException {
        int length = deflater.deflate(deflated);
        out.write(deflated, 0, length);
    }

    @Override
    public void close() {
        deflater.end();
    }
}
