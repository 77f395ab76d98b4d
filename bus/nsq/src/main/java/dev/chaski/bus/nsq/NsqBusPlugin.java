package dev.chaski.bus.nsq;

import dev.chaski.bus.BusException;
import dev.chaski.bus.BusOptions;
import dev.chaski.bus.BusPlugin;
import dev.chaski.bus.BusUri;
import dev.chaski.bus.Capability;
import dev.chaski.bus.Link;
import dev.chaski.client.ClientException;
import dev.chaski.client.Producer;
import dev.chaski.client.ProducerBuilder;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * {@code bus:nsq://HOST:PORT}, with the TCP port of a Chaski or an nsqd. A queue is a channel; who subscribes without one
 * has an ephemeral channel of its own. NSQ has no headers, so messages are written by the codec of the options; with
 * {@code Codecs.RAW} other NSQ clients see the plain body. The order is not promised, since NSQ does not.
 */
public final class NsqBusPlugin implements BusPlugin {
    private static final int PORT = 4150;
    /** How long a publish waits for its answer, also while the connection is lost. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    static final Duration RETRY_FIRST = Duration.ofMillis(100);
    static final Duration RETRY_LAST = Duration.ofSeconds(2);

    /** For {@link java.util.ServiceLoader}. */
    public NsqBusPlugin() {}

    @Override
    public String scheme() {
        return "nsq";
    }

    @Override
    public Set<Capability> capabilities(BusUri uri) {
        return EnumSet.complementOf(EnumSet.of(Capability.ORDERED, Capability.ANY_TOPIC));
    }

    @Override
    public Link connect(BusUri uri, BusOptions options) {
        uri.allow();
        if (uri.host().isEmpty()) {
            throw new BusException("bus:nsq: names no server; write bus:nsq://HOST:PORT");
        }
        String address = uri.host() + ":" + (uri.port() < 0 ? PORT : uri.port());
        ProducerBuilder settings = Producer.builder()
                .hosts(address)
                .publishTimeout(ANSWER_LIMIT)
                .reconnectBackoff(RETRY_FIRST, RETRY_LAST);
        if (options.sslContext() != null) {
            settings.tls(options.sslContext());
        }
        Producer producer = settings.build();
        try {
            producer.ping();
        } catch (ClientException e) {
            producer.close();
            throw new BusException("no NSQ answers at " + address + ": " + e.getMessage(), e);
        }
        return new NsqLink(address, producer, options);
    }
}
