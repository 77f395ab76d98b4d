package dev.chaski.client;

import dev.chaski.wire.Commands;
import dev.chaski.wire.Names;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/**
 * What is published, checked and encoded. What cannot be a message is an {@link IllegalArgumentException}: no server need
 * refuse it. Any thread.
 */
final class PublishCommands {
    private PublishCommands() {}

    /** One message. */
    static byte[] pub(String topic, byte[] body) {
        checkTopic(topic);
        checkBody(body);
        byte[] command = new byte[Commands.pubBytes(topic, body.length)];
        Commands.pub(ByteBuffer.wrap(command), topic, body);
        return command;
    }

    /** Not to be delivered before; parts of a millisecond are rounded up. */
    static byte[] dpub(String topic, byte[] body, Duration delay) {
        checkTopic(topic);
        checkBody(body);
        if (delay.isNegative()) {
            throw new IllegalArgumentException("a delay of " + delay + " is negative");
        }
        long delayMs = delay.plusNanos(999_999).toMillis();
        // What PUB takes, the letter, the space and the digits.
        byte[] command = new byte[Commands.pubBytes(topic, body.length) + 2 + Commands.DELAY_DIGITS];
        Commands.dpub(ByteBuffer.wrap(command), topic, delayMs, body);
        return command;
    }

    /** All or none of them. */
    static byte[] mpub(String topic, List<byte[]> bodies) {
        checkTopic(topic);
        if (bodies.isEmpty()) {
            throw new IllegalArgumentException("a batch needs a message");
        }
        long bytes = Commands.mpubBytes(topic, 0, 0);
        for (byte[] body : bodies) {
            checkBody(body);
            bytes += body.length + (long) Integer.BYTES;
        }
        if (bytes > Integer.MAX_VALUE - Long.BYTES) {
            throw new IllegalArgumentException("a batch of " + bytes + " bytes is too large");
        }
        byte[] command = new byte[(int) bytes];
        Commands.mpub(ByteBuffer.wrap(command), topic, bodies);
        return command;
    }

    private static void checkBody(byte[] body) {
        if (body.length == 0) {
            throw new IllegalArgumentException("a message needs a body of at least one byte");
        }
    }

    private static void checkTopic(String topic) {
        if (!Names.isValid(topic)) {
            throw new IllegalArgumentException("not a valid name of a topic: \"" + topic + "\"");
        }
    }
}
