package dev.chaski.engine;

import java.util.Map;

/** A channel's figures: written on its loop, read by any thread. */
final class ChannelCounters {
    final Count readOffset = new Count();
    final Count consumers = new Count();
    final Count requeues = new Count();
    final Count timeouts = new Count();
    final Count skipped = new Count();
    final Count delivered = new Count();
    final Count finished = new Count();
    /** When the first far deferred message is due. */
    final Count farDueMs = new Count();

    private final Count waiting = new Count();
    private final Count inFlight = new Count();
    private final Count deferred = new Count();
    private OffsetRanges passed = OffsetRanges.NONE;
    /** The topic's message count from which the channel's messages are counted. */
    private long topicCountBase;

    /** Starts counting; before the channel is seen by anybody. */
    void begin(Topic topic, Backlog backlog) {
        show(backlog);
        passed = backlog.passed;
        topicCountBase = topic.releasedCount() - topic.unread(readOffset.get(), passed);
    }

    /** Whether messages of a range of offsets are still to be read. */
    boolean isUnread(long firstOffset, long lastOffset) {
        return passed.pass(Math.max(firstOffset, readOffset.get())) <= lastOffset;
    }

    /** Shows the state of the backlog to other threads. */
    void show(Backlog backlog) {
        readOffset.set(backlog.readOffset());
        waiting.set(backlog.pending.waitingCount());
        inFlight.set(backlog.pending.inFlightCount());
        deferred.set(backlog.deferredCount());
        farDueMs.set(backlog.far.isEmpty() ? Long.MAX_VALUE : backlog.far.firstDueMs());
    }

    ChannelStats stats(Topic topic, boolean isPaused, Map<Double, Long> e2eNs, long e2eCount) {
        return new ChannelStats(
                topic.unread(readOffset.get(), passed) + waiting.get(),
                inFlight.get(),
                deferred.get(),
                Math.max(0, topic.releasedCount() - topicCountBase),
                requeues.get(),
                timeouts.get(),
                skipped.get(),
                (int) consumers.get(),
                isPaused,
                e2eNs,
                e2eCount);
    }
}
