package dev.chaski.registry.mdns;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chaski.registry.Node;
import dev.chaski.registry.Service;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * What Go Micro writes into a TXT record: {@code {"Metadata":{},"Service":"","Version":"","Endpoints":null}}, deflated
 * with zlib's header, as hexadecimal digits, cut into strings of at most 255.
 *
 * <p>Where a node's id does not fit into a DNS name, the name has a shorter one and {@code "Id"} the whole; Go Micro
 * passes over that field.
 */
final class TxtFormat {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int STRING_BYTES_MAX = 255;
    /** More than fits into a packet, unless somebody sends what inflates without an end. */
    private static final int INFLATED_BYTES_MAX = 1 << 20;

    private TxtFormat() {}

    record Txt(String service, String version, String id, Map<String, String> metadata) {}

    static List<String> encode(Service service, Node node, boolean hasId) {
        ObjectNode json = JSON.createObjectNode();
        json.set("Metadata", JSON.valueToTree(node.metadata()));
        json.put("Service", service.name());
        json.put("Version", service.version());
        json.putNull("Endpoints");
        if (hasId) {
            json.put("Id", node.id());
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(bytes)) {
            deflater.write(json.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException("a write to memory failed", e);
        }
        String hex = HexFormat.of().formatHex(bytes.toByteArray());
        List<String> strings = new ArrayList<>();
        for (int i = 0; i < hex.length(); i += STRING_BYTES_MAX) {
            strings.add(hex.substring(i, Math.min(hex.length(), i + STRING_BYTES_MAX)));
        }
        return strings;
    }

    /** Fails where these are no such strings. */
    static Txt decode(List<byte[]> strings) throws IOException {
        StringBuilder hex = new StringBuilder();
        strings.forEach(string -> hex.append(new String(string, StandardCharsets.ISO_8859_1)));
        byte[] deflated;
        try {
            deflated = HexFormat.of().parseHex(hex);
        } catch (IllegalArgumentException e) {
            throw new IOException("these are no hexadecimal digits", e);
        }
        byte[] text;
        try (InflaterInputStream inflater = new InflaterInputStream(new ByteArrayInputStream(deflated))) {
            text = inflater.readNBytes(INFLATED_BYTES_MAX);
        }
        JsonNode json = JSON.readTree(text);
        if (json == null || !json.path("Service").isTextual()) {
            throw new IOException("it names no service");
        }
        Map<String, String> metadata = new HashMap<>();
        json.path("Metadata")
                .properties()
                .forEach(entry -> metadata.put(entry.getKey(), entry.getValue().asText()));
        return new Txt(
                json.path("Service").asText(),
                json.path("Version").asText(),
                json.path("Id").asText(),
                metadata);
    }
}
