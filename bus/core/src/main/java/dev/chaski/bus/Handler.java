package dev.chaski.bus;

/** Gets the messages of a subscription. */
@FunctionalInterface
public interface Handler {
    /**
     * Handles one message.
     *
     * @param event the message, and how to say that it is done
     * @throws Exception where it is not done, and should come again
     */
    void handle(Event event) throws Exception;
}
