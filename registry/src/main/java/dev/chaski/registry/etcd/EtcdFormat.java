package dev.chaski.registry.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chaski.registry.Node;
import dev.chaski.registry.Service;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys and values as Go Micro's registry writes them: {@code /micro/registry/SERVICE/NODE}, with every slash in a name
 * turned into a minus, holds a service with that one node as JSON with small keys.
 */
final class EtcdFormat {
    static final String PREFIX = "/micro/registry/";

    private static final Logger LOG = LoggerFactory.getLogger(EtcdFormat.class);

    private EtcdFormat() {}

    static String folder(String service) {
        return PREFIX + service.replace('/', '-') + "/";
    }

    static String key(String service, String node) {
        return folder(service) + node.replace('/', '-');
    }

    /** A request about all keys that begin with this. */
    static ObjectNode range(String prefix) {
        byte[] end = prefix.getBytes(StandardCharsets.UTF_8);
        end[end.length - 1]++;
        return EtcdGateway.JSON.createObjectNode().put("key", base64(prefix)).put("range_end", end);
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    static String value(Service service, Node node) {
        ObjectNode json = EtcdGateway.JSON.createObjectNode();
        json.put("name", service.name());
        json.put("version", service.version());
        json.set("metadata", EtcdGateway.JSON.valueToTree(service.metadata()));
        json.putArray("endpoints");
        ObjectNode single = json.putArray("nodes").addObject();
        single.set("metadata", EtcdGateway.JSON.valueToTree(node.metadata()));
        single.put("id", node.id());
        single.put("address", node.address());
        return json.toString();
    }

    /** What a range answer tells; entries that somebody else wrote in another form are left out. */
    static List<Service> services(JsonNode answer) {
        List<Service> services = new ArrayList<>();
        for (JsonNode entry : answer.path("kvs")) {
            try {
                services.add(
                        service(EtcdGateway.JSON.readTree(entry.path("value").binaryValue())));
            } catch (IOException | RuntimeException e) {
                LOG.warn("entry ignored key={} error=\"{}\"", entry.path("key").asText(), e.toString());
            }
        }
        return Service.merge(services);
    }

    private static Service service(JsonNode json) {
        if (json == null || !json.path("name").isTextual()) {
            throw new IllegalArgumentException("it is no service with a name");
        }
        List<Node> nodes = new ArrayList<>();
        for (JsonNode node : json.path("nodes")) {
            nodes.add(
                    new Node(node.path("id").asText(), node.path("address").asText(), metadata(node.path("metadata"))));
        }
        return new Service(
                json.path("name").asText(), json.path("version").asText(), metadata(json.path("metadata")), nodes);
    }

    private static Map<String, String> metadata(JsonNode json) {
        Map<String, String> metadata = new HashMap<>();
        json.properties()
                .forEach(entry -> metadata.put(entry.getKey(), entry.getValue().asText()));
        return metadata;
    }
}
