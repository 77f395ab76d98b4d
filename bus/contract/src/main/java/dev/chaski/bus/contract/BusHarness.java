package dev.chaski.bus.contract;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.chaski.bus.Bus;
import dev.chaski.bus.BusOptions;
import dev.chaski.bus.Capability;
import dev.chaski.bus.Message;
import dev.chaski.bus.SubscribeOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** What the contract's tests have in common: a topic of their own, and buses that are closed at the end. */
@Timeout(180)
abstract class BusHarness {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SOON = Duration.ofMillis(50);
    static final Duration ACK_TIMEOUT = Duration.ofSeconds(2);

    /** What a test's topic is called. */
    protected final String topic = "orders." + UUID.randomUUID();

    private final Deque<Bus> open = new ArrayDeque<>();

    /**
     * What this plug-in is expected to promise: a test that is left out must be meant to be.
     *
     * @return what {@link Bus#capabilities} tells
     */
    protected abstract Set<Capability> expected();

    /**
     * The URI of a bus that publishes and subscribes.
     *
     * @return the same for all of a test
     */
    protected abstract String uri();

    /**
     * The URI of a bus that publishes and keeps what it must keep in the same place each time.
     *
     * @return by default {@link #uri}
     */
    protected String publisherUri() {
        return uri();
    }

    /**
     * The URI of a bus that also processes other than this one reach.
     *
     * @return by default {@link #uri}
     */
    protected String sharedUri() {
        return uri();
    }

    /**
     * Kills the server, if there is one, and starts it again with what it had on its disk.
     *
     * @throws IOException where it does not start
     * @throws InterruptedException while waiting for it
     */
    protected void restartServer() throws IOException, InterruptedException {}

    /**
     * Returns when a bus of that URI knows of so many subscriptions, where that takes time.
     *
     * @param uri of a bus
     * @param count of subscriptions
     */
    protected void awaitSubscriptions(String uri, int count) {}

    Bus unconnected(String uri, BusOptions options) {
        Bus bus = Bus.of(uri, options);
        open.push(bus);
        return bus;
    }

    Bus connect(String uri, BusOptions options) {
        Bus bus = unconnected(uri, options);
        bus.connect();
        return bus;
    }

    Bus connect() {
        return connect(uri(), BusOptions.defaults());
    }

    @AfterEach
    void closeAll() {
        open.forEach(Bus::close);
    }

    void demand(Capability... capabilities) {
        assumeTrue(expected().containsAll(List.of(capabilities)));
    }

    static SubscribeOptions impatient(SubscribeOptions options) {
        return options.withRedeliveryDelay(SOON).withAckTimeout(ACK_TIMEOUT);
    }

    List<String> publish(Bus bus, int count) {
        List<String> texts =
                IntStream.range(0, count).mapToObj(i -> "message " + i).toList();
        texts.forEach(text -> bus.publish(topic, Message.of(text)));
        return texts;
    }
}
