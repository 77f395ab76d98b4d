package dev.chaski.engine;

import dev.chaski.log.ChangeLog;
import dev.chaski.log.LogException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the movements of all cursors durable, at most 50 ms after they happened: asks each loop for the bytes and
 * writes them in one go. Also shortens the change log by a new generation when it has grown or cannot be written any
 * more. Runs on the keeper's two threads; the lock lets one of them collect and write at a time, so that the movements
 * of a channel are written in the order in which they happened.
 */
final class CursorFlusher {
    private static final Logger LOG = LoggerFactory.getLogger(CursorFlusher.class);

    /** Bytes collected from a loop at a time, more where a single part takes more; what does not fit follows at once. */
    private static final int BUFFER_BYTES = 512 << 10;

    private static final int BUFFER_BYTES_MAX = ChangeLog.RECORD_BYTES_MAX;
    /** A generation that has grown beyond this, and beyond a few times what the last began with, is replaced. */
    private static final long GENERATION_BYTES = 32L << 20;

    private static final int GENERATION_GROWTH = 4;
    private static final long LOOP_WAIT_S = 10;

    private final Administration administration;
    private final ChangeLog changes;
    private final List<LoopContext> contexts;
    private final List<ByteBuffer> buffers = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private long nextGenerationBytes = GENERATION_BYTES;
    /** Writes that failed; guarded by the lock, as is what follows. */
    private long failures;

    private boolean isFailing;
    private boolean isTooLargeTold;

    CursorFlusher(Administration administration, ChangeLog changes, List<LoopContext> contexts) {
        this(administration, changes, contexts, BUFFER_BYTES);
    }

    /** With buffers of another size at first. */
    CursorFlusher(Administration administration, ChangeLog changes, List<LoopContext> contexts, int bufferBytes) {
        this.administration = administration;
        this.changes = changes;
        this.contexts = contexts;
        contexts.forEach(_ -> buffers.add(ByteBuffer.allocateDirect(bufferBytes)));
    }

