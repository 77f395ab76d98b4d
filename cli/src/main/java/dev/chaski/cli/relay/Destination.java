package dev.chaski.cli.relay;

/** Where messages go. Any thread. */
public interface Destination extends AutoCloseable {
    /**
     * Sends a message, and waits until it is taken.
     *
     * @param topic where it goes there, as far as that is known there
     * @param body the message
     * @throws RelayException where it was not taken, or perhaps not
     * @throws InterruptedException where the thread is interrupted
     */
    void send(String topic, byte[] body) throws RelayException, InterruptedException;

    /**
     * Whether there is a reason to think that it works.
     *
     * @return false where it is known not to be connected
     */
    boolean isReady();

    /**
     * What people call it.
     *
     * @return its address
     */
    String name();

    @Override
    void close();
}
