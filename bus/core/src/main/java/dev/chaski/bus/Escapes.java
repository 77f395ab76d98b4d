package dev.chaski.bus;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.IntPredicate;

/** Names for carriers that take fewer characters, or shorter names, than a topic may have. Any thread. */
public final class Escapes {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    /** A SHA-256 in hexadecimal digits, and what stands before it. */
    private static final int HASHED_LENGTH = 65;

    private Escapes() {}

    /**
     * Writes what is not plain as its bytes in UTF-8, each as a mark and two hexadecimal digits. Different texts become
     * different names.
     *
     * @param text any
     * @param mark an ASCII character, which is written that way itself
     * @param isPlain which ASCII characters stay as they are
     * @return ASCII
     */
    public static String escape(String text, char mark, IntPredicate isPlain) {
        StringBuilder name = new StringBuilder(text.length() + 16);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b >= 0 && b != mark && isPlain.test(b)) {
                name.append((char) b);
            } else {
                name.append(mark).append(HEX.toHexDigits(b));
            }
        }
        return name.toString();
    }

    /**
     * Cuts a name that is too long, and puts its hash in the place of the rest.
     *
     * @param name ASCII
     * @param lengthMax 66 or more
     * @return the name itself where it is short enough
     */
    public static String shorten(String name, int lengthMax) {
        if (name.length() <= lengthMax) {
            return name;
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.US_ASCII));
            return name.substring(0, lengthMax - HASHED_LENGTH)
                    + "-"
                    + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
