package dev.chaski.server.auth;

/** An authorization server that did not answer, or not as it should. The message is for the operator. */
public class AuthException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * No usable answer.
     *
     * @param message which server, and what is wrong
     */
    public AuthException(String message) {
        super(message);
    }
}
