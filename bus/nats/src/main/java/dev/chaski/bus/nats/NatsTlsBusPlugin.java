package dev.chaski.bus.nats;

/** The same over TLS. */
public final class NatsTlsBusPlugin extends NatsBusPlugin {
    static final String SCHEME = "natss";

    @Override
    public String scheme() {
        return SCHEME;
    }
}
