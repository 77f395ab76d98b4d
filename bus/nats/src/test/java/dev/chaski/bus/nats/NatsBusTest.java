package dev.chaski.bus.nats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.chaski.bus.Bus;
import dev.chaski.bus.BusException;
import dev.chaski.bus.BusOptions;
import dev.chaski.bus.Capability;
import dev.chaski.bus.Codecs;
import dev.chaski.bus.Message;
import dev.chaski.bus.SubscribeOptions;
import dev.chaski.bus.Subscription;
import dev.chaski.bus.contract.BusContract;
import dev.chaski.bus.contract.ServerProcess;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.Nats;
import io.nats.client.api.ConsumerInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the nats-server on the PATH. */
@SuppressWarnings("try")
class NatsBusTest extends BusContract {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    static Path folder;

    private static ServerProcess server;

    private final List<String> got = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() throws IOException {
        String program = ServerProcess.program("nats-server", "nats-server");
        int port = ServerProcess.freePort();
        server = new ServerProcess(
                folder,
                port,
                List.of(
                        program,
                        "-a",
                        "127.0.0.1",
                        "-p",
                        "" + port,
                        "-js",
                        "-sd",
                        folder.resolve("store").toString()));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    protected void restartServer() throws IOException {
        server.kill();
        server.start();
    }

    @Override
    protected Set<Capability> expected() {
        return EnumSet.allOf(Capability.class);
    }

    @Override
    protected String uri() {
        return "bus:nats://127.0.0.1:" + server.port();
    }

    private static Connection raw() throws IOException, InterruptedException {
        return Nats.connect("nats://127.0.0.1:" + server.port());
    }

    private Bus connected(BusOptions options) {
        Bus bus = Bus.of(uri(), options);
        bus.connect();
        return bus;
    }

    @Test
    void aProgramThatKnowsNoBusReadsAndWritesTheTopicAsASubject() throws Exception {
        List<String> raw = new CopyOnWriteArrayList<>();
        try (Connection connection = raw();
                Bus bus = connected(BusOptions.defaults());
                Bus plain = connected(BusOptions.defaults().withCodec(Codecs.RAW))) {
            connection
                    .createDispatcher(message -> raw.add(new String(message.getData(), UTF_8)))
                    .subscribe(topic);
            connection.flush(PATIENCE);
            bus.publish(topic, Message.of(Map.of("Id", "1"), "hi".getBytes(UTF_8)));
            await().atMost(PATIENCE).until(() -> raw.size() == 1);
            // Go Micro's form.
            assertThat(raw).containsExactly("{\"Header\":{\"Id\":\"1\"},\"Body\":\"aGk=\"}");
            bus.subscribe(topic, event -> got.add(event.message().text()), SubscribeOptions.queue("A"));
            plain.subscribe(topic, event -> got.add("plain " + event.message().text()), SubscribeOptions.queue("B"));
            await().atMost(PATIENCE).until(() -> got.contains("hi"));
            connection.publish(topic, "no JSON".getBytes(UTF_8));
            connection.publish(topic, "{\"Header\":{},\"Body\":\"aGk=\"}".getBytes(UTF_8));
            await().atMost(PATIENCE).until(() -> got.contains("plain no JSON") && got.size() == 4);
            assertThat(got).filteredOn("hi"::equals).hasSize(2);
        }
    }

    @Test
    void whatEveryConsumerHasAcknowledgedIsRemovedAndWhatTheServerHoldsIsBounded() throws Exception {
        try (Connection connection = raw();
                Bus bus = Bus.of(uri() + "?pending=3")) {
            bus.connect();
            JetStreamManagement management = connection.jetStreamManagement();
            bus.publish(topic, Message.of("1"));
            bus.publish(topic, Message.of("2"));
            bus.publish(topic, Message.of("3"));
            assertThatThrownBy(() -> bus.publish(topic, Message.of("4")))
                    .isInstanceOf(BusException.class)
                    .hasMessageContaining("maximum messages");
            Subscription subscription =
                    bus.subscribe(topic, event -> got.add(event.message().text()));
            String stream = NatsNames.stream(topic);
            await().atMost(PATIENCE)
                    .until(() ->
                            management.getStreamInfo(stream).getStreamState().getMsgCount() == 0);
            assertThat(got).containsExactly("1", "2", "3");
            subscription.unsubscribe();
            assertThat(management.getConsumers(stream)).isEmpty();
            bus.publish(topic, Message.of("5"));
            bus.subscribe(topic, event -> got.add(event.message().text()));
            await().atMost(PATIENCE).until(() -> got.size() == 4);
            assertThat(got).containsExactly("1", "2", "3", "5");
        }
    }

    @Test
    void whoSubscribesWhileOthersDoGetsWhatComesThen() {
        try (Bus bus = connected(BusOptions.defaults())) {
            Subscription queue = bus.subscribe(topic, event -> {}, SubscribeOptions.queue("A"));
            queue.unsubscribe();
            bus.publish(topic, Message.of("before"));
            bus.subscribe(topic, event -> got.add(event.message().text()));
            bus.publish(topic, Message.of("after"));
            await().atMost(PATIENCE).until(() -> got.contains("after"));
            assertThat(got).containsExactly("after");
        }
    }

    @Test
    void aSlowHandlerKeepsItsMessagesAndThoseThatWaitBehindIt() throws Exception {
        Duration longerThanTheServerWaits = TopicStream.ACK_WAIT.plusSeconds(2);
        try (Connection connection = raw();
                Bus bus = connected(BusOptions.defaults())) {
            SubscribeOptions options = SubscribeOptions.queue("A").withAckTimeout(PATIENCE);
            bus.subscribe(
                    topic,
                    event -> {
                        if (got.isEmpty()) {
                            Thread.sleep(longerThanTheServerWaits);
                        }
                        got.add(event.message().text());
                    },
                    options);
            bus.publish(topic, Message.of("1"));
            bus.publish(topic, Message.of("2"));
            await().atMost(PATIENCE.plus(PATIENCE)).until(() -> got.size() >= 2);
            ConsumerInfo consumer =
                    connection.jetStreamManagement().getConsumerInfo(NatsNames.stream(topic), NatsNames.consumer("A"));
            assertThat(consumer.getDelivered().getConsumerSequence()).isEqualTo(2);
            assertThat(got).containsExactly("1", "2");
        }
    }

    @Test
    void subscriptionsGoOnWhenTheServerIsBackAndPublishesWaitForItWithinTheirBound() throws Exception {
        try (Bus bus = connected(BusOptions.defaults())) {
            bus.subscribe(topic, event -> got.add(event.message().text()));
            bus.subscribe(topic, event -> got.add(event.message().text()), SubscribeOptions.queue("A"));
            bus.publish(topic, Message.of("1"));
            await().atMost(PATIENCE).until(() -> got.size() == 2);
            server.kill();
            assertThatThrownBy(() -> bus.publish(topic, Message.of("lost")))
                    .isInstanceOf(BusException.class)
                    .hasMessageContaining("not published to " + topic);
            server.start();
            await().atMost(PATIENCE).ignoreExceptions().until(() -> {
                bus.publish(topic, Message.of("2"));
                return true;
            });
            await().atMost(PATIENCE)
                    .until(() -> got.stream().filter("2"::equals).count() >= 2);
            // Only what the dead server had no time to note.
            assertThat(got).filteredOn("1"::equals).hasSizeBetween(2, 4);
        }
    }

    @Test
    void aStreamOrAConsumerThatSomebodyDeletesIsMadeAgain() throws Exception {
        try (Connection connection = raw();
                Bus bus = connected(BusOptions.defaults())) {
            JetStreamManagement management = connection.jetStreamManagement();
            bus.subscribe(topic, event -> got.add(event.message().text()), SubscribeOptions.queue("A"));
            bus.publish(topic, Message.of("1"));
            await().atMost(PATIENCE).until(() -> got.size() == 1);
            management.deleteConsumer(NatsNames.stream(topic), NatsNames.consumer("A"));
            bus.publish(topic, Message.of("2"));
            await().atMost(PATIENCE).until(() -> got.contains("2"));
            management.deleteStream(NatsNames.stream(topic));
            bus.publish(topic, Message.of("3"));
            await().atMost(PATIENCE).until(() -> got.contains("3"));
        }
    }

    @Test
    void aServerThatIsNotThereAndParametersThatAreNoneAreRefused() {
        try (Bus nowhere = Bus.of("bus:nats://me:secret@127.0.0.1:1");
                Bus unnamed = Bus.of("bus:nats:");
                Bus odd = Bus.of(uri() + "?colour=red")) {
            assertThatThrownBy(nowhere::connect)
                    .isInstanceOf(BusException.class)
                    .hasMessageContaining("127.0.0.1:1")
                    .hasMessageNotContaining("secret");
            assertThatThrownBy(unnamed::connect).hasMessageContaining("bus:nats://HOST:PORT");
            assertThatThrownBy(odd::connect)
                    .hasMessageContaining("colour")
                    .hasMessageContaining("servers, pending, replicas");
        }
    }
}
