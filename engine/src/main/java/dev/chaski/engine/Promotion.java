package dev.chaski.engine;

import java.util.List;

/**
 * A search for far deferred messages that come close.
 *
 * @param untilMs they are due not later than this
 * @param epoch of the channel when it began; emptied meanwhile, the search is in vain
 * @param ranges what is to be searched
 */
record Promotion(long untilMs, int epoch, List<FarRange> ranges) {}
