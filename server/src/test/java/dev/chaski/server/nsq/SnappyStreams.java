package dev.chaski.server.nsq;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.compression.SnappyFrameDecoder;
import io.netty.handler.codec.compression.SnappyFrameEncoder;
import java.io.IOException;
import java.io.InputStream;

/** Snappy's framing over a stream. One thread. */
final class SnappyStreams extends InputStream {
    private final InputStream compressed;
    private final EmbeddedChannel codec = new EmbeddedChannel(new SnappyFrameEncoder(), new SnappyFrameDecoder(true));
    private ByteBuf plain = Unpooled.EMPTY_BUFFER;

    SnappyStreams(InputStream compressed) {
        this.compressed = compressed;
    }

    byte[] encode(byte[] bytes, int start, int length) {
        codec.writeOutbound(Unpooled.copiedBuffer(bytes, start, length));
        ByteBuf out = codec.readOutbound();
        byte[] encoded = new byte[out.readableBytes()];
        out.readBytes(encoded).release();
        return encoded;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int start, int length) throws IOException {
        while (!plain.isReadable()) {
            plain.release();
            ByteBuf next = codec.readInbound();
            plain = next == null ? Unpooled.EMPTY_BUFFER : next;
            if (next == null) {
                byte[] chunk = new byte[4096];
                int count = compressed.read(chunk);
                if (count < 0) {
                    return -1;
                }
                codec.writeInbound(Unpooled.copiedBuffer(chunk, 0, count));
            }
        }
        int count = Math.min(length, plain.readableBytes());
        plain.readBytes(target, start, count);
        return count;
    }
}
