package dev.chaski.bus.nsq;

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
import dev.chaski.bus.contract.BusContract;
import dev.chaski.client.Producer;
import dev.chaski.server.ChannelBacklog;
import dev.chaski.server.Chaski;
import dev.chaski.server.StartException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a broker of ours in this process. */
class NsqBusTest extends BusContract {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    static Path folder;

    private static Chaski chaski;

    @BeforeAll
    static void start() throws StartException {
        chaski = start(0);
    }

    @AfterAll
    static void stop() {
        chaski.close();
    }

    @Override
    protected void restartServer() throws IOException {
        int port = chaski.tcpAddress().getPort();
        chaski.close();
        try {
            chaski = start(port);
        } catch (StartException e) {
            throw new IOException(e);
        }
    }

    private static Chaski start(int port) throws StartException {
        return Chaski.builder().dataPath(folder).tcpAddress("127.0.0.1", port).start();
    }

    @Override
    protected Set<Capability> expected() {
        return EnumSet.complementOf(EnumSet.of(Capability.ORDERED, Capability.ANY_TOPIC));
    }

    @Override
    protected String uri() {
        return "bus:nsq://127.0.0.1:" + chaski.tcpAddress().getPort();
    }

    @Test
    void aPlainNsqClientIsUnderstoodWithTheRawCodecAndPassedOverWithoutIt() {
        List<String> raw = new CopyOnWriteArrayList<>();
        List<String> json = new CopyOnWriteArrayList<>();
        try (Bus plain = Bus.of(uri(), BusOptions.defaults().withCodec(Codecs.RAW));
                Bus bus = Bus.of(uri());
                Producer producer =
                        Producer.of("127.0.0.1:" + chaski.tcpAddress().getPort())) {
            plain.connect();
            bus.connect();
            plain.subscribe(topic, event -> raw.add(event.message().text()), SubscribeOptions.queue("raw"));
            bus.subscribe(topic, event -> json.add(event.message().text()), SubscribeOptions.queue("json"));
            producer.publish(topic, "plain".getBytes(StandardCharsets.UTF_8));
            bus.publish(topic, Message.of("hello"));
            await().until(() -> raw.size() == 2 && json.size() == 1);
            assertThat(raw).contains("plain");
            assertThat(json).containsExactly("hello");
        }
    }

    @Test
    void subscriptionsGoOnWhenTheServerIsBackAndAPublishWaitsForIt() throws Exception {
        List<String> got = new CopyOnWriteArrayList<>();
        try (Bus bus = Bus.of(uri())) {
            bus.connect();
            bus.subscribe(topic, event -> got.add("all " + event.message().text()));
            bus.subscribe(topic, event -> got.add("A " + event.message().text()), SubscribeOptions.queue("A"));
            bus.publish(topic, Message.of("1"));
            await().until(() -> got.size() == 2);
            int port = chaski.tcpAddress().getPort();
            chaski.close();
            Thread patient = Thread.ofVirtual().start(() -> bus.publish(topic, Message.of("2")));
            chaski = start(port);
            patient.join();
            await().atMost(PATIENCE).until(() -> got.contains("A 2"));
            // The channel of a subscription without a queue went with the server: it misses what comes before it is
            // back.
            await().atMost(PATIENCE).until(() -> {
                bus.publish(topic, Message.of("3"));
                return got.contains("all 3");
            });
            assertThat(got).containsOnlyOnce("A 1").containsOnlyOnce("A 2");
        }
    }

    private List<String> channels() {
        return chaski.topics().backlogs().stream()
                .filter(each -> each.topic().equals(topic))
                .flatMap(each -> each.channels().stream())
                .map(ChannelBacklog::channel)
                .toList();
    }

    @Test
    void whoGetsEverythingLeavesNoChannelAndAQueueStays() {
        try (Bus bus = Bus.of(uri())) {
            bus.connect();
            bus.subscribe(topic, event -> {});
            bus.subscribe(topic, event -> {}, SubscribeOptions.queue("A"));
            assertThat(channels()).hasSize(2).contains("A");
        }
        await().untilAsserted(() -> assertThat(channels()).containsExactly("A"));
    }

    @Test
    void namesThatNsqDoesNotTakeAndServersThatAreNotThereAreRefused() {
        try (Bus bus = Bus.of(uri());
                Bus nowhere = Bus.of("bus:nsq://127.0.0.1:1")) {
            bus.connect();
            assertThatThrownBy(() -> bus.publish("a/b", Message.of("x")))
                    .isInstanceOf(BusException.class)
                    .hasMessageContaining("a/b");
            assertThatThrownBy(() -> bus.subscribe("a", event -> {}, SubscribeOptions.queue("b c")))
                    .hasMessageContaining("b c");
            assertThatThrownBy(nowhere::connect)
                    .isInstanceOf(BusException.class)
                    .hasMessageContaining("127.0.0.1:1");
        }
    }
}
