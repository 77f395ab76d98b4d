package dev.chaski.bench.load;

import dev.chaski.wire.FrameFormat;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Walks over the frames that a server sends, however they are cut by the network. Confined to its connection's loop.
 * Keeps nothing of a frame that ends in the buffer it came in; of one that does not, only its head, since that is all a
 * load generator looks at.
 */
final class FrameWalker {
    /** What is kept of a message: its header and a time stamp at the start of its body. */
    static final int MESSAGE_HEAD_BYTES = FrameFormat.BODY_OFFSET + Long.BYTES;
    /** The longest response or error that is believed to come from a server of the protocol. */
    static final int TEXT_BYTES_MAX = 64 << 10;
    /** The longest message that is believed, well above what servers allow. */
    static final int MESSAGE_BYTES_MAX = 256 << 20;

    private final FrameSink sink;
    /** The head of a frame whose end has not arrived: empty while there is none. */
    private ByteBuffer head = ByteBuffer.allocate(64);
    /** Bytes of that frame that were passed over after its head. */
    private int skippedBytes;

    FrameWalker(FrameSink sink) {
        this.sink = sink;
    }

    /** Walks over everything from the buffer's position to its limit. */
    void walk(ByteBuffer buffer) throws IOException {
        int position = buffer.position();
        int limit = buffer.limit();
        if (head.position() > 0) {
            position = resume(buffer, position, limit);
        }
        while (limit - position >= FrameFormat.HEADER_BYTES) {
            int frameBytes = frameBytes(buffer, position);
            if (limit - position < frameBytes) {
                break;
            }
            dispatch(buffer, position, frameBytes);
            position += frameBytes;
        }
        if (position < limit) {
            resume(buffer, position, limit);
        }
    }

    /** Goes on with the frame whose head is kept; returns where it ends, or the limit where it does not yet. */
    private int resume(ByteBuffer buffer, int from, int limit) throws IOException {
        int position = from;
        while (true) {
            int wanted = headBytesWanted();
            if (head.position() == wanted) {
                break;
            }
            int copied = Math.min(wanted - head.position(), limit - position);
            head.put(head.position(), buffer, position, copied).position(head.position() + copied);
            position += copied;
            if (head.position() < wanted) {
                return limit;
            }
        }
        int frameBytes = frameBytes(head, 0);
        int missing = frameBytes - head.position() - skippedBytes;
        if (missing > limit - position) {
            skippedBytes += limit - position;
            return limit;
        }
        head.clear();
        skippedBytes = 0;
        dispatch(head, 0, frameBytes);
        return position + missing;
    }

    private int headBytesWanted() throws IOException {
        if (head.position() < FrameFormat.HEADER_BYTES) {
            return FrameFormat.HEADER_BYTES;
        }
        int frameBytes = frameBytes(head, 0);
        boolean message = head.getInt(FrameFormat.TYPE_OFFSET) == FrameFormat.TYPE_MESSAGE;
        int wanted = message ? Math.min(frameBytes, MESSAGE_HEAD_BYTES) : frameBytes;
        if (wanted > head.capacity()) {
            head = ByteBuffer.allocate(wanted).put(head.flip());
        }
        return wanted;
    }

    private void dispatch(ByteBuffer buffer, int position, int frameBytes) throws IOException {
        int type = buffer.getInt(position + FrameFormat.TYPE_OFFSET);
        if (type == FrameFormat.TYPE_MESSAGE) {
            sink.message(buffer, position, frameBytes);
            return;
        }
        int textAt = position + FrameFormat.HEADER_BYTES;
        int textBytes = frameBytes - FrameFormat.HEADER_BYTES;
        if (type == FrameFormat.TYPE_RESPONSE) {
            sink.response(buffer, textAt, textBytes);
        } else {
            sink.error(buffer, textAt, textBytes);
        }
    }

    /** The whole length of a frame, when its first eight bytes make sense. */
    private static int frameBytes(ByteBuffer buffer, int position) throws IOException {
        int size = buffer.getInt(position + FrameFormat.SIZE_OFFSET);
        int type = buffer.getInt(position + FrameFormat.TYPE_OFFSET);
        boolean plausible = type == FrameFormat.TYPE_MESSAGE
                ? size >= FrameFormat.BODY_OFFSET - FrameFormat.SIZE_BYTES && size <= MESSAGE_BYTES_MAX
                : (type == FrameFormat.TYPE_RESPONSE || type == FrameFormat.TYPE_ERROR)
                        && size >= FrameFormat.HEADER_BYTES - FrameFormat.SIZE_BYTES
                        && size <= TEXT_BYTES_MAX;
        if (!plausible) {
            throw new IOException("what arrived is no NSQ frame (size " + size + ", type " + type
                    + "): is this the TCP port of an NSQ server?");
        }
        return size + FrameFormat.SIZE_BYTES;
    }
}
