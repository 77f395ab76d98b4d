package dev.chaski.server;

/** The broker cannot start. The message is for the operator: what is in the way, and what to do. */
public final class StartException extends Exception {
    private static final long serialVersionUID = 1L;

    StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
