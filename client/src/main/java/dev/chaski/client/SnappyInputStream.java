package dev.chaski.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Reads a Snappy stream, checking every checksum; holds one chunk. One thread. */
final class SnappyInputStream extends InputStream {
    private static final int LENGTH_MAX =
            SnappyFormat.CHECKSUM_BYTES + SnappyBlock.compressedBytesMax(SnappyBlock.BYTES_MAX);

    private final InputStream in;
    private final byte[] chunk = new byte[LENGTH_MAX];
    private final byte[] plain = new byte[SnappyBlock.BYTES_MAX];
    private int at;
    private int end;
    private boolean hasBegun;

    SnappyInputStream(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        return isAtEnd() ? -1 : plain[at++] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (isAtEnd()) {
            return -1;
        }
        int n = Math.min(length, end - at);
        System.arraycopy(plain, at, target, offset, n);
        at += n;
        return n;
    }

    @Override
    public int available() {
        return end - at;
    }

    private boolean isAtEnd() throws IOException {
        while (at == end) {
            int type = in.read();
            if (type < 0) {
                return true;
            }
            readChunk(type);
        }
        return false;
    }

    private void readChunk(int type) throws IOException {
        readFully(3);
        int length = chunk[0] & 0xFF | (chunk[1] & 0xFF) << 8 | (chunk[2] & 0xFF) << 16;
        if (!hasBegun && type != SnappyFormat.STREAM_IDENTIFIER) {
            throw new ProtocolException("a Snappy stream begins with a chunk of type " + type);
        }
        hasBegun = true;
        if (type == SnappyFormat.COMPRESSED || type == SnappyFormat.UNCOMPRESSED) {
            readData(type, length);
        } else if (type >= SnappyFormat.SKIPPABLE_FIRST) {
            in.skipNBytes(length);
        } else {
            throw new ProtocolException("a Snappy stream has a chunk of the unknown type " + type);
        }
    }

    private void readData(int type, int length) throws IOException {
        int dataBytes = length - SnappyFormat.CHECKSUM_BYTES;
        if (dataBytes < 0 || length > LENGTH_MAX || type == SnappyFormat.UNCOMPRESSED && dataBytes > plain.length) {
            throw new ProtocolException("a chunk of a Snappy stream has a length of " + length);
        }
        readFully(length);
        int crc = chunk[0] & 0xFF | (chunk[1] & 0xFF) << 8 | (chunk[2] & 0xFF) << 16 | (chunk[3] & 0xFF) << 24;
        at = 0;
        if (type == SnappyFormat.COMPRESSED) {
            end = SnappyBlock.expand(chunk, SnappyFormat.CHECKSUM_BYTES, length, plain);
        } else {
            System.arraycopy(chunk, SnappyFormat.CHECKSUM_BYTES, plain, 0, dataBytes);
            end = dataBytes;
        }
        if (crc != SnappyFormat.checksum(plain, 0, end)) {
            throw new ProtocolException("a chunk of a Snappy stream has a wrong checksum");
        }
    }

    private void readFully(int length) throws IOException {
        if (in.readNBytes(chunk, 0, length) < length) {
            throw new EOFException("the stream ended within a chunk");
        }
    }
}
