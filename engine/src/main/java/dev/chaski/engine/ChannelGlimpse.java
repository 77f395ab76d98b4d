package dev.chaski.engine;

import dev.chaski.engine.SeenMessage.Standing;
import dev.chaski.engine.SeenMessage.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a channel knows at one moment of the messages that it has, without their bytes. Made on the channel's loop in
 * bounded time, then immutable.
 *
 * @param known messages that were read and are not finished, the first by offset
 * @param far ranges of messages that are deferred for long, the first by offset
 * @param readOffset from here on nothing is read
 * @param passed ranges that the channel passes over when it reads on
 */
record ChannelGlimpse(Map<Long, Standing> known, List<FarRange> far, long readOffset, OffsetRanges passed) {
    /** Spans of 64 messages that are looked at: a fraction of a millisecond. */
    private static final int SPANS_MAX = 4_096;

    private static final int FAR_RANGES_MAX = 64;

    static ChannelGlimpse of(Backlog backlog, PeekQuery query) {
        List<FarRange> far = query.wants(State.DEFERRED) ? backlog.far.first(FAR_RANGES_MAX) : List.of();
        return new ChannelGlimpse(known(backlog.pending.unsettled, query), far, backlog.readOffset(), backlog.passed);
    }

    private static Map<Long, Standing> known(Unsettled unsettled, PeekQuery query) {
        Map<Long, Standing> known = new TreeMap<>();
        long[] keys = unsettled.keys();
        Arrays.sort(keys);
        int spans = 0;
        for (int i = 0; i < keys.length && known.size() < query.countMax() && spans < SPANS_MAX; i++) {
            Chunk chunk = unsettled.chunk(keys[i]);
            if (chunk != null) {
                spans += chunk.spanCount();
                long first = keys[i] << Chunk.OFFSET_BITS;
                chunk.forEachUnsettled((slot, span, spanSlot) -> {
                    Standing standing = standing(span, spanSlot);
                    if (known.size() < query.countMax() && query.wants(standing.state())) {
                        known.put(first + slot, standing);
                    }
                });
            }
        }
        return known;
    }

    private static Standing standing(Span span, int slot) {
        int attempts = span.attempts[slot];
        return switch (span.state[slot]) {
            case Span.IN_FLIGHT -> new Standing(State.IN_FLIGHT, attempts, 0);
            case Span.DEFERRED -> new Standing(State.DEFERRED, attempts, span.timeMs[slot]);
            default -> new Standing(State.WAITING, attempts, 0);
        };
    }

    /** The offsets of all that is known, rising. */
    List<Long> offsets() {
        return new ArrayList<>(known.keySet());
    }
}
