package dev.chaski.engine;

import java.util.List;

/**
 * A search for far deferred messages that come close.
 *
 * @param afterMs they are due after this
 * @param untilMs and not later than this
 * @param fromOffset at or after this offset
 * @param toOffset before this offset: what is read later finds its way by itself
 * @param epoch of the channel when it began; emptied meanwhile, the search is in vain
 * @param blocks the segments to be searched
 */
record Promotion(long afterMs, long untilMs, long fromOffset, long toOffset, int epoch, List<Long> blocks) {}
