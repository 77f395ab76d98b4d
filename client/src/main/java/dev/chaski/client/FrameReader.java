package dev.chaski.client;

import dev.chaski.wire.FrameFormat;
import dev.chaski.wire.MessageId;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads frames. One thread; {@link #heardNs} is for any. */
final class FrameReader {
    private static final int AHEAD_BYTES = 64 << 10;
    /** Replies and errors are short; the answer to AUTH, which may name an identity, is the longest. */
    private static final int TEXT_BYTES_MAX = 1 << 20;

    private final InputStream in;
    private final int frameBytesMax;
    private final boolean readsAhead;
    private final byte[] bytes;
    private final ByteBuffer buffer;
    private int from;
    private int to;
    private volatile long heardNs = System.nanoTime();

    private FrameReader(InputStream in, int frameBytesMax, int bufferBytes) {
        this.in = in;
        this.frameBytesMax = frameBytesMax;
        readsAhead = bufferBytes > FrameFormat.BODY_OFFSET;
        bytes = new byte[bufferBytes];
        buffer = ByteBuffer.wrap(bytes);
    }

    /** Reads not a byte further than a frame, so that encryption can begin after any of them. */
    static FrameReader exact(InputStream in, int frameBytesMax) {
        return new FrameReader(in, frameBytesMax, FrameFormat.BODY_OFFSET);
    }

    /** Reads what there is, many frames at once. */
    static FrameReader ahead(InputStream in, int frameBytesMax) {
        return new FrameReader(in, frameBytesMax, AHEAD_BYTES);
    }

    /**
     * Waits for the next frame.
     *
     * @throws EOFException where the connection ended
     * @throws ProtocolException where it is no frame, or one that is too long
     */
    Frame read() throws IOException {
        fill(FrameFormat.HEADER_BYTES);
        int dataBytes = buffer.getInt(from + FrameFormat.SIZE_OFFSET) - Integer.BYTES;
        int type = buffer.getInt(from + FrameFormat.TYPE_OFFSET);
        if (dataBytes < 0 || dataBytes > frameBytesMax) {
            throw new ProtocolException(
                    "a frame with " + dataBytes + " bytes of data, where " + frameBytesMax + " are allowed");
        }
        return switch (type) {
            case FrameFormat.TYPE_RESPONSE -> new Frame.Response(text(dataBytes));
            case FrameFormat.TYPE_ERROR -> new Frame.Failure(text(dataBytes));
            case FrameFormat.TYPE_MESSAGE -> delivery(dataBytes);
            default -> throw new ProtocolException("a frame of the unknown type " + type);
        };
    }

    /** Whether the next frame is here as a whole, so that {@link #read} will not wait. */
    boolean hasNext() {
        int held = to - from;
        return held >= FrameFormat.HEADER_BYTES
                && held - Integer.BYTES >= buffer.getInt(from + FrameFormat.SIZE_OFFSET);
    }

    /** When the server was last heard, as {@link System#nanoTime} counts. */
    long heardNs() {
        return heardNs;
    }

    private String text(int dataBytes) throws IOException {
        if (dataBytes > TEXT_BYTES_MAX) {
            throw new ProtocolException("a reply of " + dataBytes + " bytes, where " + TEXT_BYTES_MAX + " are allowed");
        }
        skip(FrameFormat.HEADER_BYTES);
        return new String(take(dataBytes), StandardCharsets.UTF_8);
    }

    private Frame delivery(int dataBytes) throws IOException {
        int bodyBytes = dataBytes - (FrameFormat.BODY_OFFSET - FrameFormat.HEADER_BYTES);
        if (bodyBytes < 0) {
            throw new ProtocolException("a message frame with " + dataBytes + " bytes of data is too short");
        }
        fill(FrameFormat.BODY_OFFSET);
        long timestampNs = buffer.getLong(from + FrameFormat.TIMESTAMP_OFFSET);
        int attempts = Short.toUnsignedInt(buffer.getShort(from + FrameFormat.ATTEMPTS_OFFSET));
        int idAt = from + FrameFormat.ID_OFFSET;
        byte[] id = Arrays.copyOfRange(bytes, idAt, idAt + MessageId.TEXT_BYTES);
        skip(FrameFormat.BODY_OFFSET);
        return new Frame.Delivery(timestampNs, attempts, id, take(bodyBytes));
    }

    private void skip(int count) {
        from += count;
    }

    /** Sees to it that so many bytes are here, at most as many as the buffer takes. */
    private void fill(int count) throws IOException {
        if (to - from >= count) {
            return;
        }
        if (from > 0) {
            System.arraycopy(bytes, from, bytes, 0, to - from);
            to -= from;
            from = 0;
        }
        while (to < count) {
            int read = in.read(bytes, to, (readsAhead ? bytes.length : count) - to);
            if (read < 0) {
                throw new EOFException("the server closed the connection");
            }
            to += read;
            heardNs = System.nanoTime();
        }
    }

    /** Takes the next bytes. What does not fit the buffer grows with what arrives: a mere length takes no memory. */
    private byte[] take(int count) throws IOException {
        if (readsAhead && count <= bytes.length) {
            fill(count);
        }
        int held = Math.min(count, to - from);
        byte[] start = Arrays.copyOfRange(bytes, from, from + held);
        skip(held);
        return held == count ? start : complete(start, count);
    }

    private byte[] complete(byte[] start, int count) throws IOException {
        byte[] rest = in.readNBytes(count - start.length);
        heardNs = System.nanoTime();
        if (start.length + rest.length < count) {
            throw new EOFException("the server closed the connection within a frame");
        }
        if (start.length == 0) {
            return rest;
        }
        byte[] whole = Arrays.copyOf(start, count);
        System.arraycopy(rest, 0, whole, start.length, rest.length);
        return whole;
    }
}
