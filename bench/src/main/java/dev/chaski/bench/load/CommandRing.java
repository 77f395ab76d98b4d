package dev.chaski.bench.load;

import dev.chaski.bench.load.BenchException.Kind;
import dev.chaski.wire.Commands;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Commands of equal length, encoded before the run and sent again and again, round and round. Confined to one
 * connection's loop.
 *
 * <pre>{@code
 *  | slot 0                  | slot 1                  | ...
 *  | PUB topic-0\n size body | PUB topic-1\n size body |
 *                       ^ bodyOffset: room for a time stamp
 * }</pre>
 */
public final class CommandRing {
    /** More than this would tell more about the machine's memory than about the server. */
    static final long RING_BYTES_MAX = 64L << 20;

    private final ByteBuffer bytes;
    private final int slots;
    private final int slotBytes;
    private final int messages;
    private final int bodyOffset;
    private final int bodyStride;
    private final int delayOffset;

    /** Where things stand in a slot: the first body, how far the next one is from it, and the delay's digits. */
    private record Layout(int messages, int bodyOffset, int bodyStride, int delayOffset) {}

    private CommandRing(ByteBuffer bytes, int slots, Layout layout) {
        this.bytes = bytes.flip();
        this.slots = slots;
        this.slotBytes = bytes.limit() / slots;
        this.messages = layout.messages;
        this.bodyOffset = layout.bodyOffset;
        this.bodyStride = layout.bodyStride;
        this.delayOffset = layout.delayOffset;
    }

    /**
     * PUB or MPUB commands.
     *
     * @param topics where to, in turn; names of equal length
     * @param batch messages per command; 1 makes PUBs
     * @param sizeBytes length of each body
     * @param slotsMin at least so many commands
     * @return the ring
     */
    public static CommandRing publish(List<String> topics, int batch, int sizeBytes, int slotsMin) {
        String first = topics.getFirst();
        int slots = slots(topics.size(), slotsMin);
        int slotBytes = batch == 1
                ? Commands.pubBytes(first, sizeBytes)
                : Commands.mpubBytes(first, batch, Math.multiplyExact(batch, sizeBytes));
        ByteBuffer target = allocate(slots, slotBytes);
        byte[] body = body(sizeBytes);
        List<byte[]> bodies = Collections.nCopies(batch, body);
        for (int i = 0; i < slots; i++) {
            String topic = topics.get(i % topics.size());
            if (batch == 1) {
                Commands.pub(target, topic, body);
            } else {
                Commands.mpub(target, topic, bodies);
            }
        }
        int stride = sizeBytes + Integer.BYTES;
        return new CommandRing(
                target, slots, new Layout(batch, slotBytes - batch * stride + Integer.BYTES, stride, -1));
    }

    /**
     * DPUB commands, whose delay is filled in later.
     *
     * @param topic where to
     * @param sizeBytes length of each body
     * @param slots how many commands
     * @return the ring
     */
    public static CommandRing defer(String topic, int sizeBytes, int slots) {
        int slotBytes = Commands.pubBytes(topic, sizeBytes) + 2 + Commands.DELAY_DIGITS;
        ByteBuffer target = allocate(slots, slotBytes);
        byte[] body = body(sizeBytes);
        for (int i = 0; i < slots; i++) {
            Commands.dpub(target, topic, 0, body);
        }
        int delayOffset = "DPUB ".length() + topic.length() + 1;
        return new CommandRing(target, slots, new Layout(1, slotBytes - sizeBytes, sizeBytes, delayOffset));
    }

    /**
     * POST requests to a server's /pub.
     *
     * @param host what to say in the Host header
     * @param topic where to
     * @param sizeBytes length of each body
     * @param slots how many requests
     * @return the ring
     */
    public static CommandRing http(String host, String topic, int sizeBytes, int slots) {
        String head = "POST /pub?topic=" + topic.replace("#", "%23") + " HTTP/1.1\r\nHost: " + host
                + "\r\nContent-Length: " + sizeBytes + "\r\n\r\n";
        byte[] headBytes = head.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer target = allocate(slots, headBytes.length + sizeBytes);
        byte[] body = body(sizeBytes);
        for (int i = 0; i < slots; i++) {
            target.put(headBytes).put(body);
        }
        return new CommandRing(target, slots, new Layout(1, headBytes.length, sizeBytes, -1));
    }

    int slots() {
        return slots;
    }

    int slotBytes() {
        return slotBytes;
    }

    /** Messages in each command. */
    int messages() {
        return messages;
    }

    /** All commands, from 0 to the limit; a view of its own. */
    ByteBuffer view() {
        return bytes.duplicate();
    }

    /** Puts a time stamp at the start of every body of a command; bodies must have room for it. */
    void stamp(int slot, long stampNs) {
        int position = slot * slotBytes + bodyOffset;
        for (int i = 0; i < messages; i++) {
            bytes.putLong(position, stampNs);
            position += bodyStride;
        }
    }

    /** Fills in the delay of a DPUB. */
    void delay(int slot, long delayMs) {
        Commands.delay(bytes, slot * slotBytes + delayOffset, delayMs);
    }

    /** A whole number of rounds over the topics. */
    private static int slots(int topics, int slotsMin) {
        return Math.multiplyExact(topics, Math.ceilDiv(slotsMin, topics));
    }

    private static ByteBuffer allocate(int slots, int slotBytes) {
        long ringBytes = (long) slots * slotBytes;
        if (ringBytes > RING_BYTES_MAX) {
            throw new BenchException(
                    Kind.USAGE,
                    "the commands of one connection would take " + (ringBytes >> 20) + " MiB, more than "
                            + (RING_BYTES_MAX >> 20) + ": use a smaller size, batch, pipeline or fewer topics");
        }
        return ByteBuffer.allocateDirect((int) ringBytes);
    }

    /** Bytes that no compression makes much of, the same in every run. */
    private static byte[] body(int sizeBytes) {
        byte[] body = new byte[sizeBytes];
        SplittableRandom random = new SplittableRandom(sizeBytes);
        for (int i = 0; i < sizeBytes; i++) {
            body[i] = (byte) random.nextInt('!', '~');
        }
        return body;
    }
}
