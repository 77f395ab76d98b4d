package dev.chaski.client;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Commands on their way to a connection's writer, who takes all there are at once. Small ones are gathered in blocks, so
 * that thousands are one write. Any thread adds; one at a time writes, which is the writer, or a thread that has nothing
 * better to do. Who adds bounds what may wait here: a producer its unanswered publishes, a consumer its messages in flight.
 */
final class Outbox {
    private static final int BLOCK_BYTES = 64 << 10;
    /** A command that is larger is not copied. */
    private static final int SMALL_BYTES = 4 << 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private List<ByteBuffer> waiting = new ArrayList<>();
    private List<ByteBuffer> taken = new ArrayList<>();
    /** The last of those that wait, where it still has room. */
    private @Nullable ByteBuffer open;
    /** Was written, and may be filled again. */
    private @Nullable ByteBuffer spare;

    private boolean isWriting;
    private boolean hasEnded;

    /** Adds a command, in order; after the end it is forgotten. */
    void add(byte[] command) {
        add(command, true);
    }

    /** Adds a command that the same thread goes on to write, by {@link #takeNow}. */
    void addUnsignalled(byte[] command) {
        add(command, false);
    }

    private void add(byte[] command, boolean signals) {
        lock.lock();
        try {
            if (hasEnded) {
                return;
            }
            if (command.length > SMALL_BYTES) {
                open = null;
                waiting.add(ByteBuffer.wrap(command).position(command.length));
            } else {
                roomFor(command.length).put(command);
            }
            if (signals && !isWriting) {
                filled.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private ByteBuffer roomFor(int count) {
        ByteBuffer block = open;
        if (block == null || block.remaining() < count) {
            block = spare == null ? ByteBuffer.allocate(BLOCK_BYTES) : spare;
            spare = null;
            open = block;
            waiting.add(block);
        }
        return block;
    }

    /** Nothing more will be added; what is here is still taken. */
    void end() {
        lock.lock();
        try {
            hasEnded = true;
            filled.signal();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for commands, and until nobody writes.
     *
     * @return all that there are, from each array's begin to its buffer's position, to be written before {@link #written};
     *     or an empty list after the end
     */
    List<ByteBuffer> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (isWriting || waiting.isEmpty() && !hasEnded) {
                filled.await();
            }
            return takeAll();
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #take}, but returns nothing where somebody is writing, who then sees to all that is here. */
    List<ByteBuffer> takeNow() {
        lock.lock();
        try {
            return isWriting || waiting.isEmpty() ? List.of() : takeAll();
        } finally {
            lock.unlock();
        }
    }

    private List<ByteBuffer> takeAll() {
        isWriting = true;
        List<ByteBuffer> all = waiting;
        waiting = taken;
        taken = all;
        open = null;
        return all;
    }

    /** What was taken is written: the next may write. */
    void written() {
        lock.lock();
        try {
            isWriting = false;
            reuse();
            if (!waiting.isEmpty() || hasEnded) {
                filled.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private void reuse() {
        for (ByteBuffer each : taken) {
            if (each.capacity() == BLOCK_BYTES) {
                spare = each.clear();
            }
        }
        taken.clear();
    }
}
