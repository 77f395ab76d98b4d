package dev.chaski.server.config;

/** A setting that cannot be used. The message names it, says where it came from and what is allowed. */
public final class OptionException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * A refusal.
     *
     * @param message for the operator: what is wrong, and what is allowed
     */
    public OptionException(String message) {
        super(message);
    }
}
