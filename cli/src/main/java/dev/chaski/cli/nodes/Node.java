package dev.chaski.cli.nodes;

import java.util.Set;

/**
 * A broker.
 *
 * @param address of its HTTP
 * @param tcpPort of its TCP, 0 where it was named and not found
 * @param hostname as it says of itself, or empty
 * @param version as it says of itself, or empty
 * @param lookups how many lookups know it
 * @param tombstones topics that lookups do not name it for any more, for a while
 */
public record Node(
        HttpAddress address, int tcpPort, String hostname, String version, int lookups, Set<String> tombstones) {
    static Node named(HttpAddress address) {
        return new Node(address, 0, "", "", 0, Set.of());
    }
}
