package dev.chaski.engine;

import org.jspecify.annotations.Nullable;

/**
 * What a channel works with.
 *
 * @param context its loop
 * @param journal where its changes go
 * @param surroundings clocks
 * @param consumersMax consumers that it may have, 0 for any number
 * @param latencyWindow where times from publish to finish go, or null
 */
record ChannelParts(
        LoopContext context,
        Journal journal,
        Surroundings surroundings,
        int consumersMax,
        @Nullable LatencyWindow latencyWindow) {}
