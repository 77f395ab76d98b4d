package dev.chaski.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/** A long body as it is written: pooled pieces instead of one array that grows. Owned by the writing thread. */
final class Pieces extends OutputStream {
    private static final int PIECE_BYTES = 32 << 10;

    private final ByteBufAllocator allocator;
    private final List<ByteBuf> pieces = new ArrayList<>();

    Pieces(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** What was written; whoever takes it releases it. */
    List<ByteBuf> taken() {
        return pieces;
    }

    void release() {
        pieces.forEach(ByteBuf::release);
        pieces.clear();
    }

    @Override
    public void write(int b) {
        room().writeByte(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        int written = 0;
        while (written < length) {
            ByteBuf piece = room();
            int count = Math.min(length - written, piece.writableBytes());
            piece.writeBytes(bytes, offset + written, count);
            written += count;
        }
    }

    private ByteBuf room() {
        if (pieces.isEmpty() || !pieces.getLast().isWritable()) {
            pieces.add(allocator.directBuffer(PIECE_BYTES, PIECE_BYTES));
        }
        return pieces.getLast();
    }
}
