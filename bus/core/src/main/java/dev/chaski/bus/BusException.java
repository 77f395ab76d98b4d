package dev.chaski.bus;

import java.io.Serial;

/** A bus cannot do what it was asked; the message says why. */
public class BusException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Says what is wrong.
     *
     * @param message for the one who asked
     */
    public BusException(String message) {
        super(message);
    }

    /**
     * Says what is wrong, and what caused it.
     *
     * @param message for the one who asked
     * @param cause what went wrong below
     */
    public BusException(String message, Throwable cause) {
        super(message, cause);
    }
}
