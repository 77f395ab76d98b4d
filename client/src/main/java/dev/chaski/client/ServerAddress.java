package dev.chaski.client;

/**
 * Where an nsqd listens for TCP.
 *
 * @param host name or IP address, an IPv6 address without brackets
 * @param port 1 to 65535
 */
public record ServerAddress(String host, int port) {
    /** The port that is meant where none is given. */
    public static final int DEFAULT_PORT = 4150;

    private static final int PORT_MAX = 65_535;

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException where the host is empty or the port out of range
     */
    public ServerAddress {
        if (host.isBlank()) {
            throw new IllegalArgumentException("an address needs a host");
        }
        if (port < 1 || port > PORT_MAX) {
            throw new IllegalArgumentException("port " + port + " of " + host + " is not within 1 to " + PORT_MAX);
        }
    }

    /**
     * Reads an address.
     *
     * @param text {@code host:port}, {@code host}, {@code [ipv6]:port} or {@code [ipv6]}
     * @return the address, with {@link #DEFAULT_PORT} where none is given
     * @throws IllegalArgumentException where it is none of these
     */
    public static ServerAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        boolean isBracketed = text.startsWith("[");
        if (!isBracketed && colon != text.indexOf(':')) {
            throw new IllegalArgumentException("an IPv6 address needs brackets: " + text);
        }
        boolean hasPort = colon > text.lastIndexOf(']');
        String host = hasPort ? text.substring(0, colon) : text;
        if (isBracketed) {
            if (!host.endsWith("]")) {
                throw new IllegalArgumentException("not an address: " + text);
            }
            host = host.substring(1, host.length() - 1);
        }
        return new ServerAddress(host, hasPort ? port(text, text.substring(colon + 1)) : DEFAULT_PORT);
    }

    private static int port(String text, String digits) {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a port at the end of " + text, e);
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
