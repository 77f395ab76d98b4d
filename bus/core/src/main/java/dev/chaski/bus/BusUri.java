package dev.chaski.bus;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What stands after {@code bus:}.
 *
 * @param scheme which plug-in
 * @param host where it is, empty where that is left out
 * @param port where it is, -1 where that is left out
 * @param path what stands after that, without a question mark; for {@code memory:NAME} the name
 * @param userInfo {@code user:password}, empty where that is left out
 * @param parameters what stands after the question mark, decoded
 */
public record BusUri(
        String scheme, String host, int port, String path, String userInfo, Map<String, String> parameters) {
    private static final String PREFIX = "bus:";

    /** Its parameters do not change any more. */
    public BusUri {
        parameters = Map.copyOf(parameters);
    }

    static BusUri parse(String text) {
        int mark = text.indexOf('?');
        String plain = mark < 0 ? text : text.substring(0, mark);
        int colon = plain.indexOf(':', PREFIX.length());
        if (!plain.startsWith(PREFIX) || colon < 0) {
            throw new BusException(
                    "\"" + hide(text) + "\" is no URI of a bus, such as bus:memory: or bus:http://127.0.0.1:0");
        }
        Map<String, String> parameters = new HashMap<>();
        for (String pair : mark < 0 ? new String[0] : text.substring(mark + 1).split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new BusException("\"" + hide(pair) + "\" in \"" + hide(text) + "\" is no NAME=VALUE");
            }
            parameters.put(
                    pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        String scheme = plain.substring(PREFIX.length(), colon);
        String rest = plain.substring(colon + 1);
        if (!rest.startsWith("//")) {
            return new BusUri(scheme, "", -1, rest, "", parameters);
        }
        try {
            URI uri = new URI(scheme + ":" + rest);
            String host = Optional.ofNullable(uri.getHost()).orElse("");
            String userInfo = Optional.ofNullable(uri.getUserInfo()).orElse("");
            return new BusUri(scheme, host, uri.getPort(), uri.getPath(), userInfo, parameters);
        } catch (URISyntaxException e) {
            // Without its cause, which quotes the whole text, and a password may stand there.
            throw new BusException("\"" + hide(text) + "\" is no URI: " + e.getReason());
        }
    }

    /** Nobody reads in a log what stands before an at sign. */
    private static String hide(String text) {
        return text.replaceAll("(?s)^(bus:[^/]*//)?.*@", "$1...@");
    }

    /**
     * Who connects.
     *
     * @return what stands before the first colon of the user info, empty where that is left out
     */
    public String user() {
        int colon = userInfo.indexOf(':');
        return colon < 0 ? userInfo : userInfo.substring(0, colon);
    }

    /**
     * What proves who connects; to be kept out of logs and errors.
     *
     * @return what stands after the first colon of the user info, empty where that is left out
     */
    public String password() {
        int colon = userInfo.indexOf(':');
        return colon < 0 ? "" : userInfo.substring(colon + 1);
    }

    /** Without the user info. */
    @Override
    public String toString() {
        return PREFIX + scheme + "://" + host + (port < 0 ? "" : ":" + port) + path;
    }

    /**
     * Refuses parameters that the plug-in does not know.
     *
     * @param known names of parameters
     * @throws BusException where there is another
     */
    public void allow(String... known) {
        for (String name : parameters.keySet()) {
            if (!Set.of(known).contains(name)) {
                throw new BusException("bus:" + scheme + " has no parameter \"" + name + "\"; it has "
                        + (known.length == 0 ? "none" : String.join(", ", known)));
            }
        }
    }

    /**
     * One of its parameters.
     *
     * @param name of the parameter
     * @param otherwise taken where it is left out
     * @return its value
     */
    public String parameter(String name, String otherwise) {
        return parameters.getOrDefault(name, otherwise);
    }

    /**
     * One of its parameters, a whole number.
     *
     * @param name of the parameter
     * @param otherwise taken where it is left out
     * @return above 0
     * @throws BusException where it is something else
     */
    public int positive(String name, int otherwise) {
        String text = parameters.get(name);
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
        throw new BusException(name + "=" + text + " is no whole number above 0");
    }
}
