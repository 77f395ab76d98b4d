package dev.chaski.registry.lookup;

/**
 * How patient this node is with lookupds; all in milliseconds.
 *
 * @param connectMs how long connecting may take
 * @param answerMs how long an answer may take
 * @param pingMs time between two pings; a lookupd forgets nodes that are silent for 300 seconds
 * @param probeMs time between two looks whether the connection is still there
 * @param backoffMinMs first wait before connecting again
 * @param backoffMaxMs longest wait before connecting again; waits double in between
 * @param knownChannelsMs the longest that a new topic waits for the channels that lookupds know
 */
public record LookupLimits(
        int connectMs, int answerMs, int pingMs, int probeMs, int backoffMinMs, int backoffMaxMs, int knownChannelsMs) {
    /**
     * Pings as nsqd does, and holds a new topic for three seconds at most.
     *
     * @return the limits
     */
    public static LookupLimits defaults() {
        return new LookupLimits(2_000, 5_000, 15_000, 1_000, 250, 15_000, 3_000);
    }
}
