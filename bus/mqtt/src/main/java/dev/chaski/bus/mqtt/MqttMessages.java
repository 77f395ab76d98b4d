package dev.chaski.bus.mqtt;

import dev.chaski.bus.BusException;
import dev.chaski.bus.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;

/** Messages of the bus as MQTT's, headers as user properties (5.0, section 3.3.2.3.7). Any thread. */
final class MqttMessages {
    private static final int QOS = 1;

    private MqttMessages() {}

    static MqttMessage encode(Message message) {
        List<UserProperty> headers = new ArrayList<>();
        message.headers().forEach((name, value) -> {
            if (value.chars().anyMatch(Character::isISOControl)) {
                throw new BusException("MQTT carries no control characters, and the header " + name + " has some");
            }
            headers.add(new UserProperty(name, value));
        });
        MqttProperties properties = new MqttProperties();
        properties.setUserProperties(headers);
        MqttMessage encoded = new MqttMessage(message.body(), QOS, false, properties);
        return encoded;
    }

    /** Of several properties of one name the last stays; one whose name no message may have is passed over. */
    static Message decode(MqttMessage message) {
        Map<String, String> headers = new HashMap<>();
        MqttProperties properties = message.getProperties();
        if (properties != null && properties.getUserProperties() != null) {
            for (UserProperty property : properties.getUserProperties()) {
                String name = property.getKey();
                if (!name.isEmpty() && name.chars().noneMatch(Character::isISOControl)) {
                    headers.put(name, property.getValue());
                }
            }
        }
        return Message.of(headers, message.getPayload());
    }
}
