package dev.chaski.engine;

import dev.chaski.engine.BrokerException.Reason;
import dev.chaski.log.LogException;
import dev.chaski.wire.Names;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A named cursor over a topic's log whose consumers share its messages. Its state belongs to one loop; the methods here
 * say when they may be called elsewhere.
 */
public final class Channel {
    private final Topic topic;
    private final String name;
    private final int number;
    private final ChannelParts parts;
    private final LoopContext context;
    private final Backlog backlog;
    private final CursorWriter cursor;
    private final ChannelCounters counters = new ChannelCounters();
    private final @Nullable LatencyWindow latency;
    private final Subscriptions subscriptions = new Subscriptions();
    private final Timers timers;
    private final Promotions promotions;
    private final Dispatch dispatch;

    private int epoch;
    private boolean isListedDirty;
    private volatile boolean isPaused;
    private volatile boolean isDeleted;

    Channel(Topic topic, String name, int number, Cursor start, ChannelParts parts) {
        this.topic = topic;
        this.name = name;
        this.number = number;
        this.parts = parts;
        this.context = parts.context();
        this.epoch = start.epoch();
        this.latency = parts.latencyWindow();
        this.backlog =
                new Backlog(topic, start, context.chunks, parts.surroundings().wallMs(), this::wake);
        this.cursor = new CursorWriter(topic.number(), number, backlog);
        counters.begin(topic, backlog);
        this.timers = new Timers(this, backlog.pending, subscriptions, parts);
        this.promotions = new Promotions(this, backlog, timers);
        this.dispatch = new Dispatch(this, backlog, timers);
    }

    /**
     * Its name. Any thread.
     *
     * @return a valid channel name
     */
    public String name() {
        return name;
    }

    /**
     * Its topic. Any thread.
     *
     * @return the topic
     */
    public Topic topic() {
        return topic;
    }

    /**
     * The loop that owns it, for good. Connections that subscribe move to this loop first. Any thread.
     *
     * @return the loop
     */
    public Loop loop() {
        return context.loop;
    }

    /**
     * Adds a consumer, with RDY 0. On the channel's loop.
     *
     * @param consumer who takes messages
     * @return its place
     * @throws BrokerException LIMIT or DELETED
     */
    public Subscription subscribe(Consumer consumer) throws BrokerException {
        if (isDeleted) {
            throw deleted();
        }
        int limit = parts.consumersMax();
        if (limit > 0 && subscriptions.size() >= limit) {
            throw new BrokerException(
                    Reason.LIMIT, "consumers for " + topic.name() + ":" + name + " exceeds limit of " + limit);
        }
        Subscription subscription = new Subscription(this, backlog.pending, consumer, subscriptions.nextNumber());
        subscriptions.add(subscription);
        counters.consumers.add(1);
        return subscription;
    }

    /**
     * Stops or starts deliveries, durably. Any thread.
     *
     * @param paused true to stop
     * @return completed when it holds and is durable; exceptionally with a {@link BrokerException}
     */
    public CompletableFuture<Void> pause(boolean paused) {
        return onLoop(() -> {
            topic.exclusively(() -> {
                commit(new Change.PauseChannel(topic.number(), number, paused));
                isPaused = paused;
            });
            requestPump();
        });
    }

    /**
     * Drops everything that waits, is in flight or deferred. Any thread.
     *
     * @return completed when it holds and is durable; exceptionally with a {@link BrokerException}
     */
    public CompletableFuture<Void> empty() {
        return onLoop(() -> {
            long end = Math.max(
                    backlog.readOffset(), Math.min(topic.limit(), topic.log().endOffset()));
            commit(new Change.EmptyChannel(topic.number(), number, epoch + 1, end));
            epoch++;
            backlog.restart(end);
            cursor.restart(end);
            subscriptions.forgetInFlight();
            subscriptions.forEach(this::offer);
            counters.show(backlog);
            requestPump();
        });
    }

