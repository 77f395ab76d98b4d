package dev.chaski.bench.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a connection tells the server about itself.
 *
 * @param heartbeatMs how often the server is to send a heartbeat, in milliseconds; −1 for never
 * @param outputBufferBytes how much the server may collect before it sends; 0 as it likes, −1 for nothing
 * @param outputBufferTimeoutMs how long it may collect, in milliseconds; 0 as it likes, −1 for no time
 */
public record Hello(int heartbeatMs, int outputBufferBytes, int outputBufferTimeoutMs) {
    /** A publisher's: it says nothing of its own accord, and needs no heartbeat. */
    public static final Hello PUBLISHER = new Hello(-1, 0, 0);

    byte[] json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("client_id", "chaski-bench");
        fields.put("hostname", "chaski-bench");
        fields.put("user_agent", "chaski-bench/1");
        fields.put("feature_negotiation", true);
        fields.put("heartbeat_interval", heartbeatMs);
        if (outputBufferBytes != 0) {
            fields.put("output_buffer_size", outputBufferBytes);
        }
        if (outputBufferTimeoutMs != 0) {
            fields.put("output_buffer_timeout", outputBufferTimeoutMs);
        }
        try {
            return new ObjectMapper().writeValueAsBytes(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
