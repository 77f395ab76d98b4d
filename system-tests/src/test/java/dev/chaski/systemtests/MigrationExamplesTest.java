package dev.chaski.systemtests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sproutsocial.nsq.DirectSubscriber;
import com.sproutsocial.nsq.MessageDataHandler;
import com.sproutsocial.nsq.Publisher;
import com.sproutsocial.nsq.Subscriber;
import dev.chaski.bus.Bus;
import dev.chaski.bus.Message;
import dev.chaski.bus.SubscribeOptions;
import dev.chaski.client.Consumer;
import dev.chaski.client.Producer;
import dev.chaski.testing.LeavesMessages;
import dev.chaski.testing.NsqAddress;
import dev.chaski.testing.WithChaski;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The examples of the migration pages stand here, word for word, and run: on a broker that is left empty. */
@Timeout(60)
@WithChaski(perMethod = true)
@SuppressWarnings("try") // a consumer works while it is there
class MigrationExamplesTest {
    private static final Path ROOT = Path.of(System.getProperty("chaski.root", ".."));
    private static final Pattern EXAMPLE = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    private final Set<String> billed = ConcurrentHashMap.newKeySet();
    private Set<String> expected = Set.of("one", "two");

    private void bill(byte[] body) {
        billed.add(new String(body, UTF_8));
    }

    /** A program goes on until it is stopped; these until they have shown what they can. */
    private void awaitShutdown() {
        Awaitility.await().until(() -> billed.equals(expected));
    }

    private static String words(String code) {
        return code.replace("\"127.0.0.1:4150\"", "nsqd")
                .replace("\"bus:http://127.0.0.1:0\"", "goMicro")
                .replace("\"bus:nsq://127.0.0.1:4150\"", "\"bus:nsq://\" + nsqd")
                .replaceAll("\\s+", "");
    }

    @Test
    void everyExampleIsInThisTest() throws IOException {
        String here = words(Files.readString(
                ROOT.resolve("system-tests/src/test/java/dev/chaski/systemtests/MigrationExamplesTest.java")));
        Map<String, Integer> pages = Map.of("go-nsq", 1, "nsq-j", 2, "go-micro", 2);
        for (Map.Entry<String, Integer> page : pages.entrySet()) {
            String text = Files.readString(ROOT.resolve("docs/migrating-from-" + page.getKey() + ".md"));
            List<String> examples = EXAMPLE.matcher(text)
                    .results()
                    .map(match -> words(match.group(1)))
                    .toList();
            assertThat(examples)
                    .hasSize(page.getValue())
                    .allSatisfy(example -> assertThat(here).contains(example));
        }
    }

    @Test
    void fromGoNsq(@NsqAddress String nsqd) {
        try (Consumer consumer = Consumer.builder("orders", "billing")
                        .servers(nsqd)
                        .inFlightMax(20)
                        .concurrency(8)
                        .handler(message -> bill(message.body()))
                        .build();
                Producer producer = Producer.of(nsqd)) {
            producer.publish("orders", "one".getBytes(UTF_8));
            producer.publishDeferred("orders", "two".getBytes(UTF_8), Duration.ofMillis(100));
            awaitShutdown();
        }
    }

    /** It sends its finishes up to two seconds late. */
    @Test
    @LeavesMessages
    void nsqjItself(@NsqAddress String nsqd) {
        Subscriber subscriber = new DirectSubscriber(60, nsqd);
        subscriber.setMaxAttempts(6);
        subscriber.subscribe("orders", "billing", (MessageDataHandler) body -> bill(body));
        Publisher publisher = new Publisher(nsqd);
        publisher.publish("orders", "one".getBytes(UTF_8));
        publisher.publishDeferred("orders", "two".getBytes(UTF_8), 100, TimeUnit.MILLISECONDS);
        awaitShutdown();
        publisher.stop();
        subscriber.stop();
    }

    @Test
    void fromNsqj(@NsqAddress String nsqd) {
        try (Consumer consumer = Consumer.builder("orders", "billing")
                        .servers(nsqd)
                        .concurrency(6)
                        .inFlightMax(200)
                        .attemptsMax(5)
                        .handler(message -> bill(message.body()))
                        .build();
                Producer producer = Producer.of(nsqd)) {
            producer.publish("orders", "one".getBytes(UTF_8));
            producer.publishDeferred("orders", "two".getBytes(UTF_8), Duration.ofMillis(100));
            awaitShutdown();
        }
    }

    @Test
    void fromGoMicro() {
        expected = Set.of("one");
        // Not by multicast DNS: others on this machine may be subscribed there, too.
        String goMicro = "bus:http://127.0.0.1:0?registry=memory:" + UUID.randomUUID();
        try (Bus bus = Bus.of(goMicro)) {
            bus.connect();
            bus.subscribe("orders", event -> bill(event.message().body()), SubscribeOptions.queue("billing"));
            bus.publish("orders", Message.of(Map.of("Content-Type", "text/plain"), "one".getBytes(UTF_8)));
            awaitShutdown();
        }
    }

    @Test
    void fromGoMicroToChaski(@NsqAddress String nsqd) {
        expected = Set.of("one");
        try (Bus bus = Bus.of("bus:nsq://" + nsqd)) {
            bus.connect();
            bus.subscribe("orders", event -> bill(event.message().body()), SubscribeOptions.queue("billing"));
            bus.publish("orders", Message.of(Map.of("Content-Type", "text/plain"), "one".getBytes(UTF_8)));
            awaitShutdown();
        }
    }
}
