package dev.chaski.bus.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.LongString;
import dev.chaski.bus.BusException;
import dev.chaski.bus.Message;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** A message as Go Micro writes it: headers as AMQP's headers, texts all, and the body as it is. */
final class MessageFormat {
    /** A header's name is AMQP's short string. */
    private static final int NAME_BYTES_MAX = 255;

    /** All headers stand in one frame, of 131,072 bytes unless the server's owner says otherwise. */
    private static final int HEADERS_BYTES_MAX = 120_000;

    /** What a header takes beside its name and value: two lengths and a type. */
    private static final int HEADER_BYTES = 6;

    private static final int PERSISTENT = 2;

    private MessageFormat() {}

    static BasicProperties properties(Message message) {
        int bytes = 0;
        for (Map.Entry<String, String> header : message.headers().entrySet()) {
            int nameBytes = header.getKey().getBytes(StandardCharsets.UTF_8).length;
            if (nameBytes > NAME_BYTES_MAX) {
                throw new BusException("RabbitMQ takes headers with names of " + NAME_BYTES_MAX + " bytes");
            }
            bytes += HEADER_BYTES + nameBytes + header.getValue().getBytes(StandardCharsets.UTF_8).length;
        }
        if (bytes > HEADERS_BYTES_MAX) {
            throw new BusException(
                    "RabbitMQ takes headers of " + HEADERS_BYTES_MAX + " bytes in all, and these have " + bytes);
        }
        return new BasicProperties.Builder()
                .deliveryMode(PERSISTENT)
                .headers(Map.copyOf(message.headers()))
                .build();
    }

    /**
     * What came.
     *
     * @throws BusException where its headers are none
     */
    static Message decode(BasicProperties properties, byte[] body) {
        Map<String, String> headers = new HashMap<>();
        Map<String, Object> sent = properties.getHeaders();
        if (sent != null) {
            sent.forEach((name, value) -> {
                // Texts, numbers and the like; lists and tables are what the server adds when it moves a message.
                if (value instanceof LongString || value instanceof Number || value instanceof Boolean) {
                    headers.put(name, value.toString());
                }
            });
        }
        return Message.of(headers, body);
    }
}
