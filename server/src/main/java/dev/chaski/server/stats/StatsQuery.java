package dev.chaski.server.stats;

/**
 * What is asked of {@link Stats}.
 *
 * @param topic only this topic, or empty for all
 * @param channel only this channel (and topics that have it), or empty for all
 * @param includeClients whether consumers and producers are listed
 * @param includeMemory whether the figures of the heap are told
 */
public record StatsQuery(String topic, String channel, boolean includeClients, boolean includeMemory) {
    /**
     * Everything but the clients: what is pushed to statsd.
     *
     * @param includeMemory whether the figures of the heap are told
     * @return the query
     */
    static StatsQuery figures(boolean includeMemory) {
        return new StatsQuery("", "", false, includeMemory);
    }
}
