package dev.chaski.engine;

/** A request that the engine refuses; the broker is unharmed. The message is for the operator. */
public class BrokerException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** Not a valid topic name. */
        BAD_TOPIC,
        /** Not a valid channel name. */
        BAD_CHANNEL,
        /** No such topic. */
        TOPIC_NOT_FOUND,
        /** No such channel. */
        CHANNEL_NOT_FOUND,
        /** A limit would be passed. */
        LIMIT,
        /** The disk is full. */
        DISK_FULL,
        /** The disk failed. */
        DISK_FAILED,
        /** The topic or channel is being deleted. */
        DELETED,
        /** The broker is going down. */
        EXITING
    }

    /** Told by {@link #reason()}. */
    private final Reason reason;

    /**
     * A refusal.
     *
     * @param reason why
     * @param message what happened, to which topic or channel, and what to do
     */
    public BrokerException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /**
     * Why.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }
}
