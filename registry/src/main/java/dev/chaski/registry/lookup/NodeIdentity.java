package dev.chaski.registry.lookup;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/**
 * How this node introduces itself.
 *
 * @param broadcastAddress the address under which consumers reach it
 * @param tcpPort the port on which NSQ clients are served
 * @param httpPort the port on which HTTP is served
 * @param version plain semver; libraries and nsqadmin compare it
 * @param hostname its host's name
 */
public record NodeIdentity(String broadcastAddress, int tcpPort, int httpPort, String version, String hostname) {
    byte[] json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("broadcast_address", broadcastAddress);
        json.put("tcp_port", tcpPort);
        json.put("http_port", httpPort);
        json.put("version", version);
        json.put("hostname", hostname);
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
