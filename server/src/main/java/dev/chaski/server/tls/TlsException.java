package dev.chaski.server.tls;

/** A certificate or key that cannot be used. The message names the file. */
public class TlsException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * Something is wrong with a file.
     *
     * @param message which file, and what is wrong with it
     * @param cause why, or null
     */
    public TlsException(String message, @org.jspecify.annotations.Nullable Throwable cause) {
        super(message, cause);
    }
}
