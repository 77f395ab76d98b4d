package dev.chaski.server.nsq;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.compression.DecompressionException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Decompresses a raw deflate stream, piece by piece, and only while the connection reads: a small packet that inflates to
 * a thousand times its size fills no memory. Confined to the connection's loop.
 */
final class InflateDecoder extends ChannelDuplexHandler {
    private static final int PIECE_BYTES = 32 << 10;

    private final Inflater inflater = new Inflater(true);
    private @Nullable ByteBuf compressed;
    private boolean isInflating;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf received = (ByteBuf) message;
        ByteBuf before = compressed;
        if (before == null) {
            compressed = received;
            inflater.setInput(received.nioBuffer());
        } else {
            compressed = context.alloc()
                    .directBuffer(inflater.getRemaining() + received.readableBytes())
                    .writeBytes(before.slice(before.writerIndex() - inflater.getRemaining(), inflater.getRemaining()))
                    .writeBytes(received);
            before.release();
            received.release();
            inflater.setInput(compressed.nioBuffer());
        }
        inflate(context);
    }

    @Override
    public void read(ChannelHandlerContext context) throws Exception {
        if (compressed != null) {
            inflate(context);
        }
        context.read();
    }

    private void inflate(ChannelHandlerContext context) {
        if (isInflating) {
            return;
        }
        isInflating = true;
        try {
            while (compressed != null && context.channel().config().isAutoRead()) {
                ByteBuf piece = context.alloc().directBuffer(PIECE_BYTES, PIECE_BYTES);
                int count;
                try {
                    count = inflater.inflate(piece.nioBuffer(0, PIECE_BYTES));
                } catch (DataFormatException e) {
                    piece.release();
                    drop();
                    throw new DecompressionException("not a deflate stream", e);
                }
                if (inflater.needsDictionary()) {
                    piece.release();
                    drop();
                    throw new DecompressionException("a deflate stream with a dictionary, which nobody agreed on");
                }
                if (inflater.needsInput() && count < PIECE_BYTES || inflater.finished()) {
                    drop();
                }
                context.fireChannelRead(piece.writerIndex(count));
            }
        } finally {
            isInflating = false;
        }
    }

    private void drop() {
        if (compressed != null) {
            compressed.release();
            compressed = null;
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        drop();
        inflater.end();
    }
}
