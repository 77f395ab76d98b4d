package dev.chaski.engine;

import dev.chaski.wire.MessageId;
import org.jspecify.annotations.Nullable;

/**
 * One consumer's place in a channel: its RDY count and what is in flight with it. Confined to the channel's loop, but
 * for the counters. Deliveries happen at the end of the loop's turn, never inside these calls.
 */
public final class Subscription {
    /** What became of a finish, requeue or touch. */
    public enum Outcome {
        /** Done. */
        DONE,
        /** No such message is in flight in the channel. */
        NOT_IN_FLIGHT,
        /** It is in flight with another consumer. */
        NOT_OWNER
    }

    private final Channel channel;
    private final Pending pending;
    private final Consumer consumer;
    private final int number;
    private final InFlightQueue inFlight = new InFlightQueue();
    private final InFlightQueue.StillInFlight still;
    private final Backlog.Slices slices;
    private final Count ready = new Count();
    private final Count inFlightCount = new Count();
    private final Count messages = new Count();
    private final Count finishes = new Count();
    private final Count requeues = new Count();
    private boolean isStopped;
    private boolean isClosed;

    /** Whether it stands among those that can take messages; kept by {@link ReadyConsumers}. */
    boolean isQueued;
    /** Whether it took something in this turn and is to be told when the turn is over. */
    boolean isTouched;

    Subscription(Channel channel, Pending pending, Consumer consumer, int number) {
        this.channel = channel;
        this.pending = pending;
        this.consumer = consumer;
        this.number = number;
        this.slices = consumer::deliver;
        this.still = (offset, deadlineMs) -> pending.isInFlightWith(offset, number, deadlineMs);
    }

    /**
     * Sets how many messages may be in flight with the consumer.
     *
     * @param count 0 or more
     */
    public void ready(int count) {
        ready.set(count);
        channel.offer(this);
    }

    /**
     * Finishes a message.
     *
     * @param id its id
     * @return what became of it
     */
    public Outcome finish(long id) {
        long offset = MessageId.offset(id);
        int slot = Span.slotOf(offset);
        Span span = pending.inFlight(offset);
        Outcome outcome = outcome(span, slot);
        if (span != null && outcome == Outcome.DONE) {
            channel.noteFinished(span, slot);
            pending.finish(span, slot);
            inFlightCount.add(-1);
            finishes.add(1);
            channel.changed();
            channel.offer(this);
        }
        return outcome;
    }

    /**
     * Gives a message back.
     *
     * @param id its id
     * @param delayMs how long to hold it back, in milliseconds
     * @return what became of it
     */
    public Outcome requeue(long id, long delayMs) {
        long offset = MessageId.offset(id);
        Span span = pending.inFlight(offset);
        Outcome outcome = outcome(span, Span.slotOf(offset));
        if (outcome == Outcome.DONE) {
            pending.giveBack(offset, delayMs);
            inFlightCount.add(-1);
            requeues.add(1);
            channel.noteRequeued();
            channel.offer(this);
        }
        return outcome;
    }

    /**
     * Restarts a message's time-out.
     *
     * @param id its id
     * @param maxMs it is never extended beyond this long after its delivery, in milliseconds
     * @return what became of it
     */
    public Outcome touch(long id, long maxMs) {
        long offset = MessageId.offset(id);
        int slot = Span.slotOf(offset);
        Span span = pending.inFlight(offset);
        Outcome outcome = outcome(span, slot);
        if (span != null && outcome == Outcome.DONE) {
            long timeoutMs = consumer.msgTimeoutMs();
            long latestMs = span.deliveredMs[slot] + maxMs;
            long deadlineMs = Math.min(channel.monotonicMs() + timeoutMs, latestMs);
            if (deadlineMs > span.timeMs[slot]) {
                span.timeMs[slot] = deadlineMs;
                // The queue is in order of time: a deadline cut short by the limit is looked at with its neighbours.
                inFlight.add(offset, 1, Math.max(deadlineMs, inFlight.lastDeadlineMs()), still);
            }
        }
        return outcome;
    }

    /** The consumer is writable again. */
    public void resume() {
        channel.offer(this);
    }

    /** Nothing more is to be delivered; what is in flight can still be finished. */
    public void stop() {
        isStopped = true;
    }

    /** The consumer is gone: what is in flight with it comes again when its time-out runs out. */
    public void close() {
        if (!isClosed) {
            isClosed = true;
            channel.leave(this);
        }
    }

    /**
     * RDY, any thread.
     *
     * @return the last count set
     */
    public int readyCount() {
        return (int) ready.get();
    }

    /**
     * Messages in flight with the consumer, any thread.
     *
     * @return 0 or more
     */
    public int inFlightCount() {
        return (int) inFlightCount.get();
    }

    /**
     * Messages handed over since it subscribed, any thread.
     *
     * @return 0 or more
     */
    public long messageCount() {
        return messages.get();
    }

    /**
     * Messages finished, any thread.
     *
     * @return 0 or more
     */
    public long finishCount() {
        return finishes.get();
    }

    /**
     * Messages requeued, any thread.
     *
     * @return 0 or more
     */
    public long requeueCount() {
        return requeues.get();
    }

    /**
     * The channel subscribed to.
     *
     * @return the channel
     */
    public Channel channel() {
        return channel;
    }

    Consumer consumer() {
        return consumer;
    }

    Backlog.Slices slices() {
        return slices;
    }

    /** Tells this subscription from all others of the channel. */
    int number() {
        return number;
    }

    /** How many messages it may take now. */
    int room() {
        return isStopped || isClosed || !consumer.isWritable() ? 0 : readyCount() - inFlightCount();
    }

    /** Notes messages that are about to be handed over: the consumer may settle them, or go, while it takes them. */
    void noteDelivered(long firstOffset, int count, long deadlineMs) {
        inFlight.add(firstOffset, count, deadlineMs, still);
        inFlightCount.add(count);
        messages.add(count);
        channel.noteDelivered(count);
    }

    /** Gives back what has been in flight for too long, and says how much that was. */
    int expire(long nowMs) {
        int expired = 0;
        while (inFlight.nextDeadlineMs(still) <= nowMs) {
            long offset = inFlight.peek();
            inFlight.poll();
            Span span = pending.inFlight(offset);
            if (span != null && span.timeMs[Span.slotOf(offset)] <= nowMs) {
                pending.giveBack(offset, 0);
                expired++;
            }
        }
        inFlightCount.add(-expired);
        return expired;
    }

    long nextDeadlineMs() {
        return inFlight.nextDeadlineMs(still);
    }

    /** The channel was emptied: nothing is in flight any more. */
    void forget() {
        inFlight.clear();
        inFlightCount.set(0);
    }

    private Outcome outcome(@Nullable Span span, int slot) {
        if (span == null) {
            return Outcome.NOT_IN_FLIGHT;
        }
        return span.owner[slot] == number ? Outcome.DONE : Outcome.NOT_OWNER;
    }
}
