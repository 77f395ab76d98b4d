package dev.chaski.registry.memory;

import dev.chaski.registry.Registry;
import dev.chaski.registry.RegistryProvider;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** {@code memory:} is a registry of its own, {@code memory:NAME} is shared by all in the process who say that name. */
public final class MemoryRegistryProvider implements RegistryProvider {
    private static final Map<String, Board> SHARED = new ConcurrentHashMap<>();

    /** For {@link java.util.ServiceLoader}. */
    public MemoryRegistryProvider() {}

    @Override
    public String scheme() {
        return "memory";
    }

    @Override
    public Registry open(URI uri) {
        String name = uri.getSchemeSpecificPart();
        // URI has no way to write a scheme and nothing else, so the empty name may be written as a slash.
        return new MemoryRegistry(
                name.isEmpty() || name.equals("/") ? new Board() : SHARED.computeIfAbsent(name, key -> new Board()));
    }
}
