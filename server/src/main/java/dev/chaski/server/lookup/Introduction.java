package dev.chaski.server.lookup;

import dev.chaski.server.directory.KnownNode;
import dev.chaski.wire.Json;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what a node tells of itself in {@code IDENTIFY}. Names of fields count in any case, as Go reads them. */
final class Introduction {
    /** Longest text of a field: a host's name has 253 characters at most. */
    private static final int TEXT_CHARS_MAX = 255;

    private static final int PORT_MAX = 65_535;

    private String broadcastAddress = "";
    private String hostname = "";
    private String version = "";
    private int tcpPort;
    private int httpPort;

    private Introduction() {}

    static KnownNode read(String json, String remoteAddress) throws Refusal {
        Introduction read = new Introduction();
        for (Map.Entry<?, ?> field : fields(json).entrySet()) {
            read.take(String.valueOf(field.getKey()).toLowerCase(Locale.ROOT), field.getValue());
        }
        return read.node(remoteAddress);
    }

    private static Map<?, ?> fields(String json) throws Refusal {
        try {
            Object read = Json.read(json);
            if (read == null) {
                return Map.of();
            }
            if (read instanceof Map<?, ?> fields) {
                return fields;
            }
        } catch (IllegalArgumentException e) {
            // Refused below, as another value than an object is.
        }
        throw undecodable();
    }

    private static Refusal undecodable() {
        return Refusal.badBody("failed to decode JSON body");
    }

    private void take(String field, @Nullable Object value) throws Refusal {
        if (value == null) {
            return;
        }
        switch (field) {
            case "broadcast_address" -> broadcastAddress = text(field, value);
            case "hostname" -> hostname = text(field, value);
            case "version" -> version = text(field, value);
            case "tcp_port" -> tcpPort = port(field, value);
            case "http_port" -> httpPort = port(field, value);
            default -> {
                // Told to somebody else.
            }
        }
    }

    private static String text(String field, Object value) throws Refusal {
        if (!(value instanceof String text)) {
            throw undecodable();
        }
        if (text.length() > TEXT_CHARS_MAX) {
            throw Refusal.badBody(field + " is longer than " + TEXT_CHARS_MAX + " characters");
        }
        return text;
    }

    private static int port(String field, Object value) throws Refusal {
        if (!(value instanceof Double number) || number != Math.rint(number)) {
            throw undecodable();
        }
        if (number < 0 || number > PORT_MAX) {
            throw Refusal.badBody(field + " (" + (long) (double) number + ") is invalid");
        }
        return number.intValue();
    }

    private KnownNode node(String remoteAddress) throws Refusal {
        if (broadcastAddress.isEmpty() || version.isEmpty() || tcpPort == 0 || httpPort == 0) {
            throw Refusal.badBody("missing fields");
        }
        return new KnownNode(broadcastAddress, tcpPort, httpPort, version, hostname, remoteAddress, false, false);
    }
}
