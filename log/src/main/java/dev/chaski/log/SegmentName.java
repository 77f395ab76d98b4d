package dev.chaski.log;

import dev.chaski.wire.MessageId;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the files of a segment are called: nine hex digits of its block, a dash, how often it was compacted, and
 * {@code .seg} for the frames, {@code .idx} for the side file or {@code .zst} for the frames compressed.
 *
 * @param block the block whose messages it holds
 * @param generation 0 as it was written, one more with each compaction
 */
record SegmentName(long block, int generation) implements Comparable<SegmentName> {
    static final String FRAMES = ".seg";
    static final String SIDE = ".idx";
    static final String COLD = ".zst";

    private static final int BLOCK_DIGITS = 9;
    private static final int GENERATION_DIGITS_MAX = 9;

    /** The name without its ending. */
    String text() {
        return padded(block, 16, BLOCK_DIGITS) + "-" + generation;
    }

    /** A number with leading zeros. Every start makes some, up to thousands: String.format is noticed there. */
    static String padded(long number, int radix, int digits) {
        String text = Long.toString(number, radix);
        return "0".repeat(Math.max(0, digits - text.length())) + text;
    }

    /** The segment that a file belongs to, or null where its name is not one of ours. */
    static @Nullable SegmentName of(Path file) {
        String name = String.valueOf(file.getFileName());
        if (!name.endsWith(FRAMES) && !name.endsWith(SIDE) && !name.endsWith(COLD)) {
            return null;
        }
        int end = name.length() - FRAMES.length();
        boolean shaped = end > BLOCK_DIGITS + 1
                && end <= BLOCK_DIGITS + 1 + GENERATION_DIGITS_MAX
                && name.charAt(BLOCK_DIGITS) == '-'
                && areDigits(name, 0, BLOCK_DIGITS, 16)
                && areDigits(name, BLOCK_DIGITS + 1, end, 10);
        if (!shaped) {
            return null;
        }
        long block = Long.parseLong(name, 0, BLOCK_DIGITS, 16);
        boolean possible = block > 0 && block < 1L << (MessageId.OFFSET_BITS - MessageId.INDEX_BITS);
        return possible ? new SegmentName(block, Integer.parseInt(name, BLOCK_DIGITS + 1, end, 10)) : null;
    }

    private static boolean areDigits(String text, int from, int to, int radix) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) > 'f' || Character.digit(text.charAt(i), radix) < 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int compareTo(SegmentName other) {
        int byBlock = Long.compare(block, other.block);
        return byBlock != 0 ? byBlock : Integer.compare(generation, other.generation);
    }
}
