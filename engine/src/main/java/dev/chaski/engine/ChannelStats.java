package dev.chaski.engine;

import java.util.Map;

/**
 * A channel's figures at one moment; counters run since the broker started.
 *
 * @param depth messages that wait (neither in flight nor deferred)
 * @param inFlightCount messages handed over and not settled
 * @param deferredCount messages held back until a time
 * @param messageCount messages that entered the channel
 * @param requeueCount messages given back
 * @param timeoutCount messages whose time-out ran out
 * @param skippedCount messages that an ephemeral channel skipped for want of consumers
 * @param consumerCount subscribed consumers
 * @param isPaused whether it delivers nothing
 * @param e2eNs percentile (0 to 1) to nanoseconds from publish to finish; empty where not kept
 * @param e2eCount messages that the percentiles are made of
 */
public record ChannelStats(
        long depth,
        long inFlightCount,
        long deferredCount,
        long messageCount,
        long requeueCount,
        long timeoutCount,
        long skippedCount,
        int consumerCount,
        boolean isPaused,
        Map<Double, Long> e2eNs,
        long e2eCount) {}
