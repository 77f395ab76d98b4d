package dev.chaski.cli.relay;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Sends messages to one of several destinations, or to all. Any thread. */
public final class Relay implements AutoCloseable {
    private final List<Destination> destinations;
    private final Mode mode;
    private final HostPool pool;

    /**
     * Sends to these.
     *
     * @param destinations at least one; closed with this
     * @param mode which of them gets a message
     */
    public Relay(List<? extends Destination> destinations, Mode mode) {
        this.destinations = List.copyOf(destinations);
        this.mode = mode;
        pool = new HostPool(destinations.size(), mode, System::nanoTime, RandomGenerator.getDefault());
    }

    /**
     * Sends a message and waits until it is taken.
     *
     * @param topic where it goes
     * @param body the message
     * @throws RelayException where nobody took it, or with {@link Mode#MULTICAST} not everybody
     * @throws InterruptedException where the thread is interrupted
     */
    public void send(String topic, byte[] body) throws RelayException, InterruptedException {
        RelayException last = null;
        for (int host : pool.order(host -> destinations.get(host).isReady())) {
            RelayException failure = send(host, topic, body);
            if (failure == null && mode != Mode.MULTICAST) {
                return;
            }
            last = failure == null ? last : failure;
        }
        if (last != null) {
            throw last;
        }
    }

    /** Null where it was taken. */
    private @Nullable RelayException send(int host, String topic, byte[] body) throws InterruptedException {
        long sinceNs = System.nanoTime();
        try {
            destinations.get(host).send(topic, body);
            pool.succeeded(host, System.nanoTime() - sinceNs);
            return null;
        } catch (RelayException e) {
            pool.failed(host);
            return e;
        }
    }

    @Override
    public void close() {
        destinations.forEach(Destination::close);
    }
}
