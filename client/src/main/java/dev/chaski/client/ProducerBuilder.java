package dev.chaski.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The settings of a producer. One thread. */
public final class ProducerBuilder extends ClientBuilder<ProducerBuilder> {
    private static final int IN_FLIGHT_MAX = 1 << 20;

    private final List<ServerAddress> hosts = new ArrayList<>();
    private boolean resendsUnanswered;
    private int inFlightMax = 10_000;
    private long bufferBytes = 16 << 20;
    private Duration publishTimeout = Duration.ofSeconds(30);

    ProducerBuilder() {}

    @Override
    ProducerBuilder self() {
        return this;
    }

    /**
     * Adds servers. The first that can be reached is published to; when it is lost, the next.
     *
     * @param addresses {@code host:port}
     * @return this
     */
    public ProducerBuilder hosts(String... addresses) {
        for (String address : addresses) {
            hosts.add(ServerAddress.parse(address));
        }
        return this;
    }

    /**
     * Adds a server, as {@link #hosts}.
     *
     * @param address where it listens
     * @return this
     */
    public ProducerBuilder host(ServerAddress address) {
        hosts.add(address);
        return this;
    }

    /**
     * Sends again, on the next connection, what a lost one did not answer, until the publish time-out: at least
     * once instead of an exception. A message may be stored twice.
     *
     * @param resends by default false
     * @return this
     */
    public ProducerBuilder resendUnanswered(boolean resends) {
        resendsUnanswered = resends;
        return this;
    }

    /**
     * The most publishes that may be unanswered; who publishes more waits.
     *
     * @param publishes by default 10,000
     * @return this
     */
    public ProducerBuilder inFlightMax(int publishes) {
        range("the most publishes in flight", publishes, 1, IN_FLIGHT_MAX);
        inFlightMax = publishes;
        return this;
    }

    /**
     * The most bytes that unanswered publishes may have together; who publishes more waits.
     *
     * @param bytes by default 16 MiB, at least 1 KiB
     * @return this
     */
    public ProducerBuilder bufferBytes(int bytes) {
        range("the buffer", bytes, 1 << 10, Integer.MAX_VALUE);
        bufferBytes = bytes;
        return this;
    }

    /**
     * How long a publish may take from the call to the answer: waiting for room, for a connection and for the server.
     *
     * @param timeout by default 30 s
     * @return this
     */
    public ProducerBuilder publishTimeout(Duration timeout) {
        publishTimeout = time("the publish time-out", timeout, Duration.ofMillis(1));
        return this;
    }

    int inFlightMax() {
        return inFlightMax;
    }

    long bufferBytes() {
        return bufferBytes;
    }

    Duration publishTimeout() {
        return publishTimeout;
    }

    List<ServerAddress> hosts() {
        return List.copyOf(hosts);
    }

    boolean resendsUnanswered() {
        return resendsUnanswered;
    }

    /**
     * Makes the producer, which connects while this returns.
     *
     * @return the producer
     * @throws IllegalStateException where no host is set
     */
    public Producer build() {
        if (hosts.isEmpty()) {
            throw new IllegalStateException("a producer needs a host");
        }
        return new Producer(this);
    }
}
