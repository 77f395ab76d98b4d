package dev.chaski.engine;

import dev.chaski.engine.BrokerException.Reason;
import dev.chaski.log.LogException;
import dev.chaski.wire.Names;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A named cursor over a topic's log whose consumers share its messages. Its state belongs to one loop; the methods here
 * say when they may be called elsewhere.
 */
public final class Channel {
    /** Messages handed over before other work of the loop gets its turn. */
    private static final int TURN_MESSAGES_MAX = 4096;
    /** The wall clock may jump: a deferred message is looked at again at least this often, in milliseconds. */
    private static final long DUE_CHECK_MS = 1000;

    private final Topic topic;
    private final String name;
    private final int number;
    private final ChannelParts parts;
    private final LoopContext context;
    private final Backlog backlog;
    private final CursorWriter cursor;
    private final ChannelCounters counters = new ChannelCounters();
    private final @Nullable LatencyWindow latency;
    private final List<Subscription> subscriptions = new ArrayList<>();
    /** Consumers that left while messages were in flight with them. */
    private final List<Subscription> leavers = new ArrayList<>();

    private final ReadyConsumers ready = new ReadyConsumers();
    private final List<Subscription> touched = new ArrayList<>();
    private final Runnable pumpTask = this::pump;
    private final Alarm alarm;

    private int epoch;
    private int nextSubscription = 1;
    private boolean isPumpScheduled;
    private boolean isListedDirty;
    private boolean redeliversNext = true;
    private volatile boolean isPaused;
    private volatile boolean isDeleted;
    /** Set when a consumer has room and the log has nothing more for it, so that the next publish wakes the channel. */
    private volatile boolean isHungry;

