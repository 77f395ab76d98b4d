package dev.chaski.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chaski.log.inspect.DumpedMessage;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;

/** Prints messages, one on a line. Used by one thread. */
final class MessagePrinter {
    private static final long NS_PER_S = 1_000_000_000;

    private final ObjectMapper json = new ObjectMapper();
    private final PrintStream out;
    private final boolean isJson;
    private final InspectCommand.Body how;

    MessagePrinter(PrintStream out, boolean isJson, InspectCommand.Body how) {
        this.out = out;
        this.isJson = isJson;
        this.how = how;
    }

    void print(DumpedMessage message) {
        out.println(isJson ? object(message) : line(message));
    }

    private String line(DumpedMessage message) {
        StringBuilder line = new StringBuilder();
        line.append(message.offset()).append("  ").append(message.id());
        line.append("  ").append(time(message)).append("  ");
        line.append(message.sizeBytes()).append(" B");
        if (message.attempts() > 1) {
            line.append("  attempts=").append(message.attempts());
        }
        if (message.deferUntilMs() > 0) {
            line.append("  deferred-until=").append(Instant.ofEpochMilli(message.deferUntilMs()));
        }
        if (how != InspectCommand.Body.none) {
            line.append("  ").append(TextTable.printable(body(message)));
            line.append(isCut(message) ? "…" : "");
        }
        return line.toString();
    }

    private String object(DumpedMessage message) {
        ObjectNode object = json.createObjectNode()
                .put("offset", message.offset())
                .put("id", message.id())
                .put("timestamp_ns", message.timestampNs())
                .put("appended_ms", message.appendedMs())
                .put("attempts", message.attempts())
                .put("defer_until_ms", message.deferUntilMs())
                .put("size", message.sizeBytes());
        if (how != InspectCommand.Body.none) {
            object.put("body", body(message)).put("is_cut", isCut(message));
        }
        return object.toString();
    }

    private static Instant time(DumpedMessage message) {
        return Instant.ofEpochSecond(
                Math.floorDiv(message.timestampNs(), NS_PER_S), Math.floorMod(message.timestampNs(), NS_PER_S));
    }

    private static boolean isCut(DumpedMessage message) {
        return message.body().remaining() < message.sizeBytes();
    }

    private String body(DumpedMessage message) {
        ByteBuffer bytes = message.body();
        if (how == InspectCommand.Body.text) {
            return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
        }
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return HexFormat.of().formatHex(copy);
    }
}
