package dev.chaski.server.lookup;

import dev.chaski.server.loops.BodyMemory;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that a client sent and that were not understood yet: part of a line, or of a body. Confined to the
 * connection's loop.
 */
final class Input {
    /** Longest line that is read, its end included; the longest valid one has 141 bytes. */
    static final int LINE_BYTES_MAX = 4096;
    /** Longest body that is read: a few short fields. */
    static final int BODY_BYTES_MAX = 16 << 10;

    private static final byte LINE_END = '\n';

    private final ByteBufAllocator allocator;
    private final BodyMemory memory;
    private @Nullable ByteBuf kept;
    private int takenBytes;

    Input(ByteBufAllocator allocator, BodyMemory memory) {
        this.allocator = allocator;
        this.memory = memory;
    }

    /** Takes a received buffer over. */
    void add(ByteBuf received) {
        ByteBuf before = kept;
        if (before == null) {
            kept = received;
            return;
        }
        try {
            int needed = before.readableBytes() + received.readableBytes();
            if (before.writableBytes() < received.readableBytes()) {
                ByteBuf larger = allocator.buffer(needed);
                larger.writeBytes(before);
                before.release();
                kept = larger;
                before = larger;
            }
            before.writeBytes(received);
        } finally {
            received.release();
        }
    }

    boolean isEmpty() {
        return kept == null;
    }

    private int available() {
        return kept == null ? 0 : kept.readableBytes();
    }

    /** The next so many bytes, or null where fewer came. */
    byte @Nullable [] take(int count) {
        if (count == 0) {
            return new byte[0];
        }
        ByteBuf from = kept;
        if (from == null || available() < count) {
            return null;
        }
        byte[] bytes = new byte[count];
        from.readBytes(bytes);
        passed();
        return bytes;
    }

    /** The next line without its end and white space around, or null where it has not ended. */
    @Nullable
    String takeLine() throws Refusal {
        ByteBuf from = kept;
        if (from == null) {
            return null;
        }
        int length = from.bytesBefore(Math.min(available(), LINE_BYTES_MAX), LINE_END);
        if (length < 0) {
            if (available() >= LINE_BYTES_MAX) {
                throw Refusal.invalid("command line is longer than " + LINE_BYTES_MAX + " bytes");
            }
            return null;
        }
        String line = from.readCharSequence(length, StandardCharsets.ISO_8859_1).toString();
        from.skipBytes(1);
        passed();
        return line.strip();
    }

    private void passed() {
        if (kept != null && !kept.isReadable()) {
            kept.release();
            kept = null;
        }
    }

    /** Sets memory aside for a body that has not come whole; it is given back by {@link #release}. */
    boolean reserve(int bytes) {
        if (!memory.take(bytes)) {
            return false;
        }
        takenBytes += bytes;
        return true;
    }

    /** Gives back what was set aside. */
    void unreserve() {
        memory.give(takenBytes);
        takenBytes = 0;
    }

    void release() {
        if (kept != null) {
            kept.release();
            kept = null;
        }
        unreserve();
    }
}
