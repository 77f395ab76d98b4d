package dev.chaski.engine;

import java.util.ArrayDeque;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Hands over what a channel has to those of its consumers that have room: what was given back and what is new, in fair
 * shares, at the end of the loop's turn. Confined to the channel's loop, but for {@link #announce} and {@link #wake}.
 */
final class Dispatch {
    /** Messages handed over before other work of the loop gets its turn. */
    private static final int TURN_MESSAGES_MAX = 4096;

    private final Channel channel;
    private final Backlog backlog;
    private final Pending pending;
    private final Timers timers;
    private final Loop loop;
    private final ReadyConsumers ready = new ReadyConsumers();
    private final ArrayDeque<Subscription> touched = new ArrayDeque<>();
    private final Runnable pumpTask = this::pump;

    private boolean isPumpScheduled;
    private boolean redeliversNext = true;
    /** Set when a consumer has room and the log has nothing more for it, so that the next publish wakes the channel. */
    private volatile boolean isHungry;

    Dispatch(Channel channel, Backlog backlog, Timers timers) {
        this.channel = channel;
        this.backlog = backlog;
        this.pending = backlog.pending;
        this.timers = timers;
        this.loop = channel.loop();
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
        loop.execute(pumpTask);
    }

    /** A consumer may have room. */
    void offer(Subscription subscription) {
        ready.offer(subscription);
        if (subscription.isQueued) {
            requestPump();
        }
    }

    /** Looks for work at the end of the loop's turn, once. */
    void requestPump() {
        if (!isPumpScheduled) {
            isPumpScheduled = true;
            loop.execute(pumpTask);
        }
    }

    /** Hands over what can be handed over, to whoever has room. */
    private void pump() {
        isPumpScheduled = false;
        if (channel.isDeletedNow() || channel.isPausedNow()) {
            return;
        }
        backlog.redelivery.retryCold();
        int budget = TURN_MESSAGES_MAX;
        Subscription next = ready.poll();
        if (next == null) {
            backlog.peekNew();
        }
        try {
            while (next != null) {
                int count = serveAndOffer(next, Math.min(budget, fairShare(next)));
                budget -= count;
                next = count > 0 && budget > 0 ? ready.poll() : null;
            }
        } finally {
            endTurn(budget <= 0);
        }
    }

    /** A consumer that throws has messages in flight all the same, and keeps its place among those with room. */
    private int serveAndOffer(Subscription next, int countMax) {
        try {
            return serve(next, countMax);
        } finally {
            ready.offer(next);
        }
    }

    /** Ends a turn, also one in which a consumer threw: otherwise nothing would wake the channel again. */
    private void endTurn(boolean hasMore) {
        try {
            tellTouched();
        } finally {
            goOn(hasMore || !touched.isEmpty());
        }
    }

    private void tellTouched() {
        Subscription next = touched.pollFirst();
        while (next != null) {
            next.isTouched = false;
            next.consumer().delivered();
            next = touched.pollFirst();
        }
    }

    private void goOn(boolean hasMore) {
        backlog.redelivery.rest();
        channel.changed();
        timers.scheduleDue();
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
        long deadlineMs = channel.monotonicMs() + to.consumer().msgTimeoutMs();
        int count = pending.hasWaiting() ? redeliver(to, Math.min(to.room(), countMax), deadlineMs) : 0;
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
        timers.noteDeadline(deadlineMs);
        while (count < share && to.room() > 0 && backlog.redelivery.next(to, deadlineMs, slicesTo(to))) {
            count++;
        }
        return count;
    }

    private int serveNew(Subscription to, int countMax, long deadlineMs) {
        if (!backlog.peekNew()) {
            return 0;
        }
        timers.noteDeadline(deadlineMs);
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
            touched.addLast(to);
        }
        return to.slices();
    }
}
