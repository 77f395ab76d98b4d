package dev.chaski.bus;

import java.util.Set;

/**
 * Carries messages one way or another; found by {@link java.util.ServiceLoader} and chosen by its scheme. What all have
 * in common (acknowledging, time-outs, error handlers, states) is done around it. Any thread.
 */
public interface BusPlugin {
    /**
     * What its URIs begin with, after {@code bus:}.
     *
     * @return a scheme, such as {@code memory}
     */
    String scheme();

    /**
     * What it promises, all that is configured considered.
     *
     * @param uri has its scheme
     * @return no more than holds
     */
    Set<Capability> capabilities(BusUri uri);

    /**
     * Connects.
     *
     * @param uri has its scheme
     * @param options how the bus behaves
     * @return the connection
     * @throws BusException where that fails, or the URI is wrong
     */
    Link connect(BusUri uri, BusOptions options);
}
