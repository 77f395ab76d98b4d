package dev.chaski.server.nsq;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.MessageToByteEncoder;
import java.nio.ByteBuffer;
import java.util.zip.Deflater;

/**
 * Compresses what is sent as one raw deflate stream; each write ends at a byte, so that the client can read all of it.
 * Confined to the connection's loop.
 */
final class DeflateEncoder extends MessageToByteEncoder<ByteBuf> {
    /** What a stored block and the end of a write add at most. */
    private static final int OVERHEAD_BYTES = 64;

    private final Deflater deflater;

    DeflateEncoder(int level) {
        super(ByteBuf.class);
        deflater = new Deflater(level, true);
    }

    @Override
    protected void encode(ChannelHandlerContext context, ByteBuf message, ByteBuf out) {
        if (!message.isReadable()) {
            return;
        }
        deflater.setInput(message.nioBuffer());
        message.skipBytes(message.readableBytes());
        boolean isFull;
        do {
            out.ensureWritable(OVERHEAD_BYTES);
            ByteBuffer target = out.nioBuffer(out.writerIndex(), out.writableBytes());
            int written = deflater.deflate(target, Deflater.SYNC_FLUSH);
            out.writerIndex(out.writerIndex() + written);
            isFull = !target.hasRemaining();
        } while (isFull);
    }

    @Override
    protected ByteBuf allocateBuffer(ChannelHandlerContext context, ByteBuf message, boolean preferDirect) {
        return context.alloc().directBuffer(message.readableBytes() / 2 + OVERHEAD_BYTES);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        deflater.end();
    }
}
