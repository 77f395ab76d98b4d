package dev.chaski.server.nsq;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The commands. */
enum Verb {
    FIN,
    RDY,
    PUB,
    MPUB,
    DPUB,
    REQ,
    TOUCH,
    SUB,
    CLS,
    NOP,
    IDENTIFY,
    AUTH;

    private static final int LENGTH_MAX = Long.BYTES;
    private static final Verb[] ALL = values();

    private final long word = word(name());

    static @Nullable Verb of(ByteBuffer source, int start, int length) {
        if (length == 0 || length > LENGTH_MAX) {
            return null;
        }
        long word = 0;
        for (int i = 0; i < length; i++) {
            word = word << Byte.SIZE | source.get(start + i) & 0xFF;
        }
        for (Verb verb : ALL) {
            if (verb.word == word) {
                return verb;
            }
        }
        return null;
    }

    private static long word(String name) {
        long word = 0;
        for (int i = 0; i < name.length(); i++) {
            word = word << Byte.SIZE | name.charAt(i);
        }
        return word;
    }
}
