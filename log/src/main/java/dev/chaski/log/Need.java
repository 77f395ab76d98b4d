package dev.chaski.log;

import java.util.BitSet;

/**
 * Tells which messages somebody still needs. Asked from a background thread. What it no longer needs it never needs
 * again; {@link #makeDurable} is called before anything is given up by its answers.
 */
public interface Need {
    /** The answer of {@link #needed(long, long)} where everything in the range is needed. */
    int ALL = Integer.MAX_VALUE;

    /**
     * How many messages of a range are needed.
     *
     * @param firstOffset first offset of the range
     * @param lastOffset last offset of the range
     * @return 0 where the range may be freed, {@link #ALL} where it is still to be read, else how many are needed
     */
    int needed(long firstOffset, long lastOffset);

    /**
     * Tells whether one message is needed: asked of a sparse segment that is compacted.
     *
     * @param offset its offset
     * @param deferUntilMs until when its producer deferred it, milliseconds since 1970; 0 for not at all
     * @return true where it must be kept
     */
    boolean isNeeded(long offset, long deferUntilMs);

    /**
     * Makes durable what the answers so far rest on, so that no crash brings back a need of what is then gone. Does
     * nothing where they rest on nothing that a crash changes.
     *
     * @throws LogException where that cannot be done: nothing is given up then
     */
    default void makeDurable() throws LogException {}

    /**
     * Tells which of some adjacent messages are needed. To be overridden where one question costs less than many.
     *
     * @param firstOffset offset of the first
     * @param count how many, 1 or more
     * @param deferUntilMs until when their producer deferred them, milliseconds since 1970; 0 for not at all
     * @return bit i is set where the message at {@code firstOffset + i} must be kept
     */
    default BitSet whichNeeded(long firstOffset, int count, long deferUntilMs) {
        BitSet needed = new BitSet(count);
        for (int i = 0; i < count; i++) {
            needed.set(i, isNeeded(firstOffset + i, deferUntilMs));
        }
        return needed;
    }
}
