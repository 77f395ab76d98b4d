package dev.chaski.bus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** A map with {@code Header} and {@code Body}, in whatever form Jackson writes. Small letters are read, too, as Go does. */
final class TreeCodec implements Codec {
    private final String name;
    private final ObjectMapper mapper;

    TreeCodec(String name, ObjectMapper mapper) {
        this.name = name;
        this.mapper = mapper;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public byte[] encode(Message message) {
        ObjectNode tree = mapper.createObjectNode();
        ObjectNode headers = tree.putObject("Header");
        message.headers().forEach(headers::put);
        tree.put("Body", message.body());
        try {
            return mapper.writeValueAsBytes(tree);
        } catch (IOException e) {
            throw new BusException("the message cannot be written as " + name, e);
        }
    }

    @Override
    public Message decode(byte[] bytes) {
        try {
            JsonNode tree = mapper.readTree(bytes);
            if (tree == null || !tree.isObject()) {
                throw new BusException("a message in " + name + " must be a map with Header and Body");
            }
            Map<String, String> headers = new TreeMap<>();
            for (Map.Entry<String, JsonNode> header :
                    field(tree, "Header", "header").properties()) {
                if (!header.getValue().isTextual()) {
                    throw new BusException("the header " + header.getKey() + " is no text");
                }
                headers.put(header.getKey(), header.getValue().textValue());
            }
            JsonNode body = field(tree, "Body", "body");
            boolean isEmpty = body.isMissingNode() || body.isNull();
            byte[] content = isEmpty ? new byte[0] : body.binaryValue();
            if (content == null) {
                throw new BusException("the body is neither bytes nor base64");
            }
            return Message.of(headers, content);
        } catch (IOException e) {
            throw new BusException("these bytes are no " + name + ": " + e.getMessage(), e);
        }
    }

    private static JsonNode field(JsonNode tree, String name, String otherwise) {
        return tree.has(name) ? tree.path(name) : tree.path(otherwise);
    }
}
