package dev.chaski.engine;

/**
 * When a channel has to look after its messages unasked: time-outs of what is in flight, and deferred messages that come
 * due. One alarm for all of them. Confined to the channel's loop.
 */
final class Timers {
    /** The wall clock may jump: a deferred message is looked at again at least this often, in milliseconds. */
    private static final long DUE_CHECK_MS = 1000;

    private final Channel channel;
    private final Pending pending;
    private final Subscriptions subscriptions;
    private final Surroundings surroundings;
    private final Alarm alarm;

    Timers(Channel channel, Pending pending, Subscriptions subscriptions, ChannelParts parts) {
        this.channel = channel;
        this.pending = pending;
        this.subscriptions = subscriptions;
        this.surroundings = parts.surroundings();
        this.alarm = new Alarm(parts.context().loop, surroundings.monotonicMs(), this::ring);
    }

    /** Messages are handed over whose time-out runs out at this time of the monotonic clock. */
    void noteDeadline(long deadlineMs) {
        alarm.set(deadlineMs);
    }

    /** Messages may have been deferred. */
    void scheduleDue() {
        if (pending.nextDueMs() != Long.MAX_VALUE) {
            alarm.set(dueAtMs());
        }
    }

    private void ring() {
        if (channel.isDeletedNow()) {
            return;
        }
        channel.noteTimeouts(subscriptions.expire(channel.monotonicMs(), channel::offer));
        pending.releaseDue(surroundings.wallMs().getAsLong());
        channel.changed();
        long nextMs = nextEventMs();
        if (nextMs != Long.MAX_VALUE) {
            alarm.set(nextMs);
        }
        if (pending.hasWaiting()) {
            channel.requestPump();
        }
    }

    /** When to look at the deferred messages next, on the monotonic clock. */
    private long dueAtMs() {
        long inMs = pending.nextDueMs() - surroundings.wallMs().getAsLong();
        return channel.monotonicMs() + Math.clamp(inMs, 0, DUE_CHECK_MS);
    }

    /** When the next time-out runs out or the next deferred message is due, on the monotonic clock. */
    private long nextEventMs() {
        long next = subscriptions.nextDeadlineMs();
        return pending.nextDueMs() == Long.MAX_VALUE ? next : Math.min(next, dueAtMs());
    }
}
