package dev.chaski.engine;

import dev.chaski.wire.MessageId;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * Collects what one loop publishes in a turn, over all its connections, and appends it once per topic at the end of the
 * turn. Confined to its loop: get it by {@link Broker#publisher}. The messages of one {@link #answer} are stored all or
 * none. Answers are given in the order of the publishes, over all topics: a connection cannot tell them apart otherwise.
 */
public final class Publisher {
    /** Bytes staged for a topic at which the end of the turn is not awaited: about what one write does best with. */
    private static final int STAGED_BYTES_MAX = 512 << 10;

    private static final int BATCH_BYTES = 64 << 10;
    private static final int SPARE_BATCHES_MAX = 16;

    private final int number;
    private final Loop loop;
    private final LongSupplier wallMs;
    private final ArrayDeque<PublishBatch> staged = new ArrayDeque<>();
    /** With the topics' writers or back from them, but behind one that is not, oldest first. */
    private final ArrayDeque<PublishBatch> handed = new ArrayDeque<>();

    private final ArrayDeque<PublishBatch> spare = new ArrayDeque<>();
    private final Runnable turnEnd = this::endTurn;
    private boolean isTurnEndScheduled;
    private boolean isSettling;

    Publisher(int number, Loop loop, LongSupplier wallMs) {
        this.number = number;
        this.loop = loop;
        this.wallMs = wallMs;
    }

    /**
     * Says that so many messages follow as one publish. A turn's publishes to a topic are stored together, and refused
     * together where they are too many: one that is large goes without the others.
     *
     * @param topic where to
     * @param messages how many are staged before the next {@link #answer}
     */
    public void expect(Topic topic, int messages) {
        PublishBatch batch = topic.staged(number);
        if (batch != null && batch.messages.count() > MessageId.BLOCK_MESSAGES_MAX - messages) {
            flush();
        }
    }

    /**
     * Stages one message; the body is copied.
     *
     * @param topic where to
     * @param source holds the body; its position and limit are neither used nor moved
     * @param position index of the body's first byte
     * @param length bytes of the body
     * @param deferMs how long to hold it back from every channel, in milliseconds; 0 for not at all
     */
    public void stage(Topic topic, ByteBuffer source, int position, int length, long deferMs) {
        PublishBatch batch = batch(topic);
        long deferUntilMs = 0;
        if (deferMs > 0) {
            deferUntilMs = wallMs.getAsLong() + deferMs;
            batch.hasDeferred = true;
        }
        batch.messages.add(source, position, length, deferUntilMs);
    }

    /**
     * Ends one publish: all that was staged for the topic since the last call is answered as one. The append itself
     * happens at the end of the loop's turn, or before where much is staged.
     *
     * @param topic the topic staged to
     * @param listener told the outcome
     */
    public void answer(Topic topic, PublishListener listener) {
        PublishBatch batch = batch(topic);
        batch.answer(listener);
        if (batch.messages.sizeBytes() >= STAGED_BYTES_MAX) {
            flush();
        }
    }

    /** Appends everything staged now, without waiting for the end of the turn. */
    public void flush() {
        PublishBatch batch = staged.pollFirst();
        while (batch != null) {
            submit(batch);
            batch = staged.pollFirst();
        }
    }

    /** Takes back a batch that was written or refused, and answers for all whose turn has come. On the loop. */
    void settle(PublishBatch batch) {
        batch.isDecided = true;
        if (isSettling) {
            return; // called by somebody who is being answered
        }
        isSettling = true;
        PublishBatch first = handed.peekFirst();
        while (first != null && first.isDecided) {
            handed.removeFirst();
            first.settle();
            if (spare.size() < SPARE_BATCHES_MAX) {
                spare.addLast(first);
            }
            first = handed.peekFirst();
        }
        isSettling = false;
    }

    Loop loop() {
        return loop;
    }

    private PublishBatch batch(Topic topic) {
        PublishBatch batch = topic.staged(number);
        if (batch == null) {
            PublishBatch taken = spare.pollLast();
            batch = taken == null ? new PublishBatch(this, BATCH_BYTES) : taken;
            batch.topic = topic;
            topic.stage(number, batch);
            staged.add(batch);
            scheduleTurnEnd();
        }
        return batch;
    }

    private void submit(PublishBatch batch) {
        Topic topic = Objects.requireNonNull(batch.topic);
        topic.stage(number, null);
        handed.addLast(batch);
        topic.writer().submit(batch);
    }

    private void scheduleTurnEnd() {
        if (!isTurnEndScheduled) {
            isTurnEndScheduled = true;
            loop.execute(turnEnd);
        }
    }

    private void endTurn() {
        isTurnEndScheduled = false;
        flush();
    }
}
