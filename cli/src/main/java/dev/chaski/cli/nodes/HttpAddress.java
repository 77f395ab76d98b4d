package dev.chaski.cli.nodes;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Where a broker or a lookup listens for HTTP.
 *
 * @param base a URL without query that ends in a slash
 */
public record HttpAddress(URI base) implements Comparable<HttpAddress> {
    /** The port of a broker where none is given. */
    public static final int BROKER_PORT = 4151;
    /** The port of a lookup where none is given. */
    public static final int LOOKUP_PORT = 4161;

    private static final int PORT_MAX = 65_535;

    /**
     * Reads an address.
     *
     * @param text {@code host}, {@code host:port}, {@code [ipv6]:port}, or a URL of http or https
     * @param defaultPort what is meant where no port is given
     * @return the address
     * @throws IllegalArgumentException where it is none of these
     */
    public static HttpAddress parse(String text, int defaultPort) {
        boolean isUrl = text.contains("://");
        URI uri;
        try {
            uri = URI.create(isUrl ? text : "http://" + text);
        } catch (IllegalArgumentException e) {
            throw wrong(text);
        }
        boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!isHttp || uri.getHost() == null || uri.getRawQuery() != null || uri.getPort() > PORT_MAX) {
            throw wrong(text);
        }
        String port = uri.getPort() >= 0 ? ":" + uri.getPort() : isUrl ? "" : ":" + defaultPort;
        String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/+$", "");
        return new HttpAddress(URI.create(uri.getScheme() + "://" + uri.getHost() + port + path + "/"));
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "'" + text + "' is no address: write host:port, such as 127.0.0.1:4151, or a URL of http or https");
    }

    /**
     * The address that somebody else told.
     *
     * @param host name or IP address, an IPv6 address without brackets
     * @param port 1 to 65535
     * @return the address
     * @throws IllegalArgumentException where it is none
     */
    public static HttpAddress of(String host, int port) {
        if (port < 1 || port > PORT_MAX) {
            throw new IllegalArgumentException("port " + port + " of " + host + " is not within 1 to " + PORT_MAX);
        }
        return parse((host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port, port);
    }

    /**
     * What to ask there.
     *
     * @param path without a slash before it
     * @param query names and values by turns; those with an empty value are left out
     * @return a URL
     */
    URI at(String path, String... query) {
        StringBuilder url = new StringBuilder(base.toString()).append(path);
        char before = '?';
        for (int i = 0; i < query.length; i += 2) {
            if (!query[i + 1].isEmpty()) {
                url.append(before).append(query[i]).append('=');
                url.append(URLEncoder.encode(query[i + 1], StandardCharsets.UTF_8));
                before = '&';
            }
        }
        return URI.create(url.toString());
    }

    @Override
    public int compareTo(HttpAddress other) {
        return toString().compareTo(other.toString());
    }

    /** As it is given: {@code host:port} where it is plain HTTP. */
    @Override
    public String toString() {
        String text = base.toString();
        return (text.startsWith("http://") ? text.substring("http://".length()) : text).replaceAll("/$", "");
    }
}
