package dev.chaski.server.nsq;

import java.util.Map;

/** The body of IDENTIFY: a JSON object whose fields may be missing. Immutable. */
final class Identity {
    private static final int HEARTBEAT_MS_MIN = 1000;
    private static final int MSG_TIMEOUT_MS_MIN = 1000;
    private static final int OUTPUT_BUFFER_BYTES_MIN = 64;
    private static final int SAMPLE_RATE_MAX = 99;
    private static final int OFF = -1;

    private final Map<IdentityField, Object> fields;

    private Identity(Map<IdentityField, Object> fields) {
        this.fields = fields;
    }

    static Identity parse(byte[] body) throws Refusal {
        Map<IdentityField, Object> fields = IdentityField.read(body);
        if (fields == null) {
            throw badBody("failed to decode JSON body");
        }
        return new Identity(fields);
    }

    boolean wants(IdentityField feature) {
        return Boolean.TRUE.equals(fields.get(feature));
    }

    int deflateLevel() {
        return number(IdentityField.DEFLATE_LEVEL);
    }

    /** What holds from now on, where the client leaves out or gives 0 as it was before. */
    ClientSettings settings(ClientSettings before, NsqLimits limits) throws Refusal {
        int heartbeatMs = number(IdentityField.HEARTBEAT_INTERVAL);
        int bufferTimeoutMs = number(IdentityField.OUTPUT_BUFFER_TIMEOUT);
        int bufferBytes = number(IdentityField.OUTPUT_BUFFER_SIZE);
        int sampleRate = number(IdentityField.SAMPLE_RATE);
        int msgTimeoutMs = number(IdentityField.MSG_TIMEOUT);
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
                text(IdentityField.CLIENT_ID),
                text(IdentityField.HOSTNAME),
                text(IdentityField.USER_AGENT),
                choose(heartbeatMs, before.heartbeatMs(), 0),
                (int) choose(bufferBytes, before.outputBufferBytes(), 1),
                bufferTimeout,
                sampleRate,
                choose(msgTimeoutMs, before.msgTimeoutMs(), 0),
                text(IdentityField.TOPOLOGY_ZONE),
                text(IdentityField.TOPOLOGY_REGION));
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

    private int number(IdentityField field) {
        return fields.get(field) instanceof Integer value ? value : 0;
    }

    private String text(IdentityField field) {
        return fields.get(field) instanceof String value ? value : "";
    }

    private static Refusal badBody(String reason) {
        return Refusal.of("E_BAD_BODY", "IDENTIFY " + reason);
    }
}
