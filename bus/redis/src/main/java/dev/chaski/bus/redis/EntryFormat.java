package dev.chaski.bus.redis;

import dev.chaski.bus.BusException;
import dev.chaski.bus.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message as an entry of a stream, which any client of Redis reads and writes:
 *
 * <pre>
 *   XADD bus:TOPIC * body BYTES header:NAME VALUE header:NAME VALUE ...
 * </pre>
 */
final class EntryFormat {
    private static final String BODY = "body";
    private static final String HEADER = "header:";
    /** A script takes some thousand arguments. */
    private static final int HEADERS_MAX = 1_000;

    private EntryFormat() {}

    /** Fields and values, one after another. */
    static List<Object> encode(Message message) {
        if (message.headers().size() > HEADERS_MAX) {
            throw new BusException("a message may have " + HEADERS_MAX + " headers over Redis, and this has "
                    + message.headers().size());
        }
        List<Object> fields = new ArrayList<>();
        fields.add(BODY);
        fields.add(message.body());
        message.headers().forEach((name, value) -> {
            fields.add(HEADER + name);
            fields.add(value);
        });
        return fields;
    }

    /** The message, or null where the entry has no body; other fields are passed over. */
    static @Nullable Message decode(Map<byte[], byte[]> fields) {
        byte[] body = null;
        Map<String, String> headers = new HashMap<>();
        for (Map.Entry<byte[], byte[]> field : fields.entrySet()) {
            String name = new String(field.getKey(), StandardCharsets.UTF_8);
            if (name.equals(BODY)) {
                body = field.getValue();
            } else if (name.startsWith(HEADER)) {
                headers.put(name.substring(HEADER.length()), new String(field.getValue(), StandardCharsets.UTF_8));
            }
        }
        try {
            return body == null ? null : Message.of(headers, body);
        } catch (BusException e) {
            // A header that cannot be: written by somebody else.
            return null;
        }
    }
}
