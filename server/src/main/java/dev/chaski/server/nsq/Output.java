package dev.chaski.server.nsq;

import dev.chaski.wire.FrameFormat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Collects what is to be sent to a client, so that a turn's replies and messages go out in one write. Confined to the
 * connection's loop.
 */
final class Output {
    /** Bytes that are collected before they are handed to the socket's queue. */
    static final int BUFFER_BYTES = 16 << 10;

    private static final ByteBuffer OKS = oks();
    private static final int OK_BYTES = 10;
    private static final int OK_COUNT_MAX = OKS.capacity() / OK_BYTES;

    private final Channel channel;
    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
    private ByteBuffer bytes = Unpooled.EMPTY_BUFFER.nioBuffer();
    private int start;
    private int end;
    private boolean isUnflushed;

    Output(Channel channel) {
        this.channel = channel;
    }

    /** OK, so many times. */
    void oks(int count) {
        int left = count;
        while (left > 0) {
            int some = Math.min(left, OK_COUNT_MAX);
            copy(OKS, 0, some * OK_BYTES);
            left -= some;
        }
    }

    void response(String text) {
        frame(FrameFormat.TYPE_RESPONSE, text);
    }

    void error(String text) {
        frame(FrameFormat.TYPE_ERROR, text);
    }

    private void frame(int type, String text) {
        byte[] data = text.getBytes(StandardCharsets.UTF_8);
        int at = reserve(FrameFormat.HEADER_BYTES + data.length);
        bytes.putInt(at + FrameFormat.SIZE_OFFSET, data.length + FrameFormat.SIZE_BYTES);
        bytes.putInt(at + FrameFormat.TYPE_OFFSET, type);
        bytes.put(at + FrameFormat.HEADER_BYTES, data);
    }

    /** Frames that are ready to be sent. */
    void copy(ByteBuffer source, int position, int length) {
        int at = reserve(length); // before bytes is looked at: it may be another one then
        bytes.put(at, source, position, length);
    }

    /** A message's frame with another delivery count than it has. */
    void copy(ByteBuffer source, int position, int length, int attempts) {
        int at = reserve(length);
        bytes.put(at, source, position, length);
        bytes.putShort(at + FrameFormat.ATTEMPTS_OFFSET, (short) Math.min(attempts, 0xFFFF));
    }

    /** Frames that are sent from where they are; the channel lets go of the buffer. */
    void slice(ByteBuf frames, Runnable sent) {
        pass();
        isUnflushed = true;
        channel.write(frames).addListener(done -> sent.run());
    }

    /** Hands everything to the socket. */
    void flush() {
        pass();
        if (isUnflushed) {
            isUnflushed = false;
            channel.flush();
        }
    }

    void release() {
        buffer.release();
        buffer = Unpooled.EMPTY_BUFFER;
        bytes = Unpooled.EMPTY_BUFFER.nioBuffer();
        start = 0;
        end = 0;
    }

    private int reserve(int length) {
        if (bytes.limit() - end < length) {
            pass();
            int capacity = Math.max(BUFFER_BYTES, length);
            buffer = channel.alloc().directBuffer(capacity, capacity);
            bytes = buffer.nioBuffer(0, capacity);
            start = bytes.position();
            end = start;
        }
        int at = end;
        end += length;
        return at;
    }

    private void pass() {
        if (end > start) {
            buffer.writerIndex(end - start);
            channel.write(buffer, channel.voidPromise());
            isUnflushed = true;
        } else {
            buffer.release();
        }
        buffer = Unpooled.EMPTY_BUFFER;
        bytes = Unpooled.EMPTY_BUFFER.nioBuffer();
        start = 0;
        end = 0;
    }

    private static ByteBuffer oks() {
        ByteBuffer oks = ByteBuffer.allocateDirect(256 * 10);
        while (oks.hasRemaining()) {
            oks.putInt(FrameFormat.SIZE_BYTES + 2).putInt(FrameFormat.TYPE_RESPONSE);
            oks.put((byte) 'O').put((byte) 'K');
        }
        return oks.asReadOnlyBuffer();
    }
}
