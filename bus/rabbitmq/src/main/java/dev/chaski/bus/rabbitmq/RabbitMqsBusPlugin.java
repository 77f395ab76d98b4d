package dev.chaski.bus.rabbitmq;

/** The same over TLS. */
public final class RabbitMqsBusPlugin extends RabbitMqBusPlugin {
    /** For {@link java.util.ServiceLoader}. */
    public RabbitMqsBusPlugin() {}

    @Override
    public String scheme() {
        return "rabbitmqs";
    }
}
