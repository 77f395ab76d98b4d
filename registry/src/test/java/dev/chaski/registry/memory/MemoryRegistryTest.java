package dev.chaski.registry.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chaski.registry.Node;
import dev.chaski.registry.Registry;
import dev.chaski.registry.RegistryContract;
import dev.chaski.registry.Service;
import java.net.URI;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MemoryRegistryTest extends RegistryContract {
    private final URI uri = URI.create("memory:" + UUID.randomUUID());

    @Override
    protected Registry open() {
        return Registry.open(uri);
    }

    @Test
    void oneWithoutANameIsNotShared() {
        try (Registry one = Registry.open(URI.create("memory:/"));
                Registry other = Registry.open(URI.create("memory:/"))) {
            one.register(Service.of("orders", "", new Node("a", "127.0.0.1:1", Map.of())));
            assertThat(one.names()).containsExactly("orders");
            assertThat(other.names()).isEmpty();
        }
    }
}
