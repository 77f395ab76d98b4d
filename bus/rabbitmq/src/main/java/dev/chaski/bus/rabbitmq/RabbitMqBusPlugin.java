package dev.chaski.bus.rabbitmq;

import dev.chaski.bus.BusException;
import dev.chaski.bus.BusOptions;
import dev.chaski.bus.BusPlugin;
import dev.chaski.bus.BusUri;
import dev.chaski.bus.Capability;
import dev.chaski.bus.Link;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/**
 * {@code bus:rabbitmq://USER:PASSWORD@HOST:PORT/VHOST}, of which all but the host may be left out, with the parameters
 *
 * <ul>
 *   <li>{@code exchange}: the topic exchange, {@code micro} as in Go Micro;
 *   <li>{@code durable=no}: the exchange is declared as one that ends with the server, as Go Micro does unless it is told
 *       otherwise;
 *   <li>{@code queues}: {@code classic}, or {@code quorum} for those that a cluster replicates.
 * </ul>
 *
 * <p>The routing key is the topic, headers are AMQP's, the body is the body. {@code bus:rabbitmqs:} is the same over TLS;
 * certificates are verified.
 */
public class RabbitMqBusPlugin implements BusPlugin {
    /** For {@link java.util.ServiceLoader}. */
    public RabbitMqBusPlugin() {}

    @Override
    public String scheme() {
        return "rabbitmq";
    }

    @Override
    public Set<Capability> capabilities(BusUri uri) {
        return uri.parameter("durable", "yes").equals("yes")
                ? EnumSet.allOf(Capability.class)
                : EnumSet.complementOf(EnumSet.of(Capability.SURVIVES_RESTART));
    }

    @Override
    public Link connect(BusUri uri, BusOptions options) {
        Settings settings = Settings.of(uri, scheme().equals("rabbitmqs"), options.sslContext());
        RabbitMqLink link = new RabbitMqLink(settings);
        try {
            link.open();
            return link;
        } catch (IOException | TimeoutException e) {
            link.close();
            throw new BusException("no RabbitMQ answers at " + settings.address() + ": " + Failures.reason(e), e);
        }
    }
}
