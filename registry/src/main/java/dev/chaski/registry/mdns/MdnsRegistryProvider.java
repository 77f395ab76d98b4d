package dev.chaski.registry.mdns;

import dev.chaski.registry.Registry;
import dev.chaski.registry.RegistryException;
import dev.chaski.registry.RegistryProvider;
import java.io.IOException;
import java.net.URI;

/** {@code mdns://ADDRESS} for the network interface with that address, {@code mdns:/} for all that can multicast. */
public final class MdnsRegistryProvider implements RegistryProvider {
    /** For {@link java.util.ServiceLoader}. */
    public MdnsRegistryProvider() {}

    @Override
    public String scheme() {
        return "mdns";
    }

    @Override
    public Registry open(URI uri) {
        try {
            String host = uri.getHost();
            return new MdnsRegistry(host == null ? MulticastLink.openAll() : MulticastLink.open(host));
        } catch (IOException e) {
            throw new RegistryException("multicast DNS cannot be used for \"" + uri + "\": " + e.getMessage(), e);
        }
    }
}