    /**
     * The figures. Any thread.
     *
     * @return a snapshot
     */
    public ChannelStats stats() {
        Map<Double, Long> e2eNs = latency == null ? Map.of() : latency.percentiles();
        long e2eCount = latency == null ? 0 : latency.count();
        return counters.stats(topic, isPaused, e2eNs, e2eCount);
    }

    /**
     * The figures without the percentiles, whose making costs more than all others. Any thread.
     *
     * @return a snapshot
     */
    public ChannelStats counts() {
        return counters.stats(topic, isPaused, Map.of(), 0);
    }

    /**
     * Messages handed to consumers since the broker started, each delivery counted. Any thread.
     *
     * @return 0 or more
     */
    public long deliveredCount() {
        return counters.delivered.get();
    }

    /**
     * Messages that consumers finished since the broker started. Any thread.
     *
     * @return 0 or more
     */
    public long finishedCount() {
        return counters.finished.get();
    }

    /**
     * Times from publish to finish, where they are kept: see {@link BrokerConfig#e2ePercentiles}. Any thread.
     *
     * @param quantiles each 0 to 1
     * @return nanoseconds for each, in the order asked; empty where none are kept or nothing was finished lately
     */
    public List<Long> latenciesNs(List<Double> quantiles) {
        return latency == null ? List.of() : latency.valuesNs(quantiles);
    }

    /**
     * Looks at what the channel has, and changes nothing: messages that are in flight, given back, deferred, or still to
     * be read, in order of offset. The channel moves on meanwhile, so some may be settled already; those whose bytes are
     * gone are left out. Blocks, also on the disk: not on a loop.
     *
     * @param query what is wanted
     * @return at most as many as asked
     * @throws BrokerException DELETED
     * @throws InterruptedException where the thread is interrupted
     */
    public List<SeenMessage> peek(PeekQuery query) throws BrokerException, InterruptedException {
        CompletableFuture<ChannelGlimpse> glimpse = new CompletableFuture<>();
        context.loop.execute(() -> {
            try {
                if (isDeleted) {
                    throw deleted();
                }
                glimpse.complete(ChannelGlimpse.of(backlog, query));
            } catch (BrokerException | RuntimeException e) {
                glimpse.completeExceptionally(e);
            }
        });
        return new Peek(topic, query, wallMs()).read(Failures.await(glimpse));
    }

    int number() {
        return number;
    }

    LoopContext context() {
        return context;
    }

    boolean isEphemeral() {
        return Names.isEphemeral(name);
    }

    long shownReadOffset() {
        return counters.readOffset.get();
    }

    /** Whether it has still to read messages of a range of offsets. Any thread. */
    boolean isUnread(long firstOffset, long lastOffset) {
        return counters.isUnread(firstOffset, lastOffset);
    }

    /** Recovered as paused; before the channel is seen by anybody. */
    void startPaused() {
        isPaused = true;
    }

    boolean isPausedNow() {
        return isPaused;
    }

    boolean isDeletedNow() {
        return isDeleted;
    }

    int epoch() {
        return epoch;
    }

    long wallMs() {
        return parts.surroundings().wallMs().getAsLong();
    }

    long monotonicMs() {
        return parts.surroundings().monotonicMs().getAsLong();
    }

    /** New messages can be read. Any thread. */
    void announce(boolean evenIfBusy) {
        dispatch.announce(evenIfBusy);
    }

    /** Looks for work at the end of the loop's turn. Any thread: the log may ask before the channel is complete. */
    private void wake() {
        Dispatch made = dispatch;
        if (made != null) {
            made.wake();
        }
    }

    /** Looks for work at the end of the loop's turn, once. On the loop. */
    void requestPump() {
        dispatch.requestPump();
    }

    /** A consumer may have room. */
    void offer(Subscription subscription) {
        dispatch.offer(subscription);
    }

    void noteDelivered(int count) {
        counters.delivered.add(count);
    }

    void noteFinished(Span span, int slot) {
        counters.finished.add(1);
        if (latency != null) {
            latency.record(span.ageNs(slot, wallMs()));
        }
    }

