package dev.chaski.bus.http;

import dev.chaski.bus.BusException;
import dev.chaski.bus.BusOptions;
import dev.chaski.bus.BusPlugin;
import dev.chaski.bus.BusUri;
import dev.chaski.bus.Capability;
import dev.chaski.bus.Link;
import dev.chaski.registry.Registry;
import dev.chaski.registry.RegistryException;
import java.net.URI;
import java.util.EnumSet;
import java.util.Set;

/**
 * {@code bus:http://HOST:PORT}, port 0 for a free one, with the parameters
 *
 * <ul>
 *   <li>{@code registry}: a registry's URI, {@code mdns:/} if nothing is said and the options have none;
 *   <li>{@code outbox}: a file that keeps what is published until it is delivered; without it, memory does;
 *   <li>{@code pending}: how many messages may wait for one subscriber or queue, 100,000;
 *   <li>{@code advertise}: the host that others reach this node by, where it listens on all addresses.
 * </ul>
 *
 * <p>{@code bus:https:} is the same over TLS; certificates are verified.
 */
public class HttpBusPlugin implements BusPlugin {
    private static final int PENDING_MAX = 100_000;

    /** For {@link java.util.ServiceLoader}. */
    public HttpBusPlugin() {}

    @Override
    public String scheme() {
        return "http";
    }

    @Override
    public Set<Capability> capabilities(BusUri uri) {
        // A publisher goes by the registry: a queue that is not there when it publishes is none.
        Set<Capability> capabilities = EnumSet.complementOf(EnumSet.of(Capability.KEEPS_FOR_QUEUES));
        if (!uri.parameters().containsKey("outbox")) {
            capabilities.remove(Capability.SURVIVES_RESTART);
        }
        return capabilities;
    }

    @Override
    public Link connect(BusUri uri, BusOptions options) {
        uri.allow("registry", "outbox", "pending", "advertise");
        boolean isSecure = scheme().equals("https");
        if (isSecure && options.sslContext() == null) {
            throw new BusException("bus:https: needs an SSLContext with a key (BusOptions.withSslContext)");
        }
        Outbox outbox = Outbox.open(uri.parameter("outbox", ""), uri.positive("pending", PENDING_MAX));
        try {
            Registry given = options.registry();
            Registry registry = given != null ? given : Registry.open(URI.create(uri.parameter("registry", "mdns:/")));
            return HttpLink.open(uri, options, isSecure, outbox, registry, given == null);
        } catch (RegistryException | IllegalArgumentException e) {
            outbox.close();
            throw new BusException("no registry: " + e.getMessage(), e);
        } catch (BusException e) {
            outbox.close();
            throw e;
        }
    }
}
