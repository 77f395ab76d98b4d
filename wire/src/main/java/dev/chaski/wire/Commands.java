package dev.chaski.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Encodes what a client sends, at the position of a buffer, which moves on. The buffer must be big endian, as new ones
 * are; one that has too little room throws {@link java.nio.BufferOverflowException} and may then hold half a command.
 * Names are checked, since a name with a space or a line end in it would be read as other commands. Stateless.
 *
 * <pre>{@code
 *  PUB topic\n     [size][body]
 *  DPUB topic ms\n [size][body]
 *  MPUB topic\n    [size of all that follows][count]{[size][body]}
 *  FIN id\n        and likewise REQ, TOUCH, SUB, RDY, CLS, NOP: a line and nothing else
 * }</pre>
 */
public final class Commands {
    /** Bytes of a FIN command. */
    public static final int FIN_BYTES = 4 + MessageId.TEXT_BYTES + 1;
    /** Digits of the delay that {@link #dpub} writes. */
    public static final int DELAY_DIGITS = 12;
    /** The longest delay that fits in {@link #DELAY_DIGITS}, in milliseconds: more than 31 years. */
    public static final long DELAY_MS_MAX = 999_999_999_999L;

    private static final byte[] MAGIC = ascii("  V2");
    private static final byte[] IDENTIFY = ascii("IDENTIFY\n");
    private static final byte[] AUTH = ascii("AUTH\n");
    private static final byte[] PUB = ascii("PUB ");
    private static final byte[] MPUB = ascii("MPUB ");
    private static final byte[] DPUB = ascii("DPUB ");
    private static final byte[] SUB = ascii("SUB ");
    private static final byte[] RDY = ascii("RDY ");
    private static final byte[] REQ = ascii("REQ ");
    private static final byte[] TOUCH = ascii("TOUCH ");
    private static final byte[] CLS = ascii("CLS\n");
    private static final byte[] NOP = ascii("NOP\n");
    private static final int FIN = 'F' << 24 | 'I' << 16 | 'N' << 8 | ' ';

    private Commands() {}

    /**
     * The four bytes that a connection begins with.
     *
     * @param target where to write
     */
    public static void magic(ByteBuffer target) {
        target.put(MAGIC);
    }

    /**
     * Tells the server who is there and what is wanted.
     *
     * @param target where to write
     * @param json the fields, a JSON object in UTF-8
     */
    public static void identify(ByteBuffer target, byte[] json) {
        target.put(IDENTIFY).putInt(json.length).put(json);
    }

    /**
     * Shows a secret to a server that asks for one.
     *
     * @param target where to write
     * @param secret the secret
     */
    public static void auth(ByteBuffer target, byte[] secret) {
        target.put(AUTH).putInt(secret.length).put(secret);
    }

    /**
     * Publishes one message.
     *
     * @param target where to write
     * @param topic where to
     * @param body the message
     * @throws IllegalArgumentException where the topic's name is not valid
     */
    public static void pub(ByteBuffer target, String topic, byte[] body) {
        name(target.put(PUB), topic).put((byte) '\n').putInt(body.length).put(body);
    }

    /**
     * The length of what {@link #pub} writes.
     *
     * @param topic where to
     * @param bodyBytes length of the body
     * @return bytes
     */
    public static int pubBytes(String topic, int bodyBytes) {
        return PUB.length + topic.length() + 1 + Integer.BYTES + bodyBytes;
    }

    /**
     * Publishes one message that is not to be delivered before a delay has passed. The delay is written with leading
     * zeros, so that commands of equal bodies have equal lengths.
     *
     * @param target where to write
     * @param topic where to
     * @param delayMs how long to hold it back, in milliseconds, 0 to {@link #DELAY_MS_MAX}
     * @param body the message
     * @throws IllegalArgumentException where the topic's name or the delay is not valid
     */
    public static void dpub(ByteBuffer target, String topic, long delayMs, byte[] body) {
        name(target.put(DPUB), topic).put((byte) ' ');
        delay(target, target.position(), delayMs);
        target.position(target.position() + DELAY_DIGITS);
        target.put((byte) '\n').putInt(body.length).put(body);
    }

