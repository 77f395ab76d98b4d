package dev.chaski.bus;

/** A plug-in's connection. Topics have been checked against the common rules. Any thread. */
public interface Link extends AutoCloseable {
    /**
     * Where it is, or what it is connected to.
     *
     * @return as the plug-in writes addresses
     */
    String address();

    /**
     * Publishes a message.
     *
     * @param topic where
     * @param message what
     * @throws BusException where it was not, or may not have been, published
     */
    void publish(String topic, Message message);

    /**
     * Begins to give messages to a receiver, by one thread at a time. When this returns, what is published later will
     * come.
     *
     * @param topic what to subscribe to
     * @param options the queue, and how much may be in flight
     * @param receiver gets the messages
     * @return what ends it
     * @throws BusException where that fails
     */
    Feed subscribe(String topic, SubscribeOptions options, Receiver receiver);

    /** Ends all feeds, and the connection. */
    @Override
    void close();

    /** Ends the flow of messages to a receiver; what is unsettled goes to others. */
    interface Feed extends AutoCloseable {
        @Override
        void close();
    }

    /** Runs the handler. */
    @FunctionalInterface
    interface Receiver {
        /**
         * Handles one message, on the calling thread, throws nothing, and leaves the thread uninterrupted.
         *
         * @param message what came
         * @param settlement told once how it ended: during this call, or later by another thread
         */
        void receive(Message message, Settlement settlement);
    }

    /** Hears how the handling of one message ended: one call in all. */
    interface Settlement {
        /** It is done. */
        void ack();

        /**
         * It should come again.
         *
         * @param delayMs in how many milliseconds, 0 or more
         */
        void requeue(long delayMs);
    }
}
