package dev.chaski.client;

import dev.chaski.wire.FrameFormat;
import dev.chaski.wire.MessageId;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads frames, and not a byte further, so that encryption can begin after any of them. One thread. */
final class FrameReader {
    /** Replies and errors are short; the answer to AUTH, which may name an identity, is the longest. */
    private static final int TEXT_BYTES_MAX = 1 << 20;

    private final InputStream in;
    private final int frameBytesMax;
    private final ByteBuffer header = ByteBuffer.allocate(FrameFormat.BODY_OFFSET);

    FrameReader(InputStream in, int frameBytesMax) {
        this.in = in;
        this.frameBytesMax = frameBytesMax;
    }

    /**
     * Waits for the next frame.
     *
     * @throws EOFException where the connection ended
     * @throws ProtocolException where it is no frame, or one that is too long
     */
    Frame read() throws IOException {
        fill(0, FrameFormat.HEADER_BYTES);
        int dataBytes = header.getInt(FrameFormat.SIZE_OFFSET) - Integer.BYTES;
        int type = header.getInt(FrameFormat.TYPE_OFFSET);
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

    private String text(int dataBytes) throws IOException {
        if (dataBytes > TEXT_BYTES_MAX) {
            throw new ProtocolException("a reply of " + dataBytes + " bytes, where " + TEXT_BYTES_MAX + " are allowed");
        }
        return new String(bytes(dataBytes), StandardCharsets.UTF_8);
    }

    private Frame delivery(int dataBytes) throws IOException {
        int bodyBytes = dataBytes - (FrameFormat.BODY_OFFSET - FrameFormat.HEADER_BYTES);
        if (bodyBytes < 0) {
            throw new ProtocolException("a message frame with " + dataBytes + " bytes of data is too short");
        }
        fill(FrameFormat.HEADER_BYTES, FrameFormat.BODY_OFFSET);
        byte[] id =
                Arrays.copyOfRange(header.array(), FrameFormat.ID_OFFSET, FrameFormat.ID_OFFSET + MessageId.TEXT_BYTES);
        return new Frame.Delivery(
                header.getLong(FrameFormat.TIMESTAMP_OFFSET),
                Short.toUnsignedInt(header.getShort(FrameFormat.ATTEMPTS_OFFSET)),
                id,
                bytes(bodyBytes));
    }

    private void fill(int from, int to) throws IOException {
        if (in.readNBytes(header.array(), from, to - from) < to - from) {
            throw new EOFException("the server closed the connection");
        }
    }

    /** Grows with what arrives, so that a length that is not followed by bytes takes no memory. */
    private byte[] bytes(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the server closed the connection within a frame");
        }
        return bytes;
    }
}
