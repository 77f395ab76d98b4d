package dev.chaski.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RegistryTest {
    @Test
    void anUnknownSchemeIsRefusedWithThoseThatThereAre() {
        assertThatThrownBy(() -> Registry.open(URI.create("consul://127.0.0.1:8500")))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("[etcd, mdns, memory, nsqlookupd]");
    }

    @Test
    void aUriWithoutAHostOrWithAWrongNumberIsRefused() {
        assertThatThrownBy(() -> Registry.open(URI.create("etcd:/")))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("etcd://HOST:PORT");
        assertThatThrownBy(() -> Registry.open(URI.create("etcd://127.0.0.1:2379?ttl=soon")))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("ttl=soon");
        assertThatThrownBy(() -> Registry.open(URI.create("mdns://192.0.2.1")))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("192.0.2.1");
    }

    @Test
    void severalHostsAreReadInTheirOrder() {
        assertThat(RegistryUri.hosts(URI.create("etcd://a:1,b"), 2379))
                .extracting(host -> host.getHostString() + " " + host.getPort())
                .containsExactly("a 1", "b 2379");
    }

    @Test
    void nodesOfTheSameServiceAndVersionArePutTogether() {
        Service merged = Service.merge(List.of(
                        Service.of("s", "1", new Node("b", "127.0.0.1:2", Map.of())),
                        Service.of("s", "1", new Node("a", "127.0.0.1:1", Map.of())),
                        Service.of("s", "1", new Node("a", "127.0.0.1:1", Map.of()))))
                .getFirst();
        assertThat(merged.nodes()).extracting(Node::id).containsExactly("a", "b");
    }

    @Test
    void anAddressIsTakenApart() {
        assertThat(new Node("a", "[::1]:4150", Map.of()).host()).isEqualTo("::1");
        assertThat(new Node("a", "127.0.0.1:4150", Map.of()).port()).isEqualTo(4150);
        assertThatThrownBy(() -> new Node("a", "nowhere", Map.of()).port()).hasMessageContaining("nowhere");
    }
}
