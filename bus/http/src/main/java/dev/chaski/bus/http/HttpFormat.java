package dev.chaski.bus.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chaski.bus.BusException;
import dev.chaski.bus.Codecs;
import dev.chaski.bus.Message;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * What goes over the wire, as Go Micro's broker writes it:
 *
 * <pre>
 *   POST /?id=NODE HTTP/1.1
 *   Content-Type: application/json
 *
 *   {"Header":{"Micro-Topic":"TOPIC",...},"Body":"BASE64"}
 * </pre>
 *
 * The answer is 200 and empty, whatever became of the message. Our own publishers add {@link #SETTLE}, and are told:
 * 200 it is done, 503 it should come again after {@link #RETRY_AFTER_MS}, 404 that subscription is gone. What stands there
 * is the same when they ask again for an answer that took too long.
 */
final class HttpFormat {
    static final String TOPIC = "Micro-Topic";
    static final String SETTLE = "Chaski-Settle";
    static final String RETRY_AFTER_MS = "Chaski-Retry-After-Ms";
    static final int DONE = 200;
    static final int GONE = 404;
    static final int NOT_ALLOWED = 405;
    static final int TOO_LARGE = 413;
    static final int FAILED = 500;
    static final int AGAIN = 503;
    /** The longest request; base64 makes a third more of a body. */
    static final int REQUEST_BYTES_MAX = 32 << 20;

    private static final ObjectMapper JSON = new ObjectMapper();

    private HttpFormat() {}

    static byte[] encode(String topic, Message message) {
        Map<String, String> headers = new TreeMap<>(message.headers());
        headers.put(TOPIC, topic);
        byte[] request = Codecs.JSON.encode(Message.of(headers, message.body()));
        if (request.length > REQUEST_BYTES_MAX) {
            throw new BusException("not published to " + topic + ": written as JSON it has " + request.length
                    + " bytes, and nodes take " + REQUEST_BYTES_MAX);
        }
        return request;
    }

    /** The message without the topic, which is a part of the wire and not of what was published. */
    static Message withoutTopic(Message received) {
        Map<String, String> headers = new TreeMap<>(received.headers());
        headers.remove(TOPIC);
        return Message.of(headers, received.body());
    }

    /** An error as Go Micro writes it. */
    static byte[] error(int code, String detail, String status, String end) {
        String json = JSON.createObjectNode()
                .put("id", "go.micro.broker")
                .put("code", code)
                .put("detail", detail)
                .put("status", status)
                .toString();
        return (json + end).getBytes(StandardCharsets.UTF_8);
    }
}
