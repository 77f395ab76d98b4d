package dev.chaski.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was closed leaves nothing behind, whatever it was doing. */
class LeakTest {
    private static final int ROUNDS = 30;
    private static final Pattern OURS = Pattern.compile("\"name\": \"(chaski-[^\"]*)\"");

    @TempDir
    private Path folder;

    private final AtomicInteger dumps = new AtomicInteger();

    /** The client's threads that are alive, virtual ones, too. */
    private List<String> threads() throws IOException {
        Path dump = folder.resolve("threads-" + dumps.incrementAndGet() + ".json");
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpThreads(dump.toAbsolutePath().toString(), ThreadDumpFormat.JSON);
        List<String> names = new ArrayList<>();
        Matcher matcher = OURS.matcher(Files.readString(dump));
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
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
