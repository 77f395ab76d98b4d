package dev.chaski.registry;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what a registry's URI says. */
public final class RegistryUri {
    private RegistryUri() {}

    /**
     * The hosts that it names, {@code scheme://a:1,b:2}; where there are several, none may be an IPv6 address.
     *
     * @param uri a registry's
     * @param defaultPort taken where a host has none
     * @return at least one address, unresolved
     * @throws RegistryException where it names none, or one is wrong
     */
    public static List<InetSocketAddress> hosts(URI uri, int defaultPort) {
        String authority = uri.getRawAuthority();
        if (authority == null || authority.isEmpty()) {
            throw new RegistryException("\"" + uri + "\" names no host; write " + uri.getScheme() + "://HOST:PORT");
        }
        List<InetSocketAddress> hosts = new ArrayList<>();
        for (String part : authority.split(",", -1)) {
            // A single host with a scheme is what URI can read; it refuses several at once.
            URI single = URI.create(uri.getScheme() + "://" + part);
            String host = single.getHost();
            if (host == null) {
                throw new RegistryException("\"" + part + "\" in \"" + uri + "\" is no HOST:PORT");
            }
            hosts.add(InetSocketAddress.createUnresolved(host, single.getPort() < 0 ? defaultPort : single.getPort()));
        }
        return hosts;
    }

    /**
     * A whole number that it may say.
     *
     * @param uri a registry's
     * @param key the parameter's name
     * @param otherwise taken where it says nothing
     * @return above 0
     * @throws RegistryException where it says something else
     */
    public static int positive(URI uri, String key, int otherwise) {
        String text = parameter(uri, key);
        if (text == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new RegistryException(key + "=" + text + " in \"" + uri + "\" is no whole number above 0");
    }

    private static @Nullable String parameter(URI uri, String key) {
        String rest = uri.getRawSchemeSpecificPart();
        int mark = rest.indexOf('?');
        for (String pair : mark < 0 ? new String[0] : rest.substring(mark + 1).split("&", -1)) {
            if (pair.startsWith(key + "=")) {
                return URLDecoder.decode(pair.substring(key.length() + 1), StandardCharsets.UTF_8);
            }
        }
        return null;
    }
}
