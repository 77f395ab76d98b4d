package dev.chaski.bus.nats;

/** The same over TLS. */
public final class NatsTlsBusPlugin extends NatsBusPlugin {
    static final String SCHEME = "natss";

    /** For {@link java.util.ServiceLoader}. */
    public NatsTlsBusPlugin() {}

    @Override
    public String scheme() {
        return SCHEME;
    }
}
