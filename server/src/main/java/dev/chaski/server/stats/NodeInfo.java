package dev.chaski.server.stats;

/**
 * What a node tells of itself, as nsqd's {@code /info} does.
 *
 * @param version plain semantic version, 1.3.0 or above, which clients compare
 * @param broadcastAddress where consumers reach it
 * @param hostname this host's name
 * @param httpPort port that others are told for HTTP
 * @param tcpPort port that others are told for NSQ clients
 * @param startTimeS when it started, seconds since 1970
 * @param maxHeartbeatIntervalNs the longest heartbeat interval, in nanoseconds
 * @param maxOutputBufferSizeBytes the largest output buffer
 * @param maxOutputBufferTimeoutNs the longest output buffer time-out, in nanoseconds
 * @param maxDeflateLevel 1 to 9
 * @param topologyZone zone it is in, or empty
 * @param topologyRegion region it is in, or empty
 */
public record NodeInfo(
        String version,
        String broadcastAddress,
        String hostname,
        int httpPort,
        int tcpPort,
        long startTimeS,
        long maxHeartbeatIntervalNs,
        long maxOutputBufferSizeBytes,
        long maxOutputBufferTimeoutNs,
        int maxDeflateLevel,
        String topologyZone,
        String topologyRegion) {}
