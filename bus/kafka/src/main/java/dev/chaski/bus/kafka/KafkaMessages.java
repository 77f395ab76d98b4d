package dev.chaski.bus.kafka;

import dev.chaski.bus.Message;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/** Messages of the bus as Kafka's records, headers as record headers in UTF-8. Any thread. */
final class KafkaMessages {
    private KafkaMessages() {}

    static ProducerRecord<byte[], byte[]> encode(String topicName, Message message) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topicName, message.body());
        message.headers().forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        return record;
    }

    /** Of several headers of one name the last stays; a record without a value has an empty body. */
    static Message decode(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new HashMap<>();
        for (Header header : record.headers()) {
            String name = header.key();
            boolean isTaken = !name.isEmpty() && name.chars().noneMatch(Character::isISOControl);
            if (isTaken) {
                byte[] value = header.value();
                headers.put(name, value == null ? "" : new String(value, StandardCharsets.UTF_8));
            }
        }
        byte[] body = record.value();
        return Message.of(headers, body == null ? new byte[0] : body);
    }
}
