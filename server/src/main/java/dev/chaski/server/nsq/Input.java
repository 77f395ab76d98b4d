package dev.chaski.server.nsq;

import dev.chaski.server.loops.BodyMemory;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that a connection received and has not consumed. Confined to the connection's loop.
 *
 * <p>What a read brings is parsed where it is. Only a command that two reads share is put together in a buffer of our
 * own, which takes no more of the second read than the command needs; the rest is again parsed where it is. Nothing is
 * held when everything is consumed.
 */
final class Input {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final int OWN_BYTES_MIN = 256;
    /** What is taken of the next read at a time while the end of a line is looked for. */
    private static final int LINE_STEP_BYTES = 64;

    private final ByteBufAllocator allocator;
    private final BodyMemory memory;
    private @Nullable ByteBuf current;
    private boolean isOwn;
    /** What the current buffer takes of the memory, where it is our own. */
    private int takenBytes;

    private ByteBuffer bytes = NOTHING;
    private int position;
    private int end;
    /** Received after what is in the current buffer. */
    private @Nullable ByteBuf next;
    /** Bytes that the command at the position needs at least, as far as it is known. */
    private int wanted;

    Input(ByteBufAllocator allocator, BodyMemory memory) {
        this.allocator = allocator;
        this.memory = memory;
    }

    /** Takes a received buffer over; where there is no room it is released and {@link OutOfRoom} thrown. */
    void add(ByteBuf received) {
        if (!received.isReadable()) {
            received.release();
        } else if (received.nioBufferCount() != 1) {
            add(allocator.directBuffer(received.readableBytes()).writeBytes(received));
            received.release();
        } else if (position == end && next == null) {
            adopt(received);
        } else if (next == null) {
            next = received;
        } else {
            try {
                takeNext(next.readableBytes());
            } catch (OutOfRoom e) {
                received.release();
                throw e;
            }
            next = received;
        }
    }

    /** The buffer that {@link #position} and what is asked of this class refer to. */
    ByteBuffer bytes() {
        return bytes;
    }

    /** Index of the first byte that is not consumed. */
    int position() {
        return position;
    }

    /** Bytes that stand in one piece from the position on. */
    int available() {
        return end - position;
    }

    boolean isEmpty() {
        return position == end && next == null;
    }

    /** Whether there is enough for another look at the command at the position. */
    boolean isWorthALook() {
        int all = end - position + (next == null ? 0 : next.readableBytes());
        return all > 0 && all >= wanted;
    }

    /**
     * Puts so many bytes from the position on into one piece. The position may change.
     *
     * @return false where fewer were received
     */
    boolean require(int count) {
        if (end - position >= count) {
            return true;
        }
        wanted = count;
        if (next != null) {
            if (position == end) {
                adoptNext();
            } else {
                takeNext(Math.min(next.readableBytes(), count - (end - position)));
            }
            return end - position >= count;
        }
        return false;
    }

    /** No look is worth it before so many bytes stand from the position on. */
    void want(int count) {
        wanted = count;
    }

    /** Length of the line at the position without its line feed, or −1 where it has not ended within so many bytes. */
    int lineLength(int bytesMax) {
        int scanned = 0;
        do {
            int limit = Math.min(end - position, bytesMax);
            for (; scanned < limit; scanned++) {
                if (bytes.get(position + scanned) == '\n') {
                    return scanned;
                }
            }
        } while (scanned < bytesMax && takeSome());
        wanted = scanned + 1;
        return -1;
    }

    private boolean takeSome() {
        if (next == null) {
            return false;
        }
        takeNext(Math.min(next.readableBytes(), LINE_STEP_BYTES));
        return true;
    }

    /** Goes on behind what was read of a command that is done. */
    void consume(int count) {
        position += count;
        wanted = 0;
        if (position == end && next != null) {
            adoptNext();
        }
    }

    /** Lets go of what is consumed, and of large buffers that hold little: at the end of a turn. */
    void trim() {
        if (isEmpty()) {
            release();
        } else if (current != null && !isOwn && next == null) {
            own(ownBytes(end - position));
        }
    }

    /** Everything that is not consumed, which is gone from here then. */
    ByteBuf takeAll() {
        int currentBytes = end - position;
        ByteBuf all = allocator.directBuffer(currentBytes + (next == null ? 0 : next.readableBytes()));
        all.writeBytes(bytes.slice(position, currentBytes));
        if (next != null) {
            all.writeBytes(next);
        }
        release();
        return all;
    }

    void release() {
        releaseCurrent();
        current = null;
        if (next != null) {
            next.release();
            next = null;
        }
        bytes = NOTHING;
        position = 0;
        end = 0;
        wanted = 0;
        isOwn = false;
    }

    private void adoptNext() {
        ByteBuf received = next;
        next = null;
        if (received != null) {
            adopt(received);
        }
    }

    private void adopt(ByteBuf received) {
        releaseCurrent();
        current = received;
        isOwn = false;
        bytes = received.nioBuffer();
        position = bytes.position();
        end = bytes.limit();
    }

    private void takeNext(int count) {
        ByteBuf from = next;
        if (from == null) {
            return;
        }
        int available = end - position;
        if (!isOwn || bytes.capacity() - end < count) {
            own(ownBytes(available + count));
        }
        ByteBuffer source = from.nioBuffer(from.readerIndex(), count);
        bytes.put(end, source, source.position(), count);
        end += count;
        from.skipBytes(count);
        if (!from.isReadable()) {
            from.release();
            next = null;
        }
    }

    /** Grows towards the announced size by doubling: announcing much and sending little costs us little. */
    private int ownBytes(int needed) {
        return Math.max(OWN_BYTES_MIN, Math.max(needed, Math.min(wanted, 2 * needed)));
    }

    private void own(int capacity) {
        int available = end - position;
        ByteBuf larger = reserve(capacity);
        ByteBuffer target = larger.nioBuffer(0, capacity);
        target.put(target.position(), bytes, position, available);
        releaseCurrent();
        current = larger;
        takenBytes = capacity;
        isOwn = true;
        bytes = target;
        position = target.position();
        end = position + available;
    }

    private ByteBuf reserve(int capacity) {
        if (!memory.take(capacity)) {
            throw new OutOfRoom();
        }
        try {
            return allocator.directBuffer(capacity, capacity);
        } catch (OutOfMemoryError e) {
            // Of direct memory, which others have taken: the heap is not meant.
            memory.give(capacity);
            memory.refused();
            throw new OutOfRoom();
        }
    }

    private void releaseCurrent() {
        if (current != null) {
            current.release();
            memory.give(takenBytes);
            takenBytes = 0;
        }
    }
}
