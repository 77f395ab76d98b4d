package dev.chaski.server.http;

import org.jspecify.annotations.Nullable;

/** The options as {@code /config} reads and changes them. Any thread but an event loop; may block. */
public interface RuntimeSettings {
    /** What became of a change. */
    enum Change {
        /** It holds. */
        DONE,
        /** There is no such option, or it cannot be changed while the broker runs. */
        NOT_CHANGEABLE,
        /** The option does not take that value. */
        INVALID_VALUE
    }

    /**
     * The value of an option.
     *
     * @param name its name with underscores
     * @return text, a number, a boolean or a list, as it is to be told in JSON; null where there is no such option
     */
    @Nullable
    Object get(String name);

    /**
     * Changes an option.
     *
     * @param name its name with underscores
     * @param value its value as it was sent
     * @return what became of it
     */
    Change put(String name, String value);
}