    Channel(Topic topic, String name, int number, Cursor start, ChannelParts parts) {
        this.topic = topic;
        this.name = name;
        this.number = number;
        this.parts = parts;
        this.context = parts.context();
        this.alarm = new Alarm(context.loop, parts.surroundings().monotonicMs(), this::onTimer);
        this.epoch = start.epoch();
        this.latency = parts.latencyWindow();
        this.backlog =
                new Backlog(topic, start, context.chunks, parts.surroundings().wallMs(), this::wake);
        this.cursor = new CursorWriter(topic.number(), number, backlog);
        counters.begin(topic, backlog);
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
        Subscription subscription = new Subscription(this, backlog, consumer, nextSubscription++);
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
            boolean before = isPaused;
            // First, or a generation of the change log that begins between the two would repeat what was.
            isPaused = paused;
            try {
                commit(new Change.PauseChannel(topic.number(), number, paused));
            } catch (BrokerException e) {
                isPaused = before;
                throw e;
            }
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
            subscriptions.forEach(Subscription::forget);
            subscriptions.forEach(ready::offer);
            leavers.clear();
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

    int epoch() {
        return epoch;
    }

    long monotonicMs() {
        return parts.surroundings().monotonicMs().getAsLong();
    }

    /** New messages can be read. Any thread. */
    void announce(boolean evenIfBusy) {
        if (isHungry || evenIfBusy) {
            wake();
        }
    }

    /** Looks for work at the end of the loop's turn. Any thread. */
    void wake() {
        isHungry = false;
        context.loop.execute(pumpTask);
    }

    /** A consumer may have room. */
    void offer(Subscription subscription) {
        ready.offer(subscription);
        if (subscription.isQueued) {
            requestPump();
        }
    }

    void noteFinished(Span span, int slot) {
        if (latency != null) {
            latency.record(
                    Backlog.ageNs(span, slot, parts.surroundings().wallMs().getAsLong()));
        }
    }

    void noteRequeued() {
        counters.requeues.add(1);
        changed();
        scheduleDue();
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
        if (subscription.inFlightCount() > 0) {
            leavers.add(subscription);
        }
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
            backlog.unsettled.forgetDirty();
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
        return backlog.unsettled.isDirty();
    }

    /** Makes the next cursor write a full one. */
    void wantFullCursor() {
        cursor.wantFull();
        changed();
    }

    /** How many messages of a range of offsets this channel still needs; on the loop. */
    int needed(long firstOffset, long lastOffset) {
        return isDeleted ? 0 : backlog.unsettled.count(firstOffset, lastOffset) + backlog.far.countIn(firstOffset);
    }

    boolean isNeeded(long offset, long dueMs) {
        return !isDeleted && (backlog.unsettled.state(offset) != Span.SETTLED || backlog.far.holds(offset, dueMs));
    }

    /** Whether deferred messages are to be looked for in the log. Any thread. */
    boolean isPromotionDue(long nowMs) {
        return counters.farDueMs.get() <= nowMs + FarDeferrals.LEAD_MS;
    }

    /** Begins to look for deferred messages that come close; null where that is not due. On the loop. */
    @Nullable
    Promotion beginPromotion() {
        long nowMs = parts.surroundings().wallMs().getAsLong();
        if (isDeleted || !backlog.far.isPromotionDue(nowMs)) {
            return null;
        }
        return backlog.far.begin(nowMs, backlog.readOffset(), epoch);
    }

    /** Takes messages that were found, {@code count} pairs of offset and due time. On the loop. */
    void promote(Promotion promotion, long[] found, int count) {
        if (isCurrent(promotion)) {
            for (int i = 0; i < count; i++) {
                backlog.promote(found[2 * i], found[2 * i + 1]);
            }
            changed();
            scheduleDue();
        }
    }

    /** A segment was searched. On the loop. */
    void searched(Promotion promotion, long block, int leftCount, long firstDueMs) {
        if (isCurrent(promotion)) {
            backlog.far.searched(block, leftCount, firstDueMs);
        }
    }

    /** The search is over. On the loop. */
    void endPromotion(Promotion promotion, int promoted) {
        if (isCurrent(promotion)) {
            backlog.far.end(promoted);
            changed();
        }
    }

    private boolean isCurrent(Promotion promotion) {
        return !isDeleted && promotion.epoch() == epoch;
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
        for (Subscription subscription : List.copyOf(subscriptions)) {
            subscription.stop();
            subscription.consumer().channelClosed();
        }
    }

    /** The channel is deleted: closes its consumers and gives up its hold on the log. On the loop. */
    void close() {
        isDeleted = true;
        closeConsumers();
        subscriptions.clear();
        leavers.clear();
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

    private void requestPump() {
        if (!isPumpScheduled) {
            isPumpScheduled = true;
            context.loop.execute(pumpTask);
        }
    }

    /** Hands over what can be handed over, to whoever has room. */
    private void pump() {
        isPumpScheduled = false;
        if (isDeleted) {
            return;
        }
        if (isPaused) {
            return;
        }
        backlog.retryCold();
        int budget = TURN_MESSAGES_MAX;
        Subscription next = ready.poll();
        if (next == null) {
            backlog.peekNew();
        }
        while (next != null) {
            int count = serve(next, Math.min(budget, fairShare(next)));
            ready.offer(next);
            budget -= count;
            next = count > 0 && budget > 0 ? ready.poll() : null;
        }
        endTurn(budget <= 0);
    }

    private void endTurn(boolean hasMore) {
        for (int i = 0; i < touched.size(); i++) {
            touched.get(i).isTouched = false;
            touched.get(i).consumer().delivered();
        }
        touched.clear();
        backlog.rest();
        changed();
        scheduleDue();
        if (hasMore) {
            requestPump();
        } else if (ready.size() > 0) {
            isHungry = true;
            // A message published just before the flag was set woke nobody.
            if (backlog.canServe()) {
                requestPump();
            }
        }
    }

    /** So that the consumers with room share what there is, rather than the first taking all. */
    private int fairShare(Subscription subscription) {
        int others = ready.size();
        if (others == 0) {
            return Integer.MAX_VALUE;
        }
        return (int) Math.max(1, Math.min(subscription.room(), backlog.ready() / (others + 1)));
    }

    private int serve(Subscription to, int countMax) {
        long deadlineMs = monotonicMs() + to.consumer().msgTimeoutMs();
        int count = backlog.hasWaiting() ? redeliver(to, Math.min(to.room(), countMax), deadlineMs) : 0;
        int room = Math.min(to.room(), countMax - count);
        if (room <= 0) {
            return count;
        }
        return count + (to.consumer().sampleRate() > 0 ? serveSampled(to, deadlineMs) : serveNew(to, room, deadlineMs));
    }

    /** What was given back has half of the room; where there is room for one, it and what is new take turns. */
    private int redeliver(Subscription to, int room, long deadlineMs) {
        boolean hasNew = backlog.peekNew();
        redeliversNext = !redeliversNext || !hasNew;
        int single = redeliversNext ? 1 : 0;
        int share = !hasNew ? room : room > 1 ? room / 2 : single;
        int count = 0;
        alarm.set(deadlineMs);
        while (count < share && to.room() > 0 && backlog.redeliver(to, deadlineMs, slicesTo(to))) {
            count++;
        }
        return count;
    }

    private int serveNew(Subscription to, int countMax, long deadlineMs) {
        if (!backlog.peekNew()) {
            return 0;
        }
        alarm.set(deadlineMs);
        return backlog.deliverNew(countMax, to, deadlineMs, slicesTo(to));
    }

    /** Each message is drawn for; one left out is finished for the channel. */
    private int serveSampled(Subscription to, long deadlineMs) {
        int rate = to.consumer().sampleRate();
        while (backlog.peekNew()) {
            if (ThreadLocalRandom.current().nextInt(100) < rate) {
                return serveNew(to, 1, deadlineMs);
            }
            backlog.skipNew();
        }
        return 0;
    }

    private Backlog.Slices slicesTo(Subscription to) {
        if (!to.isTouched) {
            to.isTouched = true;
            touched.add(to);
        }
        return to.slices();
    }

    private void onTimer() {
        if (isDeleted) {
            return;
        }
        long nowMs = monotonicMs();
        int expired = expire(subscriptions, nowMs) + expire(leavers, nowMs);
        leavers.removeIf(leaver -> leaver.inFlightCount() == 0);
        counters.timeouts.add(expired);
        backlog.releaseDue(parts.surroundings().wallMs().getAsLong());
        changed();
        long nextMs = nextEventMs();
        if (nextMs != Long.MAX_VALUE) {
            alarm.set(nextMs);
        }
        if (backlog.hasWaiting()) {
            requestPump();
        }
    }

    private int expire(List<Subscription> from, long nowMs) {
        int expired = 0;
        for (int i = 0; i < from.size(); i++) {
            int count = from.get(i).expire(nowMs);
            if (count > 0) {
                ready.offer(from.get(i));
            }
            expired += count;
        }
        return expired;
    }

    private void scheduleDue() {
        if (backlog.nextDueMs() != Long.MAX_VALUE) {
            alarm.set(dueAtMs());
        }
    }

    /** When to look at the deferred messages next, on the monotonic clock. */
    private long dueAtMs() {
        long inMs = backlog.nextDueMs() - parts.surroundings().wallMs().getAsLong();
        return monotonicMs() + Math.clamp(inMs, 0, DUE_CHECK_MS);
    }

    /** When the next time-out runs out or the next deferred message is due, on the monotonic clock. */
    private long nextEventMs() {
        long next = Long.MAX_VALUE;
        for (int i = 0; i < subscriptions.size(); i++) {
            next = Math.min(next, subscriptions.get(i).nextDeadlineMs());
        }
        for (int i = 0; i < leavers.size(); i++) {
            next = Math.min(next, leavers.get(i).nextDeadlineMs());
        }
        return backlog.nextDueMs() == Long.MAX_VALUE ? next : Math.min(next, dueAtMs());
    }

    private BrokerException deleted() {
        return new BrokerException(Reason.DELETED, "channel " + topic.name() + ":" + name + " is being deleted");
    }
}
