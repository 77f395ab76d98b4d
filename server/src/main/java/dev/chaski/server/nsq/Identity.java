package dev.chaski.server.nsq;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;

/** The body of IDENTIFY: a JSON object whose fields may be missing. Immutable. */
final class Identity {
    private static final int HEARTBEAT_MS_MIN = 1000;
    private static final int MSG_TIMEOUT_MS_MIN = 1000;
    private static final int OUTPUT_BUFFER_BYTES_MIN = 64;
    private static final int SAMPLE_RATE_MAX = 99;
    private static final int OFF = -1;
    private static final ObjectReader JSON =
            new ObjectMapper().reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final JsonNode fields;

    private Identity(JsonNode fields) {
        this.fields = fields;
    }

    static Identity parse(byte[] body) throws Refusal {
        try {
            JsonNode fields = JSON.readTree(body);
            if (fields.isObject() || fields.isNull()) {
                return new Identity(fields);
            }
        } catch (JsonProcessingException e) {
            throw badBody("failed to decode JSON body");
        } catch (IOException e) {
            throw badBody("failed to read body");
        }
        throw badBody("failed to decode JSON body");
    }

    boolean wants(String feature) throws Refusal {
        JsonNode value = fields.path(feature);
        if (!value.isBoolean() && !isAbsent(value)) {
            throw badBody("failed to decode JSON body");
        }
        return value.asBoolean();
    }

    int deflateLevel() throws Refusal {
        return number("deflate_level");
    }

    /** What holds from now on, where the client leaves out or gives 0 as it was before. */
    ClientSettings settings(ClientSettings before, NsqLimits limits) throws Refusal {
        int heartbeatMs = number("heartbeat_interval");
        int bufferTimeoutMs = number("output_buffer_timeout");
        int bufferBytes = number("output_buffer_size");
        int sampleRate = number("sample_rate");
        int msgTimeoutMs = number("msg_timeout");
        check("heartbeat interval", heartbeatMs, HEARTBEAT_MS_MIN, limits.maxHeartbeatIntervalMs(), true);
        check(
                "output buffer timeout",
                bufferTimeoutMs,
                limits.minOutputBufferTimeoutMs(),
                limits.maxOutputBufferTimeoutMs(),
                true);
        check("output buffer size", bufferBytes, OUTPUT_BUFFER_BYTES_MIN, limits.maxOutputBufferSizeBytes(), true);
        check("sample rate", sampleRate, 0, SAMPLE_RATE_MAX, false);
        check("msg timeout", msgTimeoutMs, MSG_TIMEOUT_MS_MIN, limits.maxMsgTimeoutMs(), false);
        long bufferTimeout = bufferBytes == OFF ? 0 : choose(bufferTimeoutMs, before.outputBufferTimeoutMs(), 0);
        return new ClientSettings(
                text("client_id"),
                text("hostname"),
                text("user_agent"),
                choose(heartbeatMs, before.heartbeatMs(), 0),
                (int) choose(bufferBytes, before.outputBufferBytes(), 1),
                bufferTimeout,
                sampleRate,
                choose(msgTimeoutMs, before.msgTimeoutMs(), 0),
                text("topology_zone"),
                text("topology_region"));
    }

    private static long choose(int asked, long before, long off) {
        if (asked == OFF) {
            return off;
        }
        return asked == 0 ? before : asked;
    }

    private static void check(String name, int value, long min, long max, boolean mayBeOff) throws Refusal {
        boolean isValid = value == 0 || value >= min && value <= max || mayBeOff && value == OFF;
        if (!isValid) {
            throw badBody(name + " (" + value + ") is invalid");
        }
    }

    private int number(String name) throws Refusal {
        JsonNode value = fields.path(name);
        if (isAbsent(value)) {
            return 0;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw badBody("failed to decode JSON body");
        }
        return value.intValue();
    }

    private String text(String name) throws Refusal {
        JsonNode value = fields.path(name);
        if (!value.isTextual() && !isAbsent(value)) {
            throw badBody("failed to decode JSON body");
        }
        return value.isTextual() ? value.textValue() : "";
    }

    private static boolean isAbsent(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }

    private static Refusal badBody(String reason) {
        return Refusal.of("E_BAD_BODY", "IDENTIFY " + reason);
    }
}
