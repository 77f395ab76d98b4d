package dev.chaski.log.inspect;

import java.nio.file.Path;

/**
 * A place where what is on disk is not what was written.
 *
 * @param file where
 * @param stream number of the stream whose messages it concerns, 0 for none
 * @param firstOffset the first offset that it concerns
 * @param endOffset one beyond the last; as {@code firstOffset} where no messages are concerned
 * @param messages messages that it concerns, as far as is known
 * @param what one line for the operator
 */
public record Damage(Path file, int stream, long firstOffset, long endOffset, long messages, String what) {
    /**
     * Damage that concerns no messages.
     *
     * @param file where
     * @param what one line for the operator
     * @return the damage
     */
    public static Damage of(Path file, String what) {
        return new Damage(file, 0, 0, 0, 0, what);
    }
}
