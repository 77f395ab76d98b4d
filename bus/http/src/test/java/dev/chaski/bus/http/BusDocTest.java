package dev.chaski.bus.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.bus.Bus;
import dev.chaski.bus.BusOptions;
import dev.chaski.bus.Message;
import dev.chaski.bus.SubscribeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/bus.md: they stand here word for word, and run. */
@Timeout(60)
class BusDocTest {
    private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    /** A test's name, of several words in one, or a class of tests. */
    private static final Pattern NAME = Pattern.compile("`([a-z]+(?:[A-Z][a-z]*){3,}|[A-Za-z]+Test)`");

    private final List<Message> stored = new CopyOnWriteArrayList<>();
    private final List<Exception> logged = new CopyOnWriteArrayList<>();

    @TempDir
    Path folder;

    private void store(Message message) {
        stored.add(message);
    }

    private void log(Exception e) {
        logged.add(e);
    }

    private static void later(Runnable task) {
        Thread.ofVirtual().start(task);
    }

    @Test
    void everyExampleStandsInThisTest() throws IOException {
        Path root = Path.of(System.getProperty("chaski.root"));
        String source =
                plain(Files.readString(root.resolve("bus/http/src/test/java/dev/chaski/bus/http/BusDocTest.java")));
        List<String> examples = EXAMPLE.matcher(Files.readString(root.resolve("docs/bus.md")))
                .results()
                .map(match -> withoutItsEnd(plain(match.group(1))))
                .toList();
        assertThat(examples).hasSize(4).allSatisfy(example -> assertThat(source).contains(example));
    }

    @Test
    void everyTestThatIsNamedExists() throws IOException {
        Path root = Path.of(System.getProperty("chaski.root"));
        String document = Files.readString(root.resolve("docs/bus.md"));
        String seen = document.substring(document.indexOf("## What each plug-in was seen to do"));
        List<String> names =
                NAME.matcher(seen).results().map(match -> match.group(1)).toList();
        StringBuilder sources = new StringBuilder();
        try (Stream<Path> files = Files.walk(root.resolve("bus"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                sources.append(Files.readString(file));
            }
        }
        assertThat(names)
                .hasSizeGreaterThan(25)
                .allSatisfy(name -> assertThat(sources).containsPattern("(void|class) " + name + "\\b"));
    }

    /** How the lines are broken and indented is the formatter's business. */
    private static String plain(String code) {
        return code.replaceAll("\\s+", "");
    }

    /** Before a test closes its bus it waits for what comes. */
    private static String withoutItsEnd(String example) {
        return example.replaceAll("}$", "");
    }

    @Test
    void theFirst() {
        try (Bus bus = Bus.of("bus:memory:")) {
            bus.connect();
            bus.subscribe("orders", event -> store(event.message()), SubscribeOptions.queue("billing"));
            bus.publish(
                    "orders", Message.of(Map.of("Content-Type", "text/plain"), "two pairs of shoes".getBytes(UTF_8)));
            await().until(() -> stored.size() == 1);
        }
    }

    @Test
    void acknowledging() {
        try (Bus bus = Bus.of("bus:memory:")) {
            bus.connect();
            SubscribeOptions options = SubscribeOptions.queue("billing")
                    .manualAck()
                    .withAckTimeout(Duration.ofSeconds(10))
                    .withRedeliveryDelay(Duration.ofMillis(100));
            bus.subscribe("orders", event -> later(() -> event.ack()), options);
            bus.publish("orders", Message.of("hello"));
        }
    }

    @Test
    void anErrorHandler() {
        BusOptions options = BusOptions.defaults().withErrorHandler(event -> {
            log(event.error().orElseThrow());
            event.ack();
        });
        try (Bus bus = Bus.of("bus:memory:", options)) {
            bus.connect();
            bus.subscribe("orders", event -> {
                throw new IOException("full");
            });
            bus.publish("orders", Message.of("hello"));
            await().until(() -> logged.size() == 1);
        }
    }

    @Test
    void overHttp() {
        String uri = "bus:http://127.0.0.1:0?registry=mdns://127.0.0.1&outbox=" + folder.resolve("outbox");
        try (Bus bus = Bus.of(uri)) {
            bus.connect();
            bus.subscribe("orders", event -> store(event.message()));
            bus.publish("orders", Message.of("two pairs of shoes"));
            await().until(() -> stored.size() == 1);
        }
    }
}
