package dev.chaski.server.directory;

/**
 * A node as a lookup tells of it.
 *
 * @param broadcastAddress the address under which consumers reach it
 * @param tcpPort the port on which NSQ clients are served
 * @param httpPort the port on which HTTP is served
 * @param version what it keeps to, plain semver
 * @param hostname its host's name
 * @param remoteAddress where its registration came from, with a port
 * @param isThisNode whether it is the broker of this process
 * @param isLastKnown whether it was known before a restart, and has not come again yet
 */
public record KnownNode(
        String broadcastAddress,
        int tcpPort,
        int httpPort,
        String version,
        String hostname,
        String remoteAddress,
        boolean isThisNode,
        boolean isLastKnown) {}
