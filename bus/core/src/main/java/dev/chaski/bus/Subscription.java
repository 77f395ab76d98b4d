package dev.chaski.bus;

/** A handler's place at a topic. Any thread. */
public interface Subscription extends AutoCloseable {
    /**
     * What it is subscribed to.
     *
     * @return the topic
     */
    String topic();

    /**
     * How it was subscribed.
     *
     * @return the options
     */
    SubscribeOptions options();

    /**
     * Ends it; other subscriptions go on. What was not acknowledged goes to the other members of its queue.
     */
    void unsubscribe();

    /** The same as {@link #unsubscribe}. */
    @Override
    default void close() {
        unsubscribe();
    }
}
