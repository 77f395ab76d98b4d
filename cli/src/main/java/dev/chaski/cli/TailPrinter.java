package dev.chaski.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chaski.client.Message;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/** Prints messages and finishes what was printed. Handlers one after another. */
final class TailPrinter {
    /** Messages that wait here to be printed. */
    static final int IN_FLIGHT = 200;

    private final ObjectMapper json = new ObjectMapper();
    private final PrintStream out;
    private final boolean isJson;
    private final Duration requeue;
    private final Runnable end;
    private long left;

    /**
     * Prints.
     *
     * @param limit after so many messages it is over
     * @param requeue when a message that could not be printed comes again
     * @param end told when that is so, or when nobody reads what is printed
     */
    TailPrinter(PrintStream out, boolean isJson, long limit, Duration requeue, Runnable end) {
        this.out = out;
        this.isJson = isJson;
        this.left = limit;
        this.requeue = requeue;
        this.end = end;
    }

    /** Prints one; what cannot be printed goes back to its channel. */
    void print(Message message) {
        if (left == 0) {
            message.postpone(Duration.ZERO);
            return;
        }
        byte[] line = isJson ? object(message).toString().getBytes(StandardCharsets.UTF_8) : message.body();
        out.write(line, 0, line.length);
        out.write('\n');
        out.flush();
        if (out.checkError()) { // a closed pipe: head has seen enough
            left = 0;
            message.postpone(requeue);
        } else {
            left--;
            message.finish();
        }
        if (left == 0) {
            end.run();
        }
    }

    private ObjectNode object(Message message) {
        Instant time = message.timestamp();
        ObjectNode object = json.createObjectNode()
                .put("id", message.id())
                .put("timestamp_ns", TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano())
                .put("attempts", message.attempts());
        try {
            object.put(
                    "body",
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(message.body()))
                            .toString());
        } catch (CharacterCodingException e) {
            object.put("body_base64", Base64.getEncoder().encodeToString(message.body()));
        }
        return object;
    }
}
