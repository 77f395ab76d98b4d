package dev.chaski.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A message's id: 64 bits, on the wire 16 lower-case hex digits.
 *
 * <pre>{@code
 *  63        54 53                             20 19                0
 *  +-----------+---------------------------------+-------------------+
 *  | node (10) | block (34)                      | index (20)        |
 *  +-----------+---------------------------------+-------------------+
 *              |<------------- offset of the message in its topic -->|
 * }</pre>
 *
 * A block is granted once and never again, to one segment of one topic, so the low 54 bits are the message's offset
 * and rise within a topic, with gaps between blocks.
 */
public final class MessageId {
    /** Length of an id on the wire, in bytes. */
    public static final int TEXT_BYTES = 16;
    /** Bits of the number of a message in its block. */
    public static final int INDEX_BITS = 20;
    /** The most messages that one block numbers. */
    public static final int BLOCK_MESSAGES_MAX = 1 << INDEX_BITS;
    /** Bits of an offset: block and index. */
    public static final int OFFSET_BITS = 54;
    /** The greatest node number. */
    public static final int NODE_MAX = 1023;

    private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;

    private MessageId() {}

    /**
     * The id of a message.
     *
     * @param node number of the node that granted the block, 0 to {@link #NODE_MAX}
     * @param offset the message's offset
     * @return the id
     */
    public static long of(int node, long offset) {
        return ((long) node << OFFSET_BITS) | offset;
    }

    /**
     * The offset in an id.
     *
     * @param id an id
     * @return its low 54 bits
     */
    public static long offset(long id) {
        return id & OFFSET_MASK;
    }

    /**
     * The node in an id.
     *
     * @param id an id
     * @return its high 10 bits
     */
    public static int node(long id) {
        return (int) (id >>> OFFSET_BITS);
    }

    /**
     * The block that an offset lies in.
     *
     * @param offset an offset
     * @return its block
     */
    public static long block(long offset) {
        return offset >>> INDEX_BITS;
    }

    /**
     * The number of an offset in its block.
     *
     * @param offset an offset
     * @return 0 to {@link #BLOCK_MESSAGES_MAX} − 1
     */
    public static int index(long offset) {
        return (int) offset & (BLOCK_MESSAGES_MAX - 1);
    }

    /**
     * The first offset of a block.
     *
     * @param block a block
     * @return its first offset
     */
    public static long firstOffset(long block) {
        return block << INDEX_BITS;
    }

    /**
     * Writes an id as text.
     *
     * @param target where to write; its position does not move
     * @param position index of the first digit
     * @param id the id
     */
    public static void put(ByteBuffer target, int position, long id) {
        boolean bigEndian = target.order() == ByteOrder.BIG_ENDIAN;
        long high = HexDigits.of((int) (id >>> 32));
        long low = HexDigits.of((int) id);
        target.putLong(position, bigEndian ? high : Long.reverseBytes(high));
        target.putLong(position + Long.BYTES, bigEndian ? low : Long.reverseBytes(low));
    }

    /**
     * Reads an id from its text.
     *
     * @param source where to read; its position does not move
     * @param position index of the first digit
     * @return the id, or 0 (which is never granted) where the 16 bytes are not lower-case hex digits
     */
    public static long get(ByteBuffer source, int position) {
        boolean bigEndian = source.order() == ByteOrder.BIG_ENDIAN;
        long first = source.getLong(position);
        long second = source.getLong(position + Long.BYTES);
        long high = HexDigits.value(bigEndian ? first : Long.reverseBytes(first));
        long low = HexDigits.value(bigEndian ? second : Long.reverseBytes(second));
        return high < 0 || low < 0 ? 0 : high << 32 | low;
    }

    /**
     * An id as text.
     *
     * @param id the id
     * @return 16 hex digits
     */
    public static String text(long id) {
        ByteBuffer buffer = ByteBuffer.allocate(TEXT_BYTES);
        put(buffer, 0, id);
        return new String(buffer.array(), StandardCharsets.US_ASCII);
    }
}
