package dev.chaski.server.http;

import dev.chaski.server.loops.BodyMemory;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** A request's body that comes in parts, put together. Confined to the connection's loop. */
final class PartialBody {
    /** What is set aside at first; it grows with what comes. */
    private static final int BYTES_INITIAL = 16 << 10;

    private final ByteBufAllocator allocator;
    private final BodyMemory memory;
    private @Nullable ByteBuf body;

    PartialBody(ByteBufAllocator allocator, BodyMemory memory) {
        this.allocator = allocator;
        this.memory = memory;
    }

    boolean isEmpty() {
        return body == null;
    }

    /**
     * Adds a part, which stays the caller's.
     *
     * @return false where there is no room for it
     */
    boolean add(ByteBuf part) {
        ByteBuf before = body;
        int length = before == null ? 0 : before.readableBytes();
        int capacity = before == null ? 0 : before.capacity();
        int needed = length + part.readableBytes();
        if (before == null || needed > capacity) {
            int larger = Math.max(BYTES_INITIAL, Math.max(needed, 2 * capacity));
            if (!grow(before, larger)) {
                return false;
            }
        }
        ByteBuf room = body;
        if (room != null) {
            room.writeBytes(part);
        }
        return true;
    }

    private boolean grow(@Nullable ByteBuf before, int capacity) {
        if (!memory.take(capacity)) {
            return false;
        }
        try {
            ByteBuf larger = allocator.directBuffer(capacity, capacity);
            if (before != null) {
                larger.writeBytes(before);
            }
            release();
            body = larger;
            return true;
        } catch (OutOfMemoryError e) {
            // Of direct memory, which others have taken: the heap is not meant.
            memory.give(capacity);
            memory.refused();
            return false;
        }
    }

    /** The body as it is, which is the caller's then; it no longer counts as one that is being received. */
    ByteBuf take() {
        ByteBuf whole = body;
        if (whole == null) {
            return Unpooled.EMPTY_BUFFER;
        }
        memory.give(whole.capacity());
        body = null;
        return whole;
    }

    void release() {
        take().release();
    }
}
