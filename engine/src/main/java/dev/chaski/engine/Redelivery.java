package dev.chaski.engine;

import dev.chaski.log.LogReader;
import dev.chaski.wire.FrameFormat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads again from the log what was given back, a message at a time. Confined to the channel's loop. */
final class Redelivery {
    private static final Logger LOG = LoggerFactory.getLogger(Redelivery.class);

    private final Topic topic;
    private final Pending pending;
    private final Runnable wake;

    /** There only while something waits, since it would hold on to its last segment. */
    private @Nullable LogReader lookup;

    private boolean isCold;
    /** Messages that were given back or deferred and then were not in the log any more. */
    private long lostCount;

    Redelivery(Topic topic, Pending pending, Runnable wake) {
        this.topic = topic;
        this.pending = pending;
        this.wake = wake;
    }

    /** What was being loaded may be there now. */
    void retryCold() {
        isCold = false;
    }

    /** Whether a message may be handed over now. */
    boolean canServe() {
        return pending.hasWaiting() && !isCold;
    }

    /**
     * Hands over the message that was given back first.
     *
     * @return whether there was one
     */
    boolean next(Subscription to, long deadlineMs, Backlog.Slices slices) {
        while (pending.hasWaiting()) {
            long offset = pending.firstWaiting();
            LogReader found = reader(offset);
            found.seek(offset);
            LogReader.Step step = found.advance();
            if (step == LogReader.Step.COLD) {
                isCold = true;
                return false;
            }
            if (step == LogReader.Step.END || found.offset() != offset) {
                noteLost(offset);
                pending.dropFirst();
                continue;
            }
            int deliveries = pending.redeliverFirst(to, deadlineMs);
            pending.notePublishTimes(found.region(), found.position(), offset, 1);
            slices.deliver(found.region(), found.position(), found.frameBytes(), 1, attempts(found, deliveries));
            return true;
        }
        return false;
    }

    /** Lets go of the log where nothing waits. */
    void rest() {
        LogReader idle = lookup;
        if (idle != null && !pending.hasWaiting()) {
            idle.close();
            lookup = null;
        }
    }

    private LogReader reader(long offset) {
        LogReader open = lookup;
        if (open == null) {
            open = topic.log().reader(offset, wake);
            lookup = open;
        }
        return open;
    }

    /** Says so, more rarely the more there are: a damaged batch has many. */
    private void noteLost(long offset) {
        lostCount++;
        if (Long.bitCount(lostCount) == 1) {
            LOG.error(
                    "a message that was given back or deferred is no longer in the log topic={} offset={} lost={}",
                    topic.name(),
                    offset,
                    lostCount);
        }
    }

    /** Deliveries of a message, those before it was imported included: the frame was written with them. */
    private static int attempts(LogReader at, int deliveries) {
        int before = (at.region().bytes().getShort(at.position() + FrameFormat.ATTEMPTS_OFFSET) & 0xFFFF) - 1;
        return Math.min(deliveries + before, Character.MAX_VALUE);
    }
}
