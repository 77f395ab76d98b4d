package dev.chaski.registry;

import java.net.URI;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/**
 * Where nodes announce themselves and are found. Any thread. What it tells is what it knows: a node that died is still
 * told of until its time is over, so whoever connects to one must be ready to find nobody there.
 */
public interface Registry extends AutoCloseable {
    /**
     * Opens the registry that a URI names: {@code memory:}, {@code mdns:}, {@code etcd://127.0.0.1:2379},
     * {@code nsqlookupd://127.0.0.1:4161}, or what else a {@link RegistryProvider} on the class path serves.
     *
     * @param uri its scheme chooses the provider
     * @return an open registry, to be closed by the caller
     * @throws RegistryException where nobody serves that scheme, or the URI is wrong
     */
    static Registry open(URI uri) {
        for (RegistryProvider provider : ServiceLoader.load(RegistryProvider.class)) {
            if (provider.scheme().equals(uri.getScheme())) {
                return provider.open(uri);
            }
        }
        List<String> known = ServiceLoader.load(RegistryProvider.class).stream()
                .map(provider -> provider.get().scheme())
                .sorted()
                .toList();
        throw new RegistryException("no registry serves \"" + uri + "\"; there are " + known);
    }

    /**
     * Announces the nodes of a service, and goes on doing so until the registration is closed: what the registry
     * forgets, or loses in a restart of its own, is announced again.
     *
     * @param service what is served, with at least one node
     * @return what ends it
     * @throws RegistryException where the registry takes no registrations, or cannot be reached now
     */
    Registration register(Service service);

    /**
     * Who serves something now.
     *
     * @param name of the service
     * @return one entry for each version; empty where nobody does
     * @throws RegistryException where the registry cannot be reached
     */
    List<Service> find(String name);

    /**
     * What is served at all.
     *
     * @return names of services, sorted
     * @throws RegistryException where the registry cannot be reached
     */
    List<String> names();

    /**
     * Tells who serves something, now and whenever that changes. The listener is called by one thread at a time, with
     * the whole of what is known and not only with what changed, so nothing that was missed stays missed. It must not
     * wait long.
     *
     * @param name of the service
     * @param listener told as {@link #find} tells
     * @return what ends it
     */
    Watch watch(String name, Consumer<List<Service>> listener);

    /** Ends all registrations and watches. */
    @Override
    void close();

    /** Ends a registration: the nodes are gone for whoever looks. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    /** Ends a watch; its listener may be running one last time. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
