package dev.chaski.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.client.Consumer;
import dev.chaski.client.Message;
import dev.chaski.client.Producer;
import dev.chaski.server.Chaski;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code chaski bridge} between real brokers. */
@Timeout(60)
class BridgeTest {
    private static final Duration TURN = Duration.ofSeconds(20);
    private static final int MANY = 5_000;

    private Chaski from;
    private Chaski to;
    private Producer producer;

    @BeforeEach
    void start() throws Exception {
        from = Chaski.start();
        to = Chaski.start();
        producer = Producer.of(address(from));
    }

    @AfterEach
    void stop() {
        producer.close();
        from.close();
        to.close();
    }

    private static String address(Chaski broker) {
        return "127.0.0.1:" + broker.tcpAddress().getPort();
    }

    private Running bridge(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--nsqd-tcp-address=" + address(from));
        all.add("--consumer-opt=default_requeue_delay,100ms");
        all.add("--consumer-opt=backoff_multiplier,10ms");
        return new Running(
                here -> new BridgeCommand(here.out(), here.err(), here.onSignal::add), all.toArray(String[]::new));
    }

    private void publish(String topic, String... bodies) {
        for (String body : bodies) {
            producer.publish(topic, body.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** What a broker has, as it comes. */
    private static Consumer reading(Chaski broker, String topic, Queue<String> into) {
        return Consumer.builder(topic, "test")
                .servers(address(broker))
                .inFlightMax(500)
                .handler((Message message) -> into.add(message.text()))
                .build();
    }

    @Test
    void allMessagesArriveInTheTopicOfTheDestination() throws Exception {
        Queue<String> arrived = new ConcurrentLinkedQueue<>();
        List<byte[]> bodies = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            bodies.add(("message " + i).getBytes(StandardCharsets.UTF_8));
        }
        producer.publishAll("orders", bodies);
        producer.publishAll("bills", List.of("a bill".getBytes(StandardCharsets.UTF_8)));
        Consumer consumer = reading(to, "copies", arrived);
        try (consumer;
                Running command = bridge(
                        "-topic=orders",
                        "-topic=bills",
                        "-destination-topic=copies",
                        "-destination-nsqd-tcp-address=" + address(to))) {
            await().atMost(TURN).until(() -> new HashSet<>(arrived).size() == MANY + 1);
            assertThat(command.end()).as(command.errors()).isEqualTo(ExitCode.OK);
        }
        assertThat(arrived).contains("message 0", "message 4999", "a bill");
    }

    @Test
    void onlyWhatTheFilterLetsPassArrives() throws Exception {
        Queue<String> arrived = new ConcurrentLinkedQueue<>();
        publish("orders", "{\"kind\":\"a\",\"n\":1,\"secret\":2}", "{\"kind\":\"b\"}", "no json", "{\"kind\":\"a\"}");
        Consumer consumer = reading(to, "orders", arrived);
        try (consumer;
                Running command = bridge(
                        "orders",
                        "--to=" + address(to),
                        "--require-json-field=kind",
                        "--require-json-value=a",
                        "--whitelist-json-field=kind",
                        "--whitelist-json-field=n")) {
            await().atMost(TURN).until(() -> arrived.size() == 2);
            assertThat(command.end()).isEqualTo(ExitCode.OK);
        }
        assertThat(arrived).containsExactlyInAnyOrder("{\"kind\":\"a\",\"n\":1}", "{\"kind\":\"a\"}");
        assertThat(from.topics().backlogs().stream().flatMap(topic -> topic.channels().stream()))
                .allMatch(channel -> channel.waiting() + channel.inFlight() + channel.deferred() == 0);
    }

    @Test
    @SuppressWarnings("try") // closed before its time is over
    void nothingIsLostWhileADestinationIsAway() throws Exception {
        Queue<String> arrived = new ConcurrentLinkedQueue<>();
        try (Chaski other = Chaski.start()) {
            Consumer here = reading(to, "orders", arrived);
            Consumer there = reading(other, "orders", arrived);
            try (here;
                    there;
                    Running command = bridge("orders", "--to=" + address(to), "--to=" + address(other))) {
                publish("orders", "1", "2", "3", "4");
                await().atMost(TURN).until(() -> new HashSet<>(arrived).size() == 4);
                there.close();
                other.close();
                for (int i = 5; i <= 40; i++) {
                    publish("orders", Integer.toString(i));
                }
                await().atMost(TURN).until(() -> new HashSet<>(arrived).size() == 40);
                assertThat(command.end()).isEqualTo(ExitCode.OK);
            }
        }
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() throws Exception {
        assertRefused("name a topic", "--to=127.0.0.1:1");
        assertRefused("name a destination", "orders");
        assertRefused("would go round in a circle", "orders", "--to=" + address(from));
        assertRefused("needs --require-json-field", "orders", "--to=127.0.0.1:1", "--require-json-value=x");
        assertRefused("not a valid name of a topic", "orders", "--to=127.0.0.1:1", "--destination-topic=a b");
        assertRefused("there is no such setting", "orders", "--to=127.0.0.1:1", "--producer-opt=max_in_flight,3");
    }

    private void assertRefused(String why, String... arguments) throws Exception {
        try (Running command = bridge(arguments)) {
            assertThat(command.awaitExit()).as(command.errors()).isEqualTo(ExitCode.USAGE);
            assertThat(command.errors()).contains(why);
        }
    }
}
