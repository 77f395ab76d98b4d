package dev.chaski.bus.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.chaski.bus.Bus;
import dev.chaski.bus.BusException;
import dev.chaski.bus.Capability;
import dev.chaski.bus.Message;
import dev.chaski.bus.SubscribeOptions;
import dev.chaski.bus.contract.BusContract;
import dev.chaski.bus.contract.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the mosquitto on the PATH. */
class MqttBusTest extends BusContract {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    static Path folder;

    private static ServerProcess server;

    private final List<String> got = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() throws IOException {
        server = Mosquitto.start(folder, "allow_anonymous true", "persistence true");
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
        return EnumSet.of(
                Capability.BETWEEN_PROCESSES, Capability.REDELIVERS, Capability.ORDERED, Capability.ANY_TOPIC);
    }

    @Override
    protected String uri() {
        return "bus:mqtt://127.0.0.1:" + server.port();
    }

    private Bus connected() {
        Bus bus = Bus.of(uri());
        bus.connect();
        return bus;
    }

    /** A client that knows no bus. */
    private static final class Raw implements MqttCallback, AutoCloseable {
        final List<MqttMessage> arrived = new CopyOnWriteArrayList<>();
        private final MqttAsyncClient client;

        Raw() throws MqttException {
            client = new MqttAsyncClient("tcp://127.0.0.1:" + server.port(), "raw", new MemoryPersistence());
            client.setCallback(this);
            client.connect().waitForCompletion(10_000);
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            arrived.add(message);
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {}

        @Override
        public void mqttErrorOccurred(MqttException e) {}

        @Override
        public void deliveryComplete(IMqttToken token) {}

        @Override
        public void connectComplete(boolean isReconnect, String uri) {}

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {}

        @Override
        public void close() throws MqttException {
            client.disconnect().waitForCompletion(10_000);
            client.close();
        }
    }

    @Test
    void aClientThatKnowsNoBusSeesBodiesAndUserPropertiesAndIsSeen() throws Exception {
        List<Message> messages = new CopyOnWriteArrayList<>();
        try (Raw raw = new Raw();
                Bus bus = connected()) {
            raw.client.subscribe(topic, 1).waitForCompletion(10_000);
            bus.subscribe(topic, event -> messages.add(event.message()));
            bus.publish(topic, Message.of(Map.of("Id", "1"), "hi".getBytes(UTF_8)));
            await().atMost(PATIENCE).until(() -> raw.arrived.size() == 1);
            MqttMessage seen = raw.arrived.getFirst();
            assertThat(seen.getPayload()).isEqualTo("hi".getBytes(UTF_8));
            assertThat(seen.getQos()).isEqualTo(1);
            assertThat(seen.isRetained()).isFalse();
            assertThat(seen.getProperties().getUserProperties())
                    .extracting(UserProperty::getKey, UserProperty::getValue)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple("Id", "1"));

            MqttProperties properties = new MqttProperties();
            properties.setUserProperties(List.of(new UserProperty("From", "raw"), new UserProperty("", "none")));
            for (int qos = 0; qos < 2; qos++) {
                raw.client
                        .publish(topic, new MqttMessage("raw".getBytes(UTF_8), qos, false, properties))
                        .waitForCompletion(10_000);
            }
            await().atMost(PATIENCE).until(() -> messages.size() == 3);
            Message expected = Message.of(Map.of("From", "raw"), "raw".getBytes(UTF_8));
            assertThat(messages.subList(1, 3)).containsExactly(expected, expected);
        }
    }

    @Test
    void aQueueIsASharedSubscriptionThatOtherClientsShare() throws Exception {
        try (Raw raw = new Raw();
                Bus bus = connected()) {
            raw.client.subscribe("$share/A/" + topic, 1).waitForCompletion(10_000);
            bus.subscribe(topic, event -> got.add(event.message().text()), SubscribeOptions.queue("A"));
            for (int i = 0; i < 20; i++) {
                bus.publish(topic, Message.of("message " + i));
            }
            await().atMost(PATIENCE).until(() -> got.size() + raw.arrived.size() == 20);
            assertThat(got).isNotEmpty();
            assertThat(raw.arrived).isNotEmpty();
        }
    }

