package dev.chaski.bus;

/** Turns a message into bytes and back, for carriers without headers. Any thread. */
public interface Codec {
    /**
     * What it is called.
     *
     * @return a short name, such as {@code json}
     */
    String name();

    /**
     * Writes a message.
     *
     * @param message headers and body
     * @return the bytes
     * @throws BusException where it cannot carry what the message has
     */
    byte[] encode(Message message);

    /**
     * Reads a message.
     *
     * @param bytes what came, from anybody
     * @return the message
     * @throws BusException where they are none
     */
    Message decode(byte[] bytes);
}
