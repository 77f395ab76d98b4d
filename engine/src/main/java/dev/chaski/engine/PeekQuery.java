package dev.chaski.engine;

import dev.chaski.engine.SeenMessage.State;
import org.jspecify.annotations.Nullable;

/**
 * What somebody who looks into a channel wants to see.
 *
 * @param countMax most messages, 1 to {@link #COUNT_MAX}
 * @param bodyBytesMax most bytes of each body, 0 or more
 * @param only in this state, or null for any
 */
public record PeekQuery(
        int countMax, int bodyBytesMax, @Nullable State only) {
    /** Most messages of one look. */
    public static final int COUNT_MAX = 1_000;

    /** Holds to the limits. */
    public PeekQuery {
        if (countMax < 1 || countMax > COUNT_MAX || bodyBytesMax < 0) {
            throw new IllegalArgumentException("a look at " + countMax + " messages of " + bodyBytesMax + " bytes");
        }
    }

    boolean wants(State state) {
        return only == null || only == state;
    }
}