    void noteTimeouts(int count) {
        counters.timeouts.add(count);
    }

    void noteRequeued() {
        counters.requeues.add(1);
        changed();
        timers.scheduleDue();
        requestPump();
    }

    /** The cursor moved. */
    void changed() {
        counters.show(backlog);
        if (!isListedDirty) {
            isListedDirty = true;
            context.dirty.addLast(this);
        }
    }

    void leave(Subscription subscription) {
        if (!subscriptions.remove(subscription)) {
            return;
        }
        counters.consumers.add(-1);
        if (subscriptions.isEmpty() && isEphemeral()) {
            topic.deleteEphemeral(this);
        }
    }

    /**
     * Writes what moved of the cursor.
     *
     * @return false where the buffer was too full for all of it: the channel is to be asked again
     */
    boolean writeCursor(ByteBuffer target) {
        isListedDirty = false;
        topic.stir();
        if (isDeleted || isEphemeral()) {
            backlog.pending.unsettled.forgetDirty();
            return true;
        }
        if (!cursor.isDirty(backlog.readOffset())) {
            return true;
        }
        if (cursor.write(target, epoch, backlog.readOffset())) {
            return true;
        }
        changed();
        return false;
    }

    /** Whether something of the cursor moved that was not written or forgotten. On the loop. */
    boolean hasUnwritten() {
        return backlog.pending.unsettled.isDirty();
    }

    /** Makes the next cursor write a full one. */
    void wantFullCursor() {
        cursor.wantFull();
        changed();
    }

    /** How many messages of a range of offsets this channel still needs; on the loop. */
    int needed(long firstOffset, long lastOffset) {
        return isDeleted
                ? 0
                : backlog.pending.unsettled.count(firstOffset, lastOffset) + backlog.far.countIn(firstOffset);
    }

    boolean isNeeded(long offset, long dueMs) {
        return !isDeleted
                && (backlog.pending.unsettled.state(offset) != Span.SETTLED || backlog.far.holds(offset, dueMs));
    }

    /** Whether deferred messages are to be looked for in the log. Any thread. */
    boolean isPromotionDue(long nowMs) {
        return counters.farDueMs.get() <= nowMs + FarDeferrals.LEAD_MS;
    }

    /** Where deferred messages go that are found to come close. Any thread may ask, its methods are the loop's. */
    Promotions promotions() {
        return promotions;
    }

    /** Passes over what is beyond an ephemeral channel's limit. On the loop. */
    void skipOverflow(long keepMax) {
        if (!isEphemeral() || isDeleted) {
            return;
        }
        long excess = backlog.ready() - keepMax;
        while (excess-- > 0 && backlog.peekNew()) {
            backlog.skipNew();
            counters.skipped.add(1);
        }
        counters.show(backlog);
    }

    /** Closes its consumers; the cursor can still be written. On the loop. */
    void closeConsumers() {
        subscriptions.forEach(subscription -> {
            subscription.stop();
            subscription.consumer().channelClosed();
        });
    }

    /** The channel is deleted: closes its consumers and gives up its hold on the log. On the loop. */
    void close() {
        isDeleted = true;
        closeConsumers();
        subscriptions.clear();
        backlog.close();
    }

    /** Runs a step of administration on the loop. */
    CompletableFuture<Void> onLoop(Step step) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        context.loop.execute(() -> {
            try {
                if (isDeleted) {
                    throw deleted();
                }
                step.run();
                done.complete(null);
            } catch (BrokerException e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    /** A step of administration. */
    interface Step {
        void run() throws BrokerException;
    }

    private void commit(Change change) throws BrokerException {
        if (isEphemeral()) {
            return;
        }
        try {
            parts.journal().commit(change);
        } catch (LogException e) {
            throw Failures.of("cannot change channel " + topic.name() + ":" + name, e);
        }
    }

    private BrokerException deleted() {
        return new BrokerException(Reason.DELETED, "channel " + topic.name() + ":" + name + " is being deleted");
    }
}