    @Test
    void noMoreIsInFlightThanMayBe() {
        try (Bus bus = connected()) {
            SubscribeOptions options =
                    SubscribeOptions.queue("A").manualAck().withInFlightMax(2).withAckTimeout(PATIENCE);
            List<dev.chaski.bus.Event> events = new CopyOnWriteArrayList<>();
            bus.subscribe(topic, events::add, options);
            for (int i = 0; i < 4; i++) {
                bus.publish(topic, Message.of("message " + i));
            }
            await().atMost(PATIENCE).until(() -> events.size() == 2);
            events.getFirst().ack();
            await().atMost(PATIENCE).until(() -> events.size() == 3);
            assertThat(events.get(2).message().text()).isEqualTo("message 2");
            events.forEach(dev.chaski.bus.Event::ack);
            await().atMost(PATIENCE).until(() -> events.size() == 4);
            events.get(3).ack();
        }
    }

    @Test
    void aSessionThatTheServerKeepsGoesOnWithWhatItHeldAndNothingIsHandledTwiceMeanwhile() throws Exception {
        try (Bus bus = connected()) {
            List<dev.chaski.bus.Event> events = new CopyOnWriteArrayList<>();
            bus.subscribe(
                    topic, events::add, SubscribeOptions.queue("A").manualAck().withAckTimeout(PATIENCE));
            bus.publish(topic, Message.of("held"));
            await().atMost(PATIENCE).until(() -> events.size() == 1);
            // It writes what it has to its disk.
            server.stop();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThatThrownBy(() -> bus.publish(topic, Message.of("lost")))
                            .isInstanceOf(BusException.class)
                            .hasMessageContaining("lost"));
            server.start();
            await().atMost(PATIENCE).ignoreExceptions().until(() -> {
                bus.publish(topic, Message.of("next"));
                return true;
            });
            await().atMost(PATIENCE).until(() -> events.size() >= 2);
            assertThat(events).extracting(event -> event.message().text()).containsExactly("held", "next");
            assertThat(events).allSatisfy(event -> assertThat(event.ack()).isTrue());
        }
    }

    @Test
    void aSubscriptionThatTheServerForgotIsMadeAgain() throws Exception {
        try (Bus bus = connected()) {
            bus.subscribe(topic, event -> got.add(event.message().text()));
            bus.subscribe(topic, event -> got.add("queue " + event.message().text()), SubscribeOptions.queue("A"));
            server.kill();
            server.start();
            await().atMost(PATIENCE).ignoreExceptions().until(() -> {
                bus.publish(topic, Message.of("again"));
                return got.contains("again") && got.contains("queue again");
            });
        }
    }

    @Test
    void whatMqttCannotCarryIsRefused() {
        try (Bus bus = connected();
                Bus nowhere = Bus.of("bus:mqtt://me:secret@127.0.0.1:1");
                Bus unnamed = Bus.of("bus:mqtt:");
                Bus odd = Bus.of(uri() + "?colour=red")) {
            Message lines = Message.of(Map.of("Lines", "a\nb"), new byte[0]);
            assertThatThrownBy(() -> bus.publish(topic, lines))
                    .isInstanceOf(BusException.class)
                    .hasMessageContaining("Lines");
            assertThatThrownBy(nowhere::connect)
                    .isInstanceOf(BusException.class)
                    .hasMessageContaining("127.0.0.1:1")
                    .hasMessageNotContaining("secret");
            assertThatThrownBy(unnamed::connect).hasMessageContaining("bus:mqtt://HOST:PORT");
            assertThatThrownBy(odd::connect).hasMessageContaining("colour").hasMessageContaining("session");
        }
    }

    @Test
    void aTopicOfManyLevelsWorks() {
        String deep = "/".repeat(900) + topic;
        try (Bus bus = connected()) {
            bus.subscribe(deep, event -> got.add(event.message().text()), SubscribeOptions.queue("a/+#%"));
            bus.publish(deep, Message.of("deep"));
            await().atMost(PATIENCE).until(() -> got.equals(List.of("deep")));
        }
    }
}
