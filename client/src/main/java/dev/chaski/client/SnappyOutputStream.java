package dev.chaski.client;

import java.io.IOException;
import java.io.OutputStream;

/** Writes a Snappy stream; a chunk goes out when it is full or flushed. One thread. */
final class SnappyOutputStream extends OutputStream {
    /** What does not shrink by an eighth goes out as it is. */
    private static final int WORTH_SHIFT = 3;

    private final OutputStream out;
    private final SnappyBlock block = new SnappyBlock();
    private final byte[] plain = new byte[SnappyBlock.BYTES_MAX];
    private final byte[] packed = new byte[SnappyBlock.compressedBytesMax(SnappyBlock.BYTES_MAX)];
    private int plainBytes;
    private boolean hasBegun;

    SnappyOutputStream(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            int n = Math.min(length - done, plain.length - plainBytes);
            System.arraycopy(bytes, offset + done, plain, plainBytes, n);
            plainBytes += n;
            done += n;
            if (plainBytes == plain.length) {
                writeChunk();
            }
        }
    }

    @Override
    public void flush() throws IOException {
        if (plainBytes > 0) {
            writeChunk();
        }
        out.flush();
    }

    private void writeChunk() throws IOException {
        if (!hasBegun) {
            hasBegun = true;
            out.write(SnappyFormat.streamBegin());
        }
        int packedBytes = block.compress(plain, plainBytes, packed);
        boolean isWorthIt = packedBytes < plainBytes - (plainBytes >>> WORTH_SHIFT);
        int length = SnappyFormat.CHECKSUM_BYTES + (isWorthIt ? packedBytes : plainBytes);
        int crc = SnappyFormat.checksum(plain, 0, plainBytes);
        out.write(new byte[] {
            (byte) (isWorthIt ? SnappyFormat.COMPRESSED : SnappyFormat.UNCOMPRESSED),
            (byte) length,
            (byte) (length >>> 8),
            (byte) (length >>> 16),
            (byte) crc,
            (byte) (crc >>> 8),
            (byte) (crc >>> 16),
            (byte) (crc >>> 24)
        });
        out.write(isWorthIt ? packed : plain, 0, length - SnappyFormat.CHECKSUM_BYTES);
        plainBytes = 0;
    }
}
