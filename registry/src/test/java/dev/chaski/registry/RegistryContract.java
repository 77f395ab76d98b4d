package dev.chaski.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every registry that takes registrations does, seen by one who registers and another who looks. */
@Timeout(60)
public abstract class RegistryContract {
    /** Other tests may be on the same network. */
    private final String service = "orders." + UUID.randomUUID();

    private Registry here;
    private Registry there;

    /** A registry that knows what the others of this test know. */
    protected abstract Registry open();

    @BeforeEach
    void openBoth() {
        here = open();
        there = open();
    }

    @AfterEach
    void closeBoth() {
        here.close();
        there.close();
    }

    private Service node(String version, String id, int port) {
        return Service.of(
                service, version, new Node(id, "127.0.0.1:" + port, Map.of("topic", "orders/new", "secure", "false")));
    }

    private List<String> seen() {
        return there.find(service).stream()
                .flatMap(found ->
                        found.nodes().stream().map(node -> found.version() + "=" + node.id() + "@" + node.address()))
                .toList();
    }

    @Test
    void whatIsRegisteredIsFoundWithAllThatWasSaidOfIt() {
        Service registered = node("A", "node1", 4150);
        here.register(registered);
        await().until(() -> there.find(service).equals(List.of(registered)));
        await().until(() -> there.names().contains(service));
        assertThat(there.find(service + ".other")).isEmpty();
    }

    @Test
    void nodesOfSeveralVersionsAreToldApartAndOneThatGoesLeavesTheOthers() {
        here.register(node("A", "node1", 1));
        Registry.Registration second = here.register(node("A", "node2", 2));
        there.register(node("B", "node3", 3));
        await().untilAsserted(() -> assertThat(seen())
                .containsExactly("A=node1@127.0.0.1:1", "A=node2@127.0.0.1:2", "B=node3@127.0.0.1:3"));
        second.close();
        await().untilAsserted(() -> assertThat(seen()).containsExactly("A=node1@127.0.0.1:1", "B=node3@127.0.0.1:3"));
        here.close();
        await().untilAsserted(() -> assertThat(seen()).containsExactly("B=node3@127.0.0.1:3"));
    }

    @Test
    void whoWatchesIsToldWhatIsThereAndWhatComesAndGoes() {
        here.register(node("A", "node1", 1));
        AtomicReference<List<Service>> told = new AtomicReference<>(List.of());
        Registry.Watch watch = there.watch(service, told::set);
        await().until(() -> told.get().size() == 1);
        Registry.Registration second = here.register(node("B", "node2", 2));
        await().until(() -> told.get().size() == 2);
        second.close();
        await().until(() -> told.get().size() == 1);
        watch.close();
        here.register(node("C", "node3", 3));
        await().until(() -> seen().size() == 2);
        assertThat(told.get()).hasSize(1);
    }

    @Test
    void anIdOfTwoHundredBytesIsFound() {
        String id = "topic.".repeat(30) + "x".repeat(70) + "-" + UUID.randomUUID();
        here.register(node("A", id, 7));
        await().untilAsserted(() -> assertThat(seen()).containsExactly("A=" + id + "@127.0.0.1:7"));
    }
}
