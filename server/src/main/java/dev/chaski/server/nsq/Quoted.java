package dev.chaski.server.nsq;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Puts bytes of a client into quotes the way NSQ's errors have them: as a string literal of Go. */
final class Quoted {
    private Quoted() {}

    static String of(byte[] bytes) {
        StringBuilder out = new StringBuilder(bytes.length + 2).append('"');
        int i = 0;
        while (i < bytes.length) {
            int length = sequenceLength(bytes[i]);
            String character = length == 0 || i + length > bytes.length ? "" : decode(bytes, i, length);
            if (character.isEmpty()) {
                out.append(String.format("\\x%02x", bytes[i] & 0xFF));
                i++;
            } else {
                append(out, character.codePointAt(0));
                i += length;
            }
        }
        return out.append('"').toString();
    }

    private static int sequenceLength(byte first) {
        if (first >= 0) {
            return 1;
        }
        int leadingOnes = Integer.numberOfLeadingZeros(~(first << 24));
        return leadingOnes >= 2 && leadingOnes <= 4 ? leadingOnes : 0;
    }

    private static String decode(byte[] bytes, int start, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, start, length))
                    .toString();
        } catch (CharacterCodingException e) {
            return "";
        }
    }

    private static void append(StringBuilder out, int c) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case 0x07 -> out.append("\\a");
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case 0x0B -> out.append("\\v");
            default -> {
                if (c < ' ' || c == 0x7F) {
                    out.append(String.format("\\x%02x", c));
                } else if (isPrintable(c)) {
                    out.appendCodePoint(c);
                } else {
                    out.append(String.format(c > 0xFFFF ? "\\U%08x" : "\\u%04x", c));
                }
            }
        }
    }

    private static boolean isPrintable(int c) {
        return Character.isDefined(c)
                && !Character.isISOControl(c)
                && (c == ' ' || !Character.isSpaceChar(c))
                && Character.getType(c) != Character.FORMAT
                && Character.getType(c) != Character.PRIVATE_USE;
    }
}
