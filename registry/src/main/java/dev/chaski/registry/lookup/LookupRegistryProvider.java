package dev.chaski.registry.lookup;

import dev.chaski.registry.Registry;
import dev.chaski.registry.RegistryProvider;
import dev.chaski.registry.RegistryUri;
import java.net.URI;
import java.time.Duration;

/** {@code nsqlookupd://HOST:PORT,HOST:PORT?poll=MILLISECONDS}, with the HTTP ports of nsqlookupd instances. */
public final class LookupRegistryProvider implements RegistryProvider {
    private static final int PORT = 4161;
    private static final int POLL_MS = 15_000;

    /** For {@link java.util.ServiceLoader}. */
    public LookupRegistryProvider() {}

    @Override
    public String scheme() {
        return "nsqlookupd";
    }

    @Override
    public Registry open(URI uri) {
        return new LookupRegistry(
                RegistryUri.hosts(uri, PORT), Duration.ofMillis(RegistryUri.positive(uri, "poll", POLL_MS)));
    }
}
