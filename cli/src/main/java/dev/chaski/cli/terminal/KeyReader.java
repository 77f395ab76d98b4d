package dev.chaski.cli.terminal;

import java.io.IOException;
import java.io.InputStream;

/**
 * Reads keys as terminals send them: letters, and for the others an escape, {@code [} or {@code O}, perhaps a number, and a
 * letter or tilde. One thread.
 */
final class KeyReader {
    private static final int ESCAPE = 0x1b;
    /** No terminal sends more for one key. */
    private static final int NUMBER_CHARACTERS_MAX = 16;

    private final InputStream in;

    KeyReader(InputStream in) {
        this.in = in;
    }

    /** The next one; waits for it. */
    Key next() throws IOException {
        int character = in.read();
        return switch (character) {
            case -1, 'q', 'Q' -> Key.QUIT;
            case 'k' -> Key.UP;
            case 'j' -> Key.DOWN;
            case 'h', '<' -> Key.LEFT;
            case 'l', '>' -> Key.RIGHT;
            case 'g' -> Key.HOME;
            case 'G' -> Key.END;
            case ' ' -> Key.PAGE_DOWN;
            case 'b' -> Key.PAGE_UP;
            case 'r', 'R' -> Key.REVERSE;
            case ESCAPE -> escaped();
            default -> Key.OTHER;
        };
    }

    private Key escaped() throws IOException {
        int opening = in.read();
        if (opening != '[' && opening != 'O') {
            return opening < 0 ? Key.QUIT : Key.OTHER;
        }
        StringBuilder number = new StringBuilder();
        int last = in.read();
        while ((last >= '0' && last <= '9' || last == ';') && number.length() < NUMBER_CHARACTERS_MAX) {
            number.append((char) last);
            last = in.read();
        }
        return switch (last) {
            case 'A' -> Key.UP;
            case 'B' -> Key.DOWN;
            case 'C' -> Key.RIGHT;
            case 'D' -> Key.LEFT;
            case 'H' -> Key.HOME;
            case 'F' -> Key.END;
            case '~' ->
                switch (number.toString()) {
                    case "1", "7" -> Key.HOME;
                    case "4", "8" -> Key.END;
                    case "5" -> Key.PAGE_UP;
                    case "6" -> Key.PAGE_DOWN;
                    default -> Key.OTHER;
                };
            default -> Key.OTHER;
        };
    }
}
