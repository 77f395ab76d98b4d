package dev.chaski.registry;

import java.net.URI;

/** Makes registries of one kind; found by {@link java.util.ServiceLoader}. */
public interface RegistryProvider {
    /**
     * What its URIs begin with.
     *
     * @return a scheme, such as {@code etcd}
     */
    String scheme();

    /**
     * Opens a registry.
     *
     * @param uri has this provider's scheme
     * @return an open registry
     * @throws RegistryException where the URI is wrong
     */
    Registry open(URI uri);
}
