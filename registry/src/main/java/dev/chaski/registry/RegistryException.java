package dev.chaski.registry;

import java.io.Serial;

/** A registry cannot do what it was asked; the message says why. */
public final class RegistryException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Says what is wrong.
     *
     * @param message for the one who asked
     */
    public RegistryException(String message) {
        super(message);
    }

    /**
     * Says what is wrong, and what caused it.
     *
     * @param message for the one who asked
     * @param cause what went wrong below
     */
    public RegistryException(String message, Throwable cause) {
        super(message, cause);
    }
}
