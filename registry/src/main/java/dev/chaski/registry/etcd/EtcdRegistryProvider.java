package dev.chaski.registry.etcd;

import dev.chaski.registry.Registry;
import dev.chaski.registry.RegistryProvider;
import dev.chaski.registry.RegistryUri;
import java.net.URI;
import java.time.Duration;

/**
 * {@code etcd://HOST:PORT,HOST:PORT?ttl=SECONDS}: a node that dies is forgotten after the ttl, 60 seconds if nothing is
 * said.
 */
public final class EtcdRegistryProvider implements RegistryProvider {
    private static final int PORT = 2379;
    private static final int TTL_S = 60;

    /** For {@link java.util.ServiceLoader}. */
    public EtcdRegistryProvider() {}

    @Override
    public String scheme() {
        return "etcd";
    }

    @Override
    public Registry open(URI uri) {
        return new EtcdRegistry(
                new EtcdGateway(RegistryUri.hosts(uri, PORT)),
                Duration.ofSeconds(RegistryUri.positive(uri, "ttl", TTL_S)));
    }
}
