package dev.chaski.bus.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.chaski.bus.Bus;
import dev.chaski.bus.BusException;
import dev.chaski.bus.Event;
import dev.chaski.bus.Message;
import dev.chaski.bus.SubscribeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** The server goes and comes back while somebody is subscribed. */
@Timeout(90)
class RedisRestartTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Test
    void subscriptionsGoOnAndWhatWasPublishedIsHandled() throws IOException {
        List<String> queue = new CopyOnWriteArrayList<>();
        List<String> all = new CopyOnWriteArrayList<>();
        try (RedisServer server = RedisServer.durable(folder);
                Bus bus = Bus.of(server.uri() + "?durable=yes")) {
            bus.connect();
            bus.subscribe("orders", event -> queue.add(event.message().text()), SubscribeOptions.queue("A"));
            bus.subscribe("orders", event -> all.add(event.message().text()));
            bus.publish("orders", Message.of("before"));
            await().atMost(PATIENCE).until(() -> queue.size() == 1 && all.size() == 1);
            server.kill();
            assertThatThrownBy(() -> bus.publish("orders", Message.of("nowhere")))
                    .isInstanceOf(BusException.class)
                    .hasMessageContaining("not published to orders");
            server.start();
            bus.publish("orders", Message.of("after"));
            await().atMost(PATIENCE).until(() -> queue.contains("after") && all.contains("after"));
        }
        assertThat(queue).containsOnlyOnce("after").doesNotContain("nowhere");
    }

    @Test
    void whatIsPublishedDuringAShortRestartWaitsForTheServer() throws Exception {
        AtomicInteger handled = new AtomicInteger();
        try (RedisServer server = RedisServer.durable(folder);
                Bus bus = Bus.of(server.uri() + "?durable=yes")) {
            bus.connect();
            bus.subscribe("orders", event -> handled.incrementAndGet(), SubscribeOptions.queue("A"));
            server.kill();
            Thread publisher = Thread.ofVirtual().start(() -> bus.publish("orders", Message.of("patient")));
            server.start();
            publisher.join();
            await().atMost(PATIENCE).until(() -> handled.get() > 0);
        }
    }

    @Test
    void whoCannotAcknowledgeIsTold() throws IOException {
        List<Event> held = new CopyOnWriteArrayList<>();
        try (RedisServer server = new RedisServer(folder);
                Bus bus = Bus.of(server.uri())) {
            bus.connect();
            bus.subscribe("orders", held::add, SubscribeOptions.queue("A").manualAck());
            bus.publish("orders", Message.of("held"));
            await().atMost(PATIENCE).until(() -> held.size() == 1);
            bus.disconnect();
            assertThatThrownBy(held.getFirst()::ack)
                    .isInstanceOf(BusException.class)
                    .hasMessageContaining("Redis was not told");
        }
    }

    @Test
    void aServerThatForgotEverythingIsSubscribedToAnew() throws IOException {
        List<String> got = new CopyOnWriteArrayList<>();
        try (RedisServer server = new RedisServer(folder);
                Bus bus = Bus.of(server.uri());
                Jedis redis = new Jedis("127.0.0.1", server.port())) {
            bus.connect();
            bus.subscribe("orders", event -> got.add(event.message().text()), SubscribeOptions.queue("A"));
            redis.flushAll();
            bus.publish("orders", Message.of("again"));
            await().atMost(PATIENCE).until(() -> got.contains("again"));
        }
    }
}
