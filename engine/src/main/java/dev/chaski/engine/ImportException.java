package dev.chaski.engine;

/** Something cannot be imported as it is; the data folder is as it was. The message says what, and what to do. */
public final class ImportException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * With a message for the operator.
     *
     * @param message what cannot be imported, and what to do
     */
    public ImportException(String message) {
        super(message);
    }
}
