package dev.chaski.bus;

import java.net.URI;
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
                    "\"" + text + "\" is no URI of a bus, such as bus:memory: or bus:http://127.0.0.1:0");
        }
        Map<String, String> parameters = new HashMap<>();
        for (String pair : mark < 0 ? new String[0] : text.substring(mark + 1).split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new BusException("\"" + pair + "\" in \"" + text + "\" is no NAME=VALUE");
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
            URI uri = URI.create(scheme + ":" + rest);
            String host = Optional.ofNullable(uri.getHost()).orElse("");
            String userInfo = Optional.ofNullable(uri.getUserInfo()).orElse("");
            return new BusUri(scheme, host, uri.getPort(), uri.getPath(), userInfo, parameters);
        } catch (IllegalArgumentException e) {
            throw new BusException("\"" + text + "\" is no URI: " + e.getMessage(), e);
        }
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
                throw new BusException(
                        "bus:" + scheme + " has no parameter \"" + name + "\"; it has " + String.join(", ", known));
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
