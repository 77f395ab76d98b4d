package dev.chaski.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What was closed leaves nothing behind, whatever it was doing. */
class LeakTest {
    private static final int ROUNDS = 30;

    /** The client's threads that are alive, virtual ones, too. */
    private static List<String> threads() throws ReflectiveOperationException {
        // A dump of threads would tell, too; but JDK 25 may crash where it takes one while virtual threads end.
        Class<?> containers = Class.forName("jdk.internal.vm.ThreadContainers");
        Object root = containers.getMethod("root").invoke(null);
        Method threads = Class.forName("jdk.internal.vm.ThreadContainer").getMethod("threads");
        try (Stream<?> all = (Stream<?>) threads.invoke(root)) {
            return all.map(thread -> ((Thread) thread).getName())
                    .filter(name -> name.startsWith("chaski-"))
                    .toList();
        }
    }

    /** Answers, delivers, and cuts the connection now and then. */
    private static void serve(FakeNsqd.Session session) throws Exception {
        while (true) {
            switch (session.read().verb()) {
                case "PUB", "SUB" -> session.ok();
                case "RDY" -> session.message("0123456789abcdef", 1, "hello");
                case "CLS" -> session.respond("CLOSE_WAIT");
                default -> {
                    if (ThreadLocalRandom.current().nextInt(4) == 0) {
                        session.cut();
                    }
                }
            }
        }
    }

    @Test
    void noThreadAndNoSocketIsLeftAfterClose() throws Exception {
        try (FakeNsqd server = new FakeNsqd(LeakTest::serve)) {
            for (int i = 0; i < ROUNDS; i++) {
                try (Producer producer = Producer.builder()
                                .hosts("127.0.0.1:1", server.address())
                                .closeTimeout(Duration.ofMillis(200))
                                .reconnectBackoff(Duration.ofMillis(1), Duration.ofMillis(5))
                                .build();
                        Consumer consumer = Consumer.builder("orders", "billing")
                                .servers(server.address(), "127.0.0.1:1")
                                .lookups("127.0.0.1:1")
                                .closeTimeout(Duration.ofMillis(200))
                                .reconnectBackoff(Duration.ofMillis(1), Duration.ofMillis(5))
                                .handler(message -> {})
                                .build()) {
                    assertThat(threads()).isNotEmpty();
                    producer.publishAsync("orders", "one".getBytes(StandardCharsets.UTF_8));
                    if (i % 3 == 0) {
                        await().until(() -> consumer.stats().finished() > 0);
                    }
                }
            }
            await().untilAsserted(() -> assertThat(threads()).isEmpty());
            await().untilAsserted(() -> assertThat(server.open()).isZero());
        }
    }
}
