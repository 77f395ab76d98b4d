package dev.chaski.bus.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.bus.Bus;
import dev.chaski.bus.Capability;
import dev.chaski.bus.Message;
import dev.chaski.bus.SubscribeOptions;
import dev.chaski.bus.Subscription;
import dev.chaski.bus.contract.BusContract;
import dev.chaski.registry.Registry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Within the process the registry is in memory, between processes multicast DNS on the loopback interface. */
class HttpBusTest extends BusContract {
    private static final String MDNS = "mdns://127.0.0.1";

    @TempDir
    Path folder;

    private final String registry = "memory:" + UUID.randomUUID();

    @Override
    protected Set<Capability> expected() {
        return EnumSet.complementOf(EnumSet.of(Capability.KEEPS_FOR_QUEUES));
    }

    @Override
    protected String uri() {
        return "bus:http://127.0.0.1:0?registry=" + registry;
    }

    @Override
    protected String publisherUri() {
        return uri() + "&outbox=" + folder.resolve("outbox");
    }

    @Override
    protected String sharedUri() {
        return "bus:http://127.0.0.1:0?registry=" + MDNS;
    }

    @Test
    void aTopicOfTwoHundredBytesIsDiscoveredOverMulticastDns() {
        String longTopic = topic + ".tøpic".repeat(23);
        List<String> got = new CopyOnWriteArrayList<>();
        try (Bus subscriber = Bus.of(sharedUri());
                Bus publisher = Bus.of(sharedUri())) {
            subscriber.connect();
            publisher.connect();
            publisher.publish(longTopic, Message.of("early"));
            subscriber.subscribe(longTopic, event -> got.add(event.message().text()));
            await().atMost(Duration.ofSeconds(20)).until(() -> got.contains("early"));
            publisher.publish(longTopic, Message.of("late"));
            await().atMost(Duration.ofSeconds(20)).until(() -> got.equals(List.of("early", "late")));
        }
        assertThat(longTopic.getBytes(StandardCharsets.UTF_8)).hasSizeGreaterThanOrEqualTo(200);
    }

    @Test
    void whoUnsubscribesLeavesNoRecord() {
        try (Bus bus = Bus.of(uri())) {
            bus.connect();
            Subscription all = bus.subscribe(topic, event -> {});
            bus.subscribe(topic, event -> {}, SubscribeOptions.queue("A"));
            awaitSubscriptions(uri(), 2);
            all.unsubscribe();
            awaitSubscriptions(uri(), 1);
        }
        try (Registry looking = Registry.open(URI.create(registry))) {
            assertThat(looking.find("micro.http.broker")).isEmpty();
        }
    }

    @Override
    protected void awaitSubscriptions(String uri, int count) {
        try (Registry looking = Registry.open(URI.create(uri.substring(uri.indexOf("registry=") + 9)))) {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> looking.find("micro.http.broker").stream()
                                    .flatMap(service -> service.nodes().stream())
                                    .filter(node -> node.metadata()
                                                    .getOrDefault("topic", "")
                                                    .equals(topic)
                                            || node.metadata()
                                                    .getOrDefault("topic", "")
                                                    .startsWith("tøpic"))
                                    .count()
                            == count);
            assertThat(looking.names()).contains("micro.http.broker");
        }
    }
}
