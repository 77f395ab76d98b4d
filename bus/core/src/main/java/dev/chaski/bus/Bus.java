package dev.chaski.bus;

import java.util.Set;

/**
 * Publishes messages to topics and subscribes to them, over whatever carries them: the URI chooses the plug-in, and
 * {@link #capabilities} says what it promises. Any thread.
 *
 * <pre>{@code
 * try (Bus bus = Bus.of("bus:memory:")) {
 *     bus.connect();
 *     bus.subscribe("orders", event -> store(event.message()), SubscribeOptions.queue("billing"));
 *     bus.publish("orders", Message.of("hello"));
 * }
 * }</pre>
 *
 * <p>Delivery is at least once: a handler must bear a message that comes twice.
 */
public interface Bus extends AutoCloseable {
    /**
     * A bus that is not connected yet.
     *
     * @param uri {@code bus:} and what the plug-in needs: {@code bus:memory:}, {@code bus:http://127.0.0.1:0}, ...
     * @return the bus, to be closed by the caller
     * @throws BusException where no plug-in serves the URI
     */
    static Bus of(String uri) {
        return of(uri, BusOptions.defaults());
    }

    /**
     * A bus that is not connected yet.
     *
     * @param uri as in {@link #of(String)}
     * @param options how it behaves
     * @return the bus, to be closed by the caller
     * @throws BusException where no plug-in serves the URI
     */
    static Bus of(String uri, BusOptions options) {
        return PluggedBus.of(BusUri.parse(uri), options);
    }

    /**
     * Which plug-in this is.
     *
     * @return its scheme, such as {@code memory}
     */
    String name();

    /**
     * What this bus promises.
     *
     * @return no more than holds
     */
    Set<Capability> capabilities();

    /**
     * How it behaves.
     *
     * @return the options in force
     */
    BusOptions options();

    /**
     * Changes how it behaves.
     *
     * @param options in force from the next {@link #connect}
     * @throws BusException where it is connected
     */
    void init(BusOptions options);

    /**
     * Where this bus is, or what it is connected to.
     *
     * @return as the plug-in writes addresses; empty while it is not connected
     */
    String address();

    /**
     * Connects; where it is connected this does nothing.
     *
     * @throws BusException where that fails
     */
    void connect();

    /** Ends all subscriptions and the connection. What was not acknowledged is delivered again, to others or later. */
    void disconnect();

    /**
     * Publishes a message. When this returns, the message is where {@link #capabilities} says it is kept.
     *
     * @param topic 1 to {@value Topics#BYTES_MAX} bytes without control characters; plug-ins may allow less
     * @param message headers and body
     * @throws BusException where it was not, or may not have been, published
     */
    void publish(String topic, Message message);

    /**
     * Subscribes: with a queue among those who subscribe with the same one, each message goes to one of them; without,
     * every message comes to this subscription. The handler is called by one thread at a time.
     *
     * @param topic as in {@link #publish}
     * @param handler gets the messages
     * @param options the queue, and how messages are acknowledged
     * @return what ends it
     * @throws BusException where that fails
     */
    Subscription subscribe(String topic, Handler handler, SubscribeOptions options);

    /**
     * Subscribes to every message.
     *
     * @param topic as in {@link #publish}
     * @param handler gets the messages
     * @return what ends it
     * @throws BusException where that fails
     */
    default Subscription subscribe(String topic, Handler handler) {
        return subscribe(topic, handler, SubscribeOptions.broadcast());
    }

    /** The same as {@link #disconnect}. */
    @Override
    default void close() {
        disconnect();
    }
}
