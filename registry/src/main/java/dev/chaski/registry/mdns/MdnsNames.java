package dev.chaski.registry.mdns;

import dev.chaski.registry.RegistryException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/** The DNS names of services and nodes: {@code SERVICE.micro.} and {@code NODE.SERVICE.micro.}, any dots kept. */
final class MdnsNames {
    static final String DOMAIN = "micro";
    private static final int LABEL_BYTES_MAX = 63;
    private static final int NAME_BYTES_MAX = 255;
    /** What is kept of an id that is too long, before 32 digits of its hash. */
    private static final int KEPT_CHARACTERS = 26;

    private MdnsNames() {}

    static Name service(String service) {
        return name(service + "." + DOMAIN);
    }

    /** Lists all services. */
    static Name listing() {
        return service("_services");
    }

    static Name listing(String service) {
        return name(service + "._services." + DOMAIN);
    }

    static Name node(String service, String label) {
        return name(label + "." + service + "." + DOMAIN);
    }

    /** The id itself where it fits into a name, otherwise one made of its beginning and its hash. */
    static String label(String service, String id) {
        int others = service.getBytes(StandardCharsets.UTF_8).length + DOMAIN.length() + 4;
        boolean fits = id.getBytes(StandardCharsets.UTF_8).length + others <= NAME_BYTES_MAX && !id.isEmpty();
        for (String part : id.split("\\.", -1)) {
            int bytes = part.getBytes(StandardCharsets.UTF_8).length;
            fits &= bytes > 0 && bytes <= LABEL_BYTES_MAX;
        }
        if (fits) {
            return id;
        }
        String plain = id.replaceAll("[^a-zA-Z0-9_-]", "-");
        return plain.substring(0, Math.min(plain.length(), KEPT_CHARACTERS)) + "-" + hash(id);
    }

    private static String hash(String id) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The id in a node's name, or an empty string where it is no node of that service. */
    static String id(Name name, String service) {
        String text = text(name);
        String end = "." + service + "." + DOMAIN + ".";
        boolean isNode = text.toLowerCase(Locale.ROOT).endsWith(end.toLowerCase(Locale.ROOT));
        return isNode ? text.substring(0, text.length() - end.length()) : "";
    }

    /** The name with dots and without escapes. */
    static String text(Name name) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < name.labels() - 1; i++) {
            byte[] label = name.getLabel(i);
            text.append(new String(label, 1, label.length - 1, StandardCharsets.UTF_8))
                    .append('.');
        }
        return text.toString();
    }

    private static Name name(String text) {
        StringBuilder escaped = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            boolean isPlain = b > ' ' && b < 127 && "\\\"();@$".indexOf(b) < 0;
            escaped.append(isPlain ? String.valueOf((char) b) : String.format(Locale.ROOT, "\\%03d", b & 0xff));
        }
        try {
            return Name.fromString(escaped + ".");
        } catch (TextParseException e) {
            throw new RegistryException("\"" + text + "\" cannot be a DNS name: " + e.getMessage(), e);
        }
    }
}
