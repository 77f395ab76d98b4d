package dev.chaski.cli.relay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lets those messages pass that are JSON objects with some field, and of these only some fields. Any thread. */
public final class JsonFilter {
    private final ObjectMapper json = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();
    private final @Nullable String field;
    private final @Nullable String value;
    private final List<String> kept;

    /**
     * Filters.
     *
     * @param field that a message must have; null: it needs none
     * @param value that this field must have; null: any. A number is compared as one
     * @param kept fields that pass; empty: all
     */
    public JsonFilter(@Nullable String field, @Nullable String value, List<String> kept) {
        this.field = field;
        this.value = value;
        this.kept = List.copyOf(kept);
    }

    /**
     * What passes of a message.
     *
     * @param body the message
     * @return the message, or what is left of it; null where it does not pass
     */
    public byte @Nullable [] apply(byte[] body) {
        if (field == null && kept.isEmpty()) {
            return body;
        }
        try {
            JsonNode read = json.readTree(body);
            if (!(read instanceof ObjectNode object) || !passes(object)) {
                return null;
            }
            return kept.isEmpty() ? body : json.writeValueAsBytes(shortened(object));
        } catch (JsonProcessingException e) {
            return null;
        } catch (IOException e) {
            throw new IllegalStateException("an array of bytes cannot be read", e);
        }
    }

    private boolean passes(ObjectNode object) {
        if (field == null) {
            return true;
        }
        JsonNode found = object.get(field);
        if (found == null || value == null) {
            return found != null;
        }
        return found.isNumber()
                ? isNumber(found.decimalValue(), value)
                : found.isValueNode() && found.asText().equals(value);
    }

    private static boolean isNumber(BigDecimal found, String wanted) {
        try {
            return found.compareTo(new BigDecimal(wanted)) == 0;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private ObjectNode shortened(ObjectNode object) {
        ObjectNode shortened = json.createObjectNode();
        for (String name : kept) {
            JsonNode found = object.get(name);
            if (found != null) {
                shortened.set(name, found);
            }
        }
        return shortened;
    }
}
