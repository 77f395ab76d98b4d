package dev.chaski.server.nsq;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of IDENTIFY that mean something here. A stranger sends the body, before any authorization: it is read token
 * by token, and nothing of it is kept but these, so that it costs little whatever is in it.
 */
enum IdentityField {
    CLIENT_ID(Type.LABEL),
    HOSTNAME(Type.LABEL),
    USER_AGENT(Type.LABEL),
    TOPOLOGY_ZONE(Type.LABEL),
    TOPOLOGY_REGION(Type.LABEL),
    HEARTBEAT_INTERVAL(Type.NUMBER),
    OUTPUT_BUFFER_SIZE(Type.NUMBER),
    OUTPUT_BUFFER_TIMEOUT(Type.NUMBER),
    MSG_TIMEOUT(Type.NUMBER),
    SAMPLE_RATE(Type.NUMBER),
    DEFLATE_LEVEL(Type.NUMBER),
    FEATURE_NEGOTIATION(Type.SWITCH),
    TLS_V1(Type.SWITCH),
    DEFLATE(Type.SWITCH),
    SNAPPY(Type.SWITCH);

    /** What is kept of a label, which is only shown to people and compared: the rest is cut off. */
    static final int LABEL_CHARS_MAX = 1024;
    /** Objects and arrays within each other, in fields that mean nothing here. */
    static final int DEPTH_MAX = 64;

    /** Keeps no names of strangers beyond the parse, as a shared table of symbols would. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
            .build();

    private static final IdentityField[] ALL = values();

    private final Type type;
    private final String key = name().toLowerCase(Locale.ROOT);

    IdentityField(Type type) {
        this.type = type;
    }

    private enum Type {
        LABEL,
        NUMBER,
        SWITCH
    }

    /**
     * Reads a body: an object or null, with nothing behind it. Keys are known in any case, as Go reads them; where one
     * comes twice the last holds.
     *
     * @return a String, an Integer or a Boolean for each field that is there; or null where the body is something else
     */
    static @Nullable Map<IdentityField, Object> read(byte[] body) {
        Map<IdentityField, Object> found = new EnumMap<>(IdentityField.class);
        try (JsonParser parser = JSON.createParser(body)) {
            JsonToken first = parser.nextToken();
            boolean isRead = first == JsonToken.VALUE_NULL || first == JsonToken.START_OBJECT && readAll(parser, found);
            return isRead && parser.nextToken() == null ? found : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static boolean readAll(JsonParser parser, Map<IdentityField, Object> found) throws IOException {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            IdentityField field = of(parser.currentName());
            JsonToken token = parser.nextToken();
            if (field == null) {
                parser.skipChildren();
            } else if (token != JsonToken.VALUE_NULL) {
                Object value = field.value(parser, token);
                if (value == null) {
                    return false;
                }
                found.put(field, value);
            }
        }
        return true;
    }

    private static @Nullable IdentityField of(String key) {
        for (IdentityField field : ALL) {
            if (field.key.equalsIgnoreCase(key)) {
                return field;
            }
        }
        return null;
    }

    /** The value that the parser stands on, or null where it is of another type. */
    private @Nullable Object value(JsonParser parser, JsonToken token) throws IOException {
        return switch (type) {
            case LABEL -> token == JsonToken.VALUE_STRING ? cut(parser.getText()) : null;
            case NUMBER -> token == JsonToken.VALUE_NUMBER_INT ? (Object) parser.getIntValue() : null;
            case SWITCH -> token.isBoolean() ? (Object) parser.getBooleanValue() : null;
        };
    }

    private static String cut(String label) {
        if (label.length() <= LABEL_CHARS_MAX) {
            return label;
        }
        boolean isWithinPair = Character.isHighSurrogate(label.charAt(LABEL_CHARS_MAX - 1));
        return label.substring(0, isWithinPair ? LABEL_CHARS_MAX - 1 : LABEL_CHARS_MAX);
    }
}
