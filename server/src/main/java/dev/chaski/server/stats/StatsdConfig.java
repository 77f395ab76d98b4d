package dev.chaski.server.stats;

/**
 * Where and how figures are pushed.
 *
 * @param host name or address of the statsd daemon, looked up before each push
 * @param port its UDP port
 * @param prefix what names begin with, complete: see {@link #prefix}
 * @param intervalMs between pushes, in milliseconds
 * @param packetSizeBytes the longest packet; a longer line goes alone
 * @param includeMemory whether the figures of the heap are pushed
 * @param excludeEphemeral whether ephemeral topics and channels are left out
 */
public record StatsdConfig(
        String host,
        int port,
        String prefix,
        long intervalMs,
        int packetSizeBytes,
        boolean includeMemory,
        boolean excludeEphemeral) {

    /**
     * The prefix that an option's value means.
     *
     * @param pattern the value, where {@code %s} stands for this node
     * @param broadcastAddress address of this node
     * @param httpPort its HTTP port
     * @return the prefix with a dot at its end, or empty
     */
    public static String prefix(String pattern, String broadcastAddress, int httpPort) {
        String address = broadcastAddress.indexOf(':') >= 0 ? "[" + broadcastAddress + "]" : broadcastAddress;
        String node = (address + ":" + httpPort).replace('.', '_').replace(':', '_');
        String prefix = pattern.replace("%s", node);
        return prefix.isEmpty() || prefix.endsWith(".") ? prefix : prefix + ".";
    }
}
