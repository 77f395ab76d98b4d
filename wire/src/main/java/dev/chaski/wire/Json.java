package dev.chaski.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON text into maps, lists, strings, booleans, doubles and nulls, and writes strings: enough for what servers
 * and lookups say and for nsqd's list of topics, so that neither client nor log needs a library for it. Strict: what
 * RFC 8259 does not allow is refused, and so is a name that comes twice. The methods are for any thread.
 */
public final class Json {
    /** Nothing that is read here nests deeper; it keeps the recursion from running out of stack. */
    private static final int DEPTH_MAX = 32;

    private final String text;
    private int at;
    private int depth;

    private Json(String text) {
        this.text = text;
    }

    /**
     * Reads a text.
     *
     * @param text all of it, with any white space around
     * @return a {@code Map<String, Object>} in the order of the text, a {@code List}, a {@code String}, a {@code Boolean}, a
     *     {@code Double}, or null
     * @throws IllegalArgumentException where it is no JSON, or nests deeper than 32 levels
     */
    public static @Nullable Object read(String text) {
        Json json = new Json(text);
        Object value = json.value();
        json.skipSpace();
        if (json.at < text.length()) {
            throw json.wrong("the end");
        }
        return value;
    }

    /**
     * A string as JSON.
     *
     * @param text any
     * @return the same in quotes, with escapes
     */
    public static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }

    private @Nullable Object value() {
        skipSpace();
        return switch (peek()) {
            case '{' -> nested(this::object);
            case '[' -> nested(this::array);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Object nested(Supplier<Object> body) {
        if (++depth > DEPTH_MAX) {
            throw wrong("at most " + DEPTH_MAX + " levels");
        }
        at++;
        Object value = body.get();
        depth--;
        return value;
    }

    private Map<String, @Nullable Object> object() {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        if (takes('}')) {
            return members;
        }
        do {
            skipSpace();
            String name = string();
            if (!takes(':')) {
                throw wrong("a colon");
            }
            if (members.containsKey(name)) {
                throw wrong("another name than \"" + name + "\" again");
            }
            members.put(name, value());
        } while (takes(','));
        if (!takes('}')) {
            throw wrong("a comma or }");
        }
        return members;
    }

    private List<@Nullable Object> array() {
        List<@Nullable Object> elements = new ArrayList<>();
        if (takes(']')) {
            return elements;
        }
        do {
            elements.add(value());
        } while (takes(','));
        if (!takes(']')) {
            throw wrong("a comma or ]");
        }
        return elements;
    }

    private String string() {
        if (peek() != '"') {
            throw wrong("a string");
        }
        at++;
        StringBuilder read = new StringBuilder();
        while (peek() != '"') {
            char c = text.charAt(at++);
            if (c < ' ') {
                throw wrong("no control character");
            }
            read.append(c == '\\' ? escaped() : c);
        }
        at++;
        return read.toString();
    }

    private char escaped() {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> hexadecimal();
            default -> throw wrong("an escape");
        };
    }

    private char hexadecimal() {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = peek() < 128 ? Character.digit(peek(), 16) : -1;
            if (digit < 0) {
                throw wrong("four hex digits");
            }
            value = value << 4 | digit;
            at++;
        }
        return (char) value;
    }

    private Double number() {
        int start = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String digits = text.substring(start, at);
        if (!digits.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
            at = start;
            throw wrong("a value");
        }
        return Double.valueOf(digits);
    }

    private @Nullable Object word(String word, @Nullable Object value) {
        if (!text.startsWith(word, at)) {
            throw wrong(word);
        }
        at += word.length();
        return value;
    }

    private boolean takes(char wanted) {
        skipSpace();
        boolean found = peek() == wanted;
        at += found ? 1 : 0;
        return found;
    }

    private void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw wrong("more");
        }
        return text.charAt(at);
    }

    private IllegalArgumentException wrong(String wanted) {
        return new IllegalArgumentException("expected " + wanted + " at character " + at);
    }
}
