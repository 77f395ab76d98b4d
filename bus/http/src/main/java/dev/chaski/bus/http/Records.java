package dev.chaski.bus.http;

import dev.chaski.registry.Node;
import dev.chaski.registry.Service;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;

/**
 * How a subscription stands in the registry, as Go Micro writes it: the service {@value #SERVICE}, in the version that its
 * queue is called, or {@value #BROADCAST}; the node {@code TOPIC-UUID} with the topic in its metadata.
 *
 * <p>The UUID is the subscription's and not the process's, so that two queues of a process are two nodes.
 */
final class Records {
    static final String SERVICE = "micro.http.broker";
    static final String BROADCAST = "ff.http.broadcast";
    /** What is left of a DNS label beside a minus and a UUID. */
    private static final int TOPIC_BYTES_MAX = 26;

    private Records() {}

    static Service service(String topic, String queue, String address, boolean isSecure) {
        Map<String, String> metadata = Map.of("secure", Boolean.toString(isSecure), "broker", "http", "topic", topic);
        Node node = new Node(beginning(topic) + "-" + UUID.randomUUID(), address, metadata);
        return Service.of(SERVICE, queue.isEmpty() ? BROADCAST : queue, node);
    }

    /** Go Micro takes the whole topic, and cannot announce a long one. Readers go by the metadata. */
    private static String beginning(String topic) {
        int end = Math.min(topic.length(), TOPIC_BYTES_MAX);
        while (topic.substring(0, end).getBytes(StandardCharsets.UTF_8).length > TOPIC_BYTES_MAX) {
            end--;
        }
        return topic.substring(0, end);
    }

    static boolean isOf(Node node, String topic) {
        return "http".equals(node.metadata().get("broker"))
                && topic.equals(node.metadata().get("topic"));
    }

    static boolean isSecure(Node node) {
        return "true".equals(node.metadata().get("secure"));
    }
}