    /** Writes what has moved; a failure leaves the channels asking for a full write. */
    void flush() throws InterruptedException {
        lock.lock();
        try {
            boolean isComplete;
            do {
                isComplete = flushOnce();
            } while (!isComplete);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes what has moved, safe against a power cut: segments are freed by what is durable only. Any thread that may
     * block.
     *
     * @throws LogException where it is not safe
     */
    void flushSafely() throws LogException {
        try {
            lock.lockInterruptibly();
            try {
                long failuresBefore = failures;
                flush();
                if (failures != failuresBefore) {
                    throw new LogException(LogException.Kind.IO, "cursors cannot be written");
                }
            } finally {
                lock.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException(LogException.Kind.CLOSED, "interrupted while cursors were written", e);
        }
        administration.journal().syncChanges();
    }

    /** Something done while every loop stands still. */
    interface RestStep {
        /**
         * Does it; not to wait for a loop.
         *
         * @return false where it could not be done
         */
        boolean run() throws LogException, InterruptedException;
    }

    /**
     * Writes what has moved, most of it while the loops go on and the rest while they stand still, and does something
     * then: nothing is published, delivered or finished meanwhile. A thread that is no loop.
     *
     * @return false where they did not all stand still, or the step says so: to be tried again
     * @throws LogException where cursors cannot be written
     */
    boolean atRest(RestStep step) throws LogException, InterruptedException {
        lock.lock();
        try {
            long failuresBefore = failures;
            flush();
            if (failures != failuresBefore) {
                throw new LogException(LogException.Kind.IO, "cursors cannot be written");
            }
            boolean[] complete = new boolean[contexts.size()];
            try (Standstill standstill = new Standstill(contexts, i -> complete[i] = collectFrom(i))) {
                boolean isStill = standstill.await();
                writeCollected();
                return isStill && areTrue(complete) && step.run() && standstill.isWhole();
            }
        } catch (LogException e) {
            administration.topics().values().forEach(CursorFlusher::wantFullCursors);
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private boolean collectFrom(int index) {
        return collect(contexts.get(index), buffers.get(index).clear());
    }

    private void writeCollected() throws LogException {
        for (ByteBuffer buffer : buffers) {
            if (buffer.flip().hasRemaining()) {
                administration.journal().commit(buffer);
            }
        }
    }

    private static boolean areTrue(boolean[] flags) {
        for (boolean flag : flags) {
            if (!flag) {
                return false;
            }
        }
        return true;
    }

    private static void wantFullCursors(Topic topic) {
        for (Channel channel : topic.channelArray()) {
            channel.loop().execute(channel::wantFullCursor);
        }
    }

    /** Begins a new generation where the present one has grown too much, or takes nothing any more. */
    void shorten() throws LogException, InterruptedException {
        if (changes.generationBytes() < nextGenerationBytes && !changes.isFailed()) {
            return;
        }
        // Not under the administration's lock: that would stall event loops for an fsync.
        long generation = changes.beginGeneration();
        administration.lock().lock();
        try {
            administration.repeatAll();
        } finally {
            administration.lock().unlock();
        }
        if (writeAll()) {
            changes.dropBefore(generation);
            nextGenerationBytes = Math.max(GENERATION_BYTES, GENERATION_GROWTH * changes.generationBytes());
            LOG.debug("change log shortened generation={} bytes={}", generation, changes.generationBytes());
        } else {
            LOG.warn("change log not shortened: not all cursors could be written, the older ones stay");
        }
    }

    /** Writes every cursor whole; false where one of them may be missing. */
    private boolean writeAll() throws InterruptedException {
        lock.lock();
        try {
            long failuresBefore = failures;
            for (LoopContext context : contexts) {
                ask(context, () -> allChannels(context).forEach(Channel::wantFullCursor));
            }
            flush();
            return failures == failuresBefore;
        } finally {
            lock.unlock();
        }
    }

    private boolean flushOnce() throws InterruptedException {
        boolean isComplete = true;
        CountDownLatch collected = new CountDownLatch(contexts.size());
        boolean[] complete = new boolean[contexts.size()];
        for (int i = 0; i < contexts.size(); i++) {
            int index = i;
            contexts.get(i).loop.execute(() -> {
                try {
                    complete[index] =
                            collect(contexts.get(index), buffers.get(index).clear());
                } finally {
                    collected.countDown();
                }
            });
        }
        if (!collected.await(LOOP_WAIT_S, TimeUnit.SECONDS)) {
            LOG.warn("an event loop has not answered for {} s; cursors are not being written", LOOP_WAIT_S);
            collected.await();
        }
        for (int i = 0; i < contexts.size(); i++) {
            ByteBuffer bytes = buffers.get(i).flip();
            write(contexts.get(i), bytes);
            boolean goesOn = !complete[i] && (bytes.limit() > 0 || grow(i));
            isComplete &= !goesOn;
        }
        return isComplete;
    }

    /** Makes room for a part that is larger than the buffer; false where there may not be more. */
    private boolean grow(int index) {
        int bytes = buffers.get(index).capacity();
        if (bytes >= BUFFER_BYTES_MAX) {
            failures++;
            if (!isTooLargeTold) { // each flush tries it again
                isTooLargeTold = true;
                LOG.error("a cursor takes more than {} bytes, it is not written", BUFFER_BYTES_MAX);
            }
            return false;
        }
        buffers.set(index, ByteBuffer.allocateDirect(Math.min(2 * bytes, BUFFER_BYTES_MAX)));
        return true;
    }

    private static boolean collect(LoopContext context, ByteBuffer target) {
        Channel channel = context.dirty.pollFirst();
        while (channel != null) {
            if (!channel.writeCursor(target)) {
                return false;
            }
            channel = context.dirty.pollFirst();
        }
        return true;
    }

    private void write(LoopContext context, ByteBuffer collected) throws InterruptedException {
        if (!collected.hasRemaining()) {
            return;
        }
        try {
            administration.journal().commit(collected);
            if (isFailing) {
                isFailing = false;
                LOG.info("cursors are written again");
            }
        } catch (LogException e) {
            failures++;
            if (!isFailing) {
                isFailing = true;
                LOG.error("cursors not written: finishes may be forgotten in a crash error={}", e.getMessage());
            }
            ask(context, () -> allChannels(context).forEach(Channel::wantFullCursor));
        }
    }

    private List<Channel> allChannels(LoopContext context) {
        List<Channel> channels = new ArrayList<>();
        for (Topic topic : administration.topics().values()) {
            for (Channel channel : topic.channelArray()) {
                if (channel.context() == context) {
                    channels.add(channel);
                }
            }
        }
        return channels;
    }

    /** Runs something on a loop and waits for it. */
    private static void ask(LoopContext context, Runnable task) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        context.loop.execute(() -> {
            try {
                task.run();
            } finally {
                done.countDown();
            }
        });
        done.await();
    }
}
