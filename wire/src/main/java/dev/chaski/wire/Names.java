package dev.chaski.wire;

/** The names of topics and channels: 1 to 64 characters of {@code .a-zA-Z0-9_-}, then perhaps {@code #ephemeral}. */
public final class Names {
    /** The longest name, its suffix included. */
    public static final int LENGTH_MAX = 64;
    /** The suffix of a topic or channel that leaves nothing behind. */
    public static final String EPHEMERAL_SUFFIX = "#ephemeral";

    private Names() {}

    /**
     * Tells whether a topic or channel may have this name.
     *
     * @param name the name
     * @return true where it is valid
     */
    public static boolean isValid(CharSequence name) {
        int length = name.length();
        if (length == 0 || length > LENGTH_MAX) {
            return false;
        }
        int end = isEphemeral(name) ? length - EPHEMERAL_SUFFIX.length() : length;
        if (end == 0) {
            return false;
        }
        for (int i = 0; i < end; i++) {
            if (!isNameCharacter(name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Tells whether a name ends in {@link #EPHEMERAL_SUFFIX}.
     *
     * @param name a name
     * @return true for an ephemeral topic or channel
     */
    public static boolean isEphemeral(CharSequence name) {
        int start = name.length() - EPHEMERAL_SUFFIX.length();
        return start >= 0 && EPHEMERAL_SUFFIX.contentEquals(name.subSequence(start, name.length()));
    }

    private static boolean isNameCharacter(char c) {
        boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        boolean digit = c >= '0' && c <= '9';
        return letter || digit || c == '.' || c == '_' || c == '-';
    }
}
