package dev.chaski.server.config;

/**
 * Where to listen or to connect.
 *
 * @param host a name or an address; empty for every address of this machine
 * @param port 0 to 65535; 0 to listen on a free one
 */
public record HostPort(String host, int port) {
    private static final int PORT_MAX = 65_535;

    /**
     * Reads {@code host:port}, {@code :port} or {@code [v6 address]:port}.
     *
     * @param text what was given
     * @return the address
     * @throws OptionException where it is none
     */
    public static HostPort parse(String text) throws OptionException {
        if (text.startsWith("/") || text.startsWith("unix:")) {
            throw new OptionException("a unix socket cannot be listened on; give host:port");
        }
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new OptionException("no port; give host:port, such as 127.0.0.1:4150");
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw new OptionException("an IPv6 address needs brackets, such as [::1]:4150");
        }
        return new HostPort(host, port(text.substring(colon + 1)));
    }

    private static int port(String text) throws OptionException {
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= PORT_MAX) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Told below, as for a number out of range.
        }
        throw new OptionException("\"" + text + "\" is no port; ports are 0 (any free one) to " + PORT_MAX);
    }

    /**
     * As it is given on the command line.
     *
     * @return host and port with a colon between
     */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
