package dev.chaski.bus.kafka;

/** The same over TLS. */
public final class KafkaTlsBusPlugin extends KafkaBusPlugin {
    static final String SCHEME = "kafkas";

    /** For {@link java.util.ServiceLoader}. */
    public KafkaTlsBusPlugin() {}

    @Override
    public String scheme() {
        return SCHEME;
    }
}
