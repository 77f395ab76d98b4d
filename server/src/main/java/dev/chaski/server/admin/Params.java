package dev.chaski.server.admin;

import dev.chaski.server.http.Request;
import dev.chaski.wire.Names;
import java.util.Arrays;
import java.util.Locale;

/** Reads the parameters of requests: what is wrong is told by name, with what is allowed. */
final class Params {
    private Params() {}

    static String text(Request request, String name, String otherwise) throws ApiException {
        if (!request.query().isValid()) {
            throw ApiException.badRequest(
                    "INVALID_REQUEST", "the query is not valid: escape what is special, as %23 for #");
        }
        String value = request.query().get(name);
        return value == null ? otherwise : value;
    }

    static int number(Request request, String name, int otherwise, int min, int max) throws ApiException {
        String text = text(request, name, "");
        try {
            int value = text.isEmpty() ? otherwise : Integer.parseInt(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Refused below, as a number out of range is.
        }
        throw ApiException.badRequest(
                "INVALID_ARG_" + name.toUpperCase(Locale.ROOT),
                name + " has to be a number from " + min + " to " + max);
    }

    static <E extends Enum<E>> E word(Request request, String name, E otherwise) throws ApiException {
        String text = text(request, name, otherwise.name());
        for (E value : otherwise.getDeclaringClass().getEnumConstants()) {
            if (value.name().equals(text.toUpperCase(Locale.ROOT))) {
                return value;
            }
        }
        String known = String.join(
                ", ",
                Arrays.stream(otherwise.getDeclaringClass().getEnumConstants())
                        .map(value -> value.name().toLowerCase(Locale.ROOT))
                        .toList());
        throw ApiException.badRequest(
                "INVALID_ARG_" + name.toUpperCase(Locale.ROOT), name + " has to be one of " + known);
    }

    /** The topic in the path. */
    static String topic(Request request) throws ApiException {
        return topic(request.parameter("topic"));
    }

    static String topic(String name) throws ApiException {
        if (!Names.isValid(name)) {
            throw ApiException.badRequest("INVALID_TOPIC", "a topic's name is 1 to 64 of . a-z A-Z 0-9 _ -");
        }
        return name;
    }

    /** The channel in the path. */
    static String channel(Request request) throws ApiException {
        return channel(request.parameter("channel"));
    }

    static String channel(String name) throws ApiException {
        if (!Names.isValid(name)) {
            throw ApiException.badRequest("INVALID_CHANNEL", "a channel's name is 1 to 64 of . a-z A-Z 0-9 _ -");
        }
        return name;
    }
}
