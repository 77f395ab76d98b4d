package dev.chaski.registry;

import java.util.Map;

/**
 * One place where a service is served.
 *
 * @param id unique among the nodes of its service
 * @param address host and port, {@code 127.0.0.1:4150} or {@code [::1]:4150}
 * @param metadata what else there is to know of it
 */
public record Node(String id, String address, Map<String, String> metadata) {
    /** Its metadata does not change any more. */
    public Node {
        metadata = Map.copyOf(metadata);
    }

    /**
     * The host of its address, without brackets.
     *
     * @return a name or an IP address
     */
    public String host() {
        int colon = address.lastIndexOf(':');
        String host = colon < 0 ? address : address.substring(0, colon);
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /**
     * The port of its address.
     *
     * @return 0 to 65535
     * @throws RegistryException where there is none
     */
    public int port() {
        try {
            int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
            if (port >= 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new RegistryException("node " + id + " has the address \"" + address + "\", which has no port");
    }
}