    /**
     * Writes a delay as {@link #dpub} does, at an index: to change that of a command encoded before.
     *
     * @param target where to write; its position does not move
     * @param position index of the first digit
     * @param delayMs milliseconds, 0 to {@link #DELAY_MS_MAX}
     * @throws IllegalArgumentException where the delay is out of range
     */
    public static void delay(ByteBuffer target, int position, long delayMs) {
        if (delayMs < 0 || delayMs > DELAY_MS_MAX) {
            throw new IllegalArgumentException("a delay of " + delayMs + " ms is not within 0 to " + DELAY_MS_MAX);
        }
        long rest = delayMs;
        for (int i = DELAY_DIGITS - 1; i >= 0; i--) {
            target.put(position + i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
    }

    /**
     * Publishes several messages, all or none.
     *
     * @param target where to write
     * @param topic where to
     * @param bodies the messages, at least one
     * @throws IllegalArgumentException where the topic's name is not valid
     */
    public static void mpub(ByteBuffer target, String topic, List<byte[]> bodies) {
        name(target.put(MPUB), topic).put((byte) '\n');
        int sizeAt = target.position();
        target.putInt(0).putInt(bodies.size());
        for (byte[] body : bodies) {
            target.putInt(body.length).put(body);
        }
        target.putInt(sizeAt, target.position() - sizeAt - Integer.BYTES);
    }

    /**
     * The length of what {@link #mpub} writes.
     *
     * @param topic where to
     * @param count how many messages
     * @param bodyBytes length of all bodies together
     * @return bytes
     */
    public static int mpubBytes(String topic, int count, int bodyBytes) {
        return MPUB.length + topic.length() + 1 + Integer.BYTES * (2 + count) + bodyBytes;
    }

    /**
     * Subscribes the connection to a channel.
     *
     * @param target where to write
     * @param topic the topic
     * @param channel the channel
     * @throws IllegalArgumentException where a name is not valid
     */
    public static void sub(ByteBuffer target, String topic, String channel) {
        name(name(target.put(SUB), topic).put((byte) ' '), channel).put((byte) '\n');
    }

    /**
     * Says how many messages may be in flight with this connection.
     *
     * @param target where to write
     * @param count 0 or more
     */
    public static void rdy(ByteBuffer target, int count) {
        target.put(RDY).put(ascii(Integer.toString(count))).put((byte) '\n');
    }

    /**
     * Finishes a message, whose id is copied from its frame.
     *
     * @param target where to write
     * @param source holds the message's frame; big endian; its position does not move
     * @param position index of the id's first digit
     */
    public static void fin(ByteBuffer target, ByteBuffer source, int position) {
        target.putInt(FIN);
        id(target, source, position).put((byte) '\n');
    }

    /**
     * Gives a message back.
     *
     * @param target where to write
     * @param source holds the message's frame; big endian; its position does not move
     * @param position index of the id's first digit
     * @param delayMs how long the server is to hold it back, in milliseconds
     */
    public static void req(ByteBuffer target, ByteBuffer source, int position, long delayMs) {
        id(target.put(REQ), source, position).put((byte) ' ');
        target.put(ascii(Long.toString(delayMs))).put((byte) '\n');
    }

    /**
     * Restarts a message's time-out.
     *
     * @param target where to write
     * @param source holds the message's frame; big endian; its position does not move
     * @param position index of the id's first digit
     */
    public static void touch(ByteBuffer target, ByteBuffer source, int position) {
        id(target.put(TOUCH), source, position).put((byte) '\n');
    }

    /**
     * Asks for no more messages before closing.
     *
     * @param target where to write
     */
    public static void cls(ByteBuffer target) {
        target.put(CLS);
    }

    /**
     * Answers a heartbeat.
     *
     * @param target where to write
     */
    public static void nop(ByteBuffer target) {
        target.put(NOP);
    }

    private static ByteBuffer id(ByteBuffer target, ByteBuffer source, int position) {
        return target.putLong(source.getLong(position)).putLong(source.getLong(position + Long.BYTES));
    }

    private static ByteBuffer name(ByteBuffer target, String name) {
        if (!Names.isValid(name)) {
            throw new IllegalArgumentException("not a valid name of a topic or channel: \"" + name + "\"");
        }
        return target.put(ascii(name));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
