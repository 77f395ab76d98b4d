package dev.chaski.server.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The part of a URI after the question mark, read without making more than what is asked for. Immutable.
 *
 * <p>It is invalid as a whole where a percent sign is not followed by two hex digits, or where it holds a semicolon,
 * which some take for a separator and others do not.
 */
public final class Query {
    private static final int HEX = 16;
    private static final int ESCAPE_CHARS = 3;

    private final String text;
    private final boolean isPlain;
    private final boolean isValid;

    /** The query of a URI from this index on; an index beyond its end is no query. */
    Query(String uri, int start) {
        text = start >= uri.length() ? "" : uri.substring(start);
        boolean plain = true;
        boolean valid = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                plain = false;
                valid &= isEscape(text, i);
            } else if (c == '+') {
                plain = false;
            } else if (c == ';') {
                valid = false;
            }
        }
        isPlain = plain;
        isValid = valid;
    }

    /**
     * Whether all of it can be read.
     *
     * @return false where an escape is broken, or it holds a semicolon
     */
    public boolean isValid() {
        return isValid;
    }

    /**
     * The first value under a name.
     *
     * @param name the name
     * @return without escapes, empty where there is nothing after the name; null where there is no such name
     */
    public @Nullable String get(String name) {
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf('&', start);
            end = end < 0 ? text.length() : end;
            int equals = text.indexOf('=', start);
            int nameEnd = equals < 0 || equals > end ? end : equals;
            if (nameEnd > start && isNamed(start, nameEnd, name)) {
                String value = text.substring(Math.min(nameEnd + 1, end), end);
                return isPlain ? value : decode(value, true);
            }
            start = end + 1;
        }
        return null;
    }

    private boolean isNamed(int start, int end, String name) {
        if (isPlain) {
            return end - start == name.length() && text.startsWith(name, start);
        }
        return decode(text.substring(start, end), true).equals(name);
    }

    /** Whether a percent sign begins an escape. */
    static boolean isEscape(String text, int at) {
        return at + 2 < text.length()
                && Character.digit(text.charAt(at + 1), HEX) >= 0
                && Character.digit(text.charAt(at + 2), HEX) >= 0;
    }

    /** Text without its escapes, all of which must be valid. */
    static String decode(String text, boolean plusIsSpace) {
        if (text.indexOf('%') < 0 && (!plusIsSpace || text.indexOf('+') < 0)) {
            return text;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%' && isEscape(text, i)) {
                bytes.write(Integer.parseInt(text, i + 1, i + ESCAPE_CHARS, HEX));
                i += 2;
            } else {
                bytes.write(plusIsSpace && c == '+' ? ' ' : c);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
