package dev.chaski.log;

/** A storage operation failed: nothing of what it was to write is published. The message says what and where. */
public class LogException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What kind of failure it is, which decides what the caller does. */
    public enum Kind {
        /** The disk is full or below its low-water mark: try again when there is room. */
        FULL,
        /** The operating system reported a failed read, write or fsync. */
        IO,
        /** Bytes on disk are not what was written. */
        DAMAGED,
        /** Another process holds the folder. */
        LOCKED,
        /** The folder was written by a newer version. */
        NEWER_FORMAT,
        /** The store is closed. */
        CLOSED
    }

    /** Told by {@link #kind()}. */
    private final Kind kind;

    /**
     * A failure.
     *
     * @param kind what kind it is
     * @param message what happened, to which file, and what to do
     */
    public LogException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /**
     * A failure with a cause.
     *
     * @param kind what kind it is
     * @param message what happened, to which file, and what to do
     * @param cause what the operating system said
     */
    public LogException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /**
     * What kind of failure this is.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }
}
