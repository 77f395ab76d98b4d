package dev.chaski.client;

import dev.chaski.wire.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a server answered to IDENTIFY. Immutable.
 *
 * @param isTls whether TLS is next
 * @param isSnappy whether Snappy is next
 * @param isDeflate whether deflate is next
 * @param isAuthRequired whether it wants a secret
 * @param maxRdyCount the most messages that it has in flight with one connection
 * @param msgTimeoutMs how long a message may be in flight, in milliseconds
 */
record Agreement(
        boolean isTls,
        boolean isSnappy,
        boolean isDeflate,
        boolean isAuthRequired,
        int maxRdyCount,
        long msgTimeoutMs) {

    /** What nsqd has where nothing was said. */
    private static final int MAX_RDY_COUNT = 2_500;

    private static final int MSG_TIMEOUT_MS = 60_000;

    static Agreement parse(String answer) throws ProtocolException {
        if (answer.equals("OK")) {
            return new Agreement(false, false, false, false, MAX_RDY_COUNT, MSG_TIMEOUT_MS);
        }
        try {
            if (Json.read(answer) instanceof Map<?, ?> fields) {
                return new Agreement(
                        isTrue(fields, "tls_v1"),
                        isTrue(fields, "snappy"),
                        isTrue(fields, "deflate"),
                        isTrue(fields, "auth_required"),
                        (int) number(fields, "max_rdy_count", MAX_RDY_COUNT),
                        number(fields, "msg_timeout", MSG_TIMEOUT_MS));
            }
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("the answer to IDENTIFY is no JSON: " + e.getMessage());
        }
        throw new ProtocolException("the answer to IDENTIFY is no JSON object");
    }

    private static boolean isTrue(Map<?, ?> fields, String name) {
        return Boolean.TRUE.equals(fields.get(name));
    }

    private static long number(Map<?, ?> fields, String name, long otherwise) {
        @Nullable Object value = fields.get(name);
        return value instanceof Double number && number >= 1 ? number.longValue() : otherwise;
    }
}
