package dev.chaski.systemtests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chaski.client.Consumer;
import dev.chaski.client.ConsumerBuilder;
import dev.chaski.client.Message;
import dev.chaski.client.Producer;
import dev.chaski.client.ProducerBuilder;
import dev.chaski.client.micrometer.ConsumerMetrics;
import dev.chaski.client.micrometer.ProducerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/client.md stand here, word for word, and run. */
@Timeout(120)
class ClientExamplesTest {
    private static final Path ROOT = Path.of(System.getProperty("chaski.root", ".."));
    private static final Pattern EXAMPLE = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    private final Set<String> billed = ConcurrentHashMap.newKeySet();
    private final Set<String> archived = ConcurrentHashMap.newKeySet();
    private final Set<String> shipped = ConcurrentHashMap.newKeySet();

    @TempDir
    private Path data;

    private static String words(String code) {
        return code.replace("\"127.0.0.1:4150\"", "nsqd").replaceAll("\\s+", "");
    }

    @Test
    void everyExampleIsInThisTest() throws IOException {
        Path source = ROOT.resolve("system-tests/src/test/java/dev/chaski/systemtests/ClientExamplesTest.java");
        String here = words(Files.readString(source));
        Matcher examples = EXAMPLE.matcher(Files.readString(ROOT.resolve("docs/client.md")));
        int count = 0;
        while (examples.find()) {
            assertThat(here).contains(words(examples.group(1)));
            count++;
        }
        assertThat(count).isGreaterThanOrEqualTo(6);
        String readme = Files.readString(ROOT.resolve("README.md"));
        int from = readme.indexOf("BlockingQueue<String> seen");
        assertThat(here).contains(words(readme.substring(from, readme.indexOf("```", from))));
    }

    @Test
    void theLinesOfTheReadmePublishAndConsume() throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (BrokerProcess broker = BrokerProcess.start(data)) {
            System.setOut(new PrintStream(printed, true, UTF_8));
            greet("127.0.0.1:" + broker.tcp().getPort());
        } finally {
            System.setOut(before);
        }
        assertThat(printed.toString(UTF_8)).contains("hello");
    }

    @SuppressWarnings("try") // The consumer works by itself.
    private static void greet(String nsqd) throws InterruptedException {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        try (Producer producer = Producer.of(nsqd);
                Consumer consumer = Consumer.builder("greetings", "print")
                        .servers(nsqd)
                        .handler(message -> seen.add(message.text()))
                        .build()) {
            producer.publish("greetings", "hello".getBytes(UTF_8));
            System.out.println(seen.take());
        }
    }

    @Test
    void theExamplesDoWhatTheySay() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(data)) {
            String nsqd = "127.0.0.1:" + broker.tcp().getPort();
            broker.http().must("/topic/create?topic=orders");
            for (String channel : List.of("billing", "archive", "shipping")) {
                broker.http().must("/channel/create?topic=orders&channel=" + channel);
            }
            publish(nsqd);
            consume(nsqd);
            consumeBatches(nsqd);
            consumeByHand(nsqd);
        }
    }

    private static void publish(String nsqd) {
        try (Producer producer = Producer.of(nsqd)) {
            producer.publish("orders", "one".getBytes(UTF_8));
            producer.publishAll("orders", List.of("two".getBytes(UTF_8), "three".getBytes(UTF_8)));
            producer.publishDeferred("orders", "later".getBytes(UTF_8), Duration.ofMillis(100));
            CompletableFuture<Void> answer = producer.publishAsync("orders", "four".getBytes(UTF_8));
            answer.join();
        }
    }

    private void consume(String nsqd) {
        try (Consumer consumer = Consumer.builder("orders", "billing")
                .servers(nsqd)
                .handler(message -> bill(message.text()))
                .build()) {
            awaitShutdown();
            System.out.println(consumer.stats());
        }
    }

    private void consumeBatches(String nsqd) {
        Consumer batches = Consumer.builder("orders", "archive")
                .servers(nsqd)
                .inFlightMax(500)
                .batchHandler(100, Duration.ofMillis(50), messages -> archive(messages))
                .build();
        awaitAll(archived);
        batches.close();
    }

    private void consumeByHand(String nsqd) {
        Consumer manual = Consumer.builder("orders", "shipping")
                .servers(nsqd)
                .inFlightMax(20)
                .manualHandler(
                        message -> ship(message.text()).thenRun(message::finish).exceptionally(failure -> {
                            message.requeue(Duration.ofSeconds(30));
                            return null;
                        }))
                .build();
        awaitAll(shipped);
        Awaitility.await().until(() -> manual.stats().finished() == 5);
        manual.close();
    }

    @Test
    void theSettingsAreThere() {
        ProducerBuilder settings = Producer.builder()
                .hosts("10.0.0.1:4150", "10.0.0.2:4150")
                .resendUnanswered(true)
                .publishTimeout(Duration.ofSeconds(10))
                .tls()
                .snappy()
                .authSecret("sesame");
        ConsumerBuilder found = Consumer.builder("orders", "reports")
                .lookups("10.0.0.1:4161", "10.0.0.2:4161")
                .concurrency(8)
                .messageTimeout(Duration.ofMinutes(5))
                .requeueDelay(Duration.ofSeconds(10), Duration.ofMinutes(5))
                .attemptsMax(5)
                .onGiveUp(message -> putAway(message))
                .handler(message -> report(message.text()));
        assertThat(List.of(settings, found)).doesNotContainNull();
    }

    /** Nobody listens there: figures are shown all the same. */
    @Test
    void theFiguresAreShown() {
        MeterRegistry registry = new SimpleMeterRegistry();
        try (Producer producer = Producer.of("127.0.0.1:1");
                Consumer consumer = Consumer.builder("orders", "billing")
                        .servers("127.0.0.1:1")
                        .handler(message -> report(message.text()))
                        .build()) {
            new ProducerMetrics(producer, Tags.of("name", "orders")).bindTo(registry);
            new ConsumerMetrics(consumer, Tags.of("topic", "orders", "channel", "billing")).bindTo(registry);
            assertThat(registry.get("chaski.producer.connected")
                            .tag("name", "orders")
                            .gauge()
                            .value())
                    .isZero();
            assertThat(registry.get("chaski.consumer.received")
                            .tag("channel", "billing")
                            .functionCounter()
                            .count())
                    .isZero();
        }
    }

    private void bill(String text) {
        billed.add(text);
    }

    private void awaitShutdown() {
        awaitAll(billed);
    }

    private void archive(List<Message> messages) {
        messages.forEach(message -> archived.add(message.text()));
    }

    private CompletableFuture<Void> ship(String text) {
        return CompletableFuture.runAsync(() -> shipped.add(text));
    }

    private static void putAway(Message message) {
        throw new UnsupportedOperationException("not called: " + message);
    }

    private static void report(String text) {
        throw new UnsupportedOperationException("not called: " + text);
    }

    private static void awaitAll(Set<String> seen) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> assertThat(seen).containsExactlyInAnyOrder("one", "two", "three", "later", "four"));
    }
}
