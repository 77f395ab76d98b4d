package dev.chaski.server.nsq;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The line of the command that is being read: where its words stand in the input. Confined to the connection's loop; it
 * holds until the input changes.
 */
final class Line {
    /** Longest line that is read, its end included. The longest valid one has about 140 bytes. */
    static final int BYTES_MAX = 4096;
    /** Words that are looked at; more are counted only. */
    private static final int WORDS_MAX = 4;

    /** What {@link #number} gives where the word is not a number. */
    static final long NOT_A_NUMBER = -1;

    private ByteBuffer source = ByteBuffer.allocate(0);
    private final int[] starts = new int[WORDS_MAX];
    private final int[] ends = new int[WORDS_MAX];
    private int count;

    /** Splits the bytes from start to before end, without the line's end, at every single space. */
    void parse(ByteBuffer bytes, int start, int end) {
        source = bytes;
        count = 0;
        int wordStart = start;
        for (int i = start; i <= end; i++) {
            if (i == end || bytes.get(i) == ' ') {
                if (count < WORDS_MAX) {
                    starts[count] = wordStart;
                    ends[count] = i;
                }
                count++;
                wordStart = i + 1;
            }
        }
    }

    /** How many words there are, the command's own included: 1 or more. */
    int count() {
        return count;
    }

    int start(int word) {
        return starts[word];
    }

    int length(int word) {
        return ends[word] - starts[word];
    }

    @Nullable
    Verb verb() {
        return Verb.of(source, starts[0], length(0));
    }

    byte[] bytes(int word) {
        byte[] bytes = new byte[length(word)];
        source.get(starts[word], bytes);
        return bytes;
    }

    String text(int word) {
        return new String(bytes(word), StandardCharsets.UTF_8);
    }

    /** A word as a decimal number, an empty one as 0; what is beyond a long is the greatest long. */
    long number(int word) {
        long number = 0;
        for (int i = starts[word]; i < ends[word]; i++) {
            int digit = source.get(i) - '0';
            if (digit < 0 || digit > 9) {
                return NOT_A_NUMBER;
            }
            number = number > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : number * 10 + digit;
        }
        return number;
    }
}
