package dev.chaski.server.lookup;

import dev.chaski.wire.Json;
import java.nio.charset.StandardCharsets;

/**
 * What a lookup tells of itself to those who register.
 *
 * @param broadcastAddress the address under which it is reached
 * @param hostname its host's name
 * @param tcpPort where nodes register
 * @param httpPort where it is asked
 * @param version what it keeps to, plain semver
 */
public record LookupIdentity(String broadcastAddress, String hostname, int tcpPort, int httpPort, String version) {
    byte[] json() {
        String json = "{\"broadcast_address\":" + Json.quoted(broadcastAddress) + ",\"hostname\":"
                + Json.quoted(hostname) + ",\"http_port\":" + httpPort + ",\"tcp_port\":" + tcpPort + ",\"version\":"
                + Json.quoted(version) + "}";
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
