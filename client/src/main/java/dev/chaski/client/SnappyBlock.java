package dev.chaski.client;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Compresses and expands one block of Snappy, of at most {@link #BYTES_MAX} bytes. Holds a table: one thread.
 *
 * <pre>{@code
 *  block    length as varint, then elements until the end
 *  element  tag & 3 = 0: literal, tag >> 2 is its length - 1, or 60 to 63: that length follows in 1 to 4 bytes
 *                     1: copy of 4 + (tag >> 2 & 7) bytes, offset (tag >> 5) << 8 | next byte
 *                     2: copy of 1 + (tag >> 2) bytes, offset in 2 bytes
 *                     3: copy of 1 + (tag >> 2) bytes, offset in 4 bytes
 * }</pre>
 *
 * All numbers are little endian. The format is google/snappy's format_description.txt.
 */
final class SnappyBlock {
    /** The most bytes that a block of a stream may expand to. */
    static final int BYTES_MAX = 65_536;

    private static final int LITERAL = 0;
    private static final int COPY_1 = 1;
    private static final int COPY_2 = 2;
    private static final int COPY_1_OFFSET_MAX = 2_047;
    private static final int COPY_1_LENGTH_MAX = 11;
    private static final int COPY_LENGTH_MAX = 64;
    private static final int MATCH_MIN = 4;
    private static final int LITERAL_IN_TAG_MAX = 60;
    private static final int HASH_BITS = 14;
    private static final int HASH_FACTOR = 0x1E35_A7BD;
    /** Every 32 misses the search steps one byte further: data that does not compress is passed quickly. */
    private static final int PATIENCE_BITS = 5;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /** Where four bytes of this hash were seen last, plus one. */
    private final int[] seen = new int[1 << HASH_BITS];

    private byte[] out = new byte[0];
    private int outAt;

    /** The most bytes that {@link #compress} writes for a block of this length. */
    static int compressedBytesMax(int length) {
        return 32 + length + length / 6;
    }

    /**
     * Compresses a block.
     *
     * @param source the bytes
     * @param length how many of them, from index 0
     * @param target at least {@link #compressedBytesMax} bytes long
     * @return how many bytes were written to the target, from index 0
     */
    int compress(byte[] source, int length, byte[] target) {
        out = target;
        outAt = 0;
        int rest = length;
        while (rest >= 0x80) {
            out[outAt++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        out[outAt++] = (byte) rest;
        Arrays.fill(seen, 0);
        int literalFrom = 0;
        int at = 0;
        int misses = 0;
        while (at + MATCH_MIN <= length) {
            int four = (int) INT.get(source, at);
            int slot = four * HASH_FACTOR >>> Integer.SIZE - HASH_BITS;
            int candidate = seen[slot] - 1;
            seen[slot] = at + 1;
            if (candidate < 0 || at - candidate >= BYTES_MAX || (int) INT.get(source, candidate) != four) {
                at += 1 + (misses++ >>> PATIENCE_BITS);
                continue;
            }
            misses = 0;
            literal(source, literalFrom, at - literalFrom);
            int matched = MATCH_MIN;
            while (at + matched < length && source[at + matched] == source[candidate + matched]) {
                matched++;
            }
            copies(at - candidate, matched);
            at += matched;
            literalFrom = at;
        }
        literal(source, literalFrom, length - literalFrom);
        return outAt;
    }

    private void literal(byte[] source, int from, int length) {
        if (length == 0) {
            return;
        }
        int n = length - 1;
        if (n < LITERAL_IN_TAG_MAX) {
            out[outAt++] = (byte) (n << 2 | LITERAL);
        } else if (n < 0x100) {
            out[outAt++] = (byte) (LITERAL_IN_TAG_MAX << 2 | LITERAL);
            out[outAt++] = (byte) n;
        } else {
            out[outAt++] = (byte) (LITERAL_IN_TAG_MAX + 1 << 2 | LITERAL);
            out[outAt++] = (byte) n;
            out[outAt++] = (byte) (n >>> 8);
        }
        System.arraycopy(source, from, out, outAt, length);
        outAt += length;
    }

    private void copies(int offset, int length) {
        int rest = length;
        while (rest >= COPY_LENGTH_MAX + MATCH_MIN) {
            copy(offset, COPY_LENGTH_MAX);
            rest -= COPY_LENGTH_MAX;
        }
        if (rest > COPY_LENGTH_MAX) {
            copy(offset, COPY_LENGTH_MAX - MATCH_MIN);
            rest -= COPY_LENGTH_MAX - MATCH_MIN;
        }
        copy(offset, rest);
    }

    private void copy(int offset, int length) {
        if (length <= COPY_1_LENGTH_MAX && offset <= COPY_1_OFFSET_MAX) {
            out[outAt++] = (byte) (offset >>> 8 << 5 | length - MATCH_MIN << 2 | COPY_1);
            out[outAt++] = (byte) offset;
        } else {
            out[outAt++] = (byte) (length - 1 << 2 | COPY_2);
            out[outAt++] = (byte) offset;
            out[outAt++] = (byte) (offset >>> 8);
        }
    }

    /**
     * Expands a block.
     *
     * @param source the compressed bytes
     * @param from index of the first
     * @param to index after the last
     * @param target {@link #BYTES_MAX} bytes
     * @return how many bytes were written to the target, from index 0
     * @throws ProtocolException where it is no such block, or a longer one
     */
    static int expand(byte[] source, int from, int to, byte[] target) throws ProtocolException {
        try {
            int length = 0;
            int at = from;
            int shift = 0;
            while (source[at] < 0) {
                length |= (source[at++] & 0x7F) << shift;
                shift += 7;
                require(shift <= 28, "its length is too long");
            }
            length |= source[at++] << shift;
            require(length >= 0 && length <= BYTES_MAX, "it is longer than " + BYTES_MAX + " bytes");
            int written = elements(source, at, to, target);
            require(written == length, "it has " + written + " bytes and says " + length);
            return written;
        } catch (IndexOutOfBoundsException e) {
            throw new ProtocolException("a block of Snappy is damaged: it points outside");
        }
    }

    private static int elements(byte[] source, int from, int to, byte[] target) throws ProtocolException {
        int at = from;
        int written = 0;
        while (at < to) {
            int tag = source[at++] & 0xFF;
            int n = tag >>> 2;
            if ((tag & 3) == LITERAL) {
                if (n >= LITERAL_IN_TAG_MAX) {
                    int bytes = n - LITERAL_IN_TAG_MAX + 1;
                    n = number(source, at, bytes);
                    at += bytes;
                }
                require(n >= 0 && n < to - at, "a literal is too long");
                System.arraycopy(source, at, target, written, n + 1);
                at += n + 1;
                written += n + 1;
            } else {
                int bytes = (tag & 3) == COPY_1 ? 1 : (tag & 3) == COPY_2 ? 2 : 4;
                int offset = number(source, at, bytes) | (bytes == 1 ? tag >>> 5 << 8 : 0);
                int length = bytes == 1 ? MATCH_MIN + (n & 7) : n + 1;
                at += bytes;
                require(offset > 0 && offset <= written, "a copy points before its begin");
                for (int end = written + length; written < end; written++) {
                    target[written] = target[written - offset]; // may overlap: then it repeats what it wrote
                }
            }
        }
        require(at == to, "it ends within an element");
        return written;
    }

    private static int number(byte[] source, int at, int bytes) {
        int value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (source[at + i] & 0xFF) << 8 * i;
        }
        return value;
    }

    private static void require(boolean condition, String otherwise) throws ProtocolException {
        if (!condition) {
            throw new ProtocolException("a block of Snappy is damaged: " + otherwise);
        }
    }
}
