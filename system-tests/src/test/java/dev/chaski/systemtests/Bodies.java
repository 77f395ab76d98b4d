package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Message bodies that say who published them and as which: one flipped bit is noticed. */
final class Bodies {
    private Bodies() {}

    /** Which message this is. */
    record Key(int producer, int number) {}

    /** The body of a producer's message; its length depends on the number and is at least {@code minBytes}. */
    static byte[] of(Key key, int minBytes) {
        byte[] head = (key.producer() + "-" + key.number() + "-" + minBytes + " ").getBytes(StandardCharsets.US_ASCII);
        byte[] body = Arrays.copyOf(head, Math.max(head.length, minBytes + key.number() % 7));
        for (int i = head.length; i < body.length; i++) {
            body[i] = (byte) (31 * key.number() + 17 * key.producer() + i);
        }
        return body;
    }

    /** Which message a body is; fails where it is not exactly as it was made. */
    static Key keyOf(byte[] body) {
        int end = 0;
        while (end < body.length && body[end] != ' ') {
            end++;
        }
        String[] parts = new String(body, 0, end, StandardCharsets.US_ASCII).split("-");
        assertThat(parts).as("head of a body").hasSize(3);
        Key key = new Key(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
        assertThat(body).as("body of %s", key).isEqualTo(of(key, Integer.parseInt(parts[2])));
        return key;
    }
}
