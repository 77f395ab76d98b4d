package dev.chaski.bus.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.chaski.bus.Bus;
import dev.chaski.bus.BusException;
import dev.chaski.bus.Capability;
import dev.chaski.bus.Event;
import dev.chaski.bus.Message;
import dev.chaski.bus.SubscribeOptions;
import dev.chaski.bus.Subscription;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.params.XPendingParams;
import redis.clients.jedis.params.XReadGroupParams;
import redis.clients.jedis.resps.StreamEntry;

/** What other clients of the same Redis see and do. */
@Timeout(60)
class RedisWireTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String PASSWORD = "se:cret";

    @TempDir
    static Path folder;

    private static RedisServer server;

    private final String topic = "orders." + UUID.randomUUID();
    private final String stream = "bus:" + topic;
    private final List<Message> got = new CopyOnWriteArrayList<>();
    private Bus bus;
    private Jedis redis;
    private int renewals;
    private long lastIdleMs;

    @BeforeAll
    static void start() throws IOException {
        server = new RedisServer(folder, "--requirepass", PASSWORD);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static String uri(String parameters) {
        return "bus:redis://:se%3Acret@127.0.0.1:" + server.port() + "/2" + parameters;
    }

    @BeforeEach
    void connect() {
        bus = Bus.of(uri("?lease=2"));
        bus.connect();
        redis = new Jedis("127.0.0.1", server.port());
        redis.auth(PASSWORD);
        redis.select(2);
    }

    @AfterEach
    void close() {
        bus.close();
        redis.close();
    }

    private void keep(Event event) {
        got.add(event.message());
    }

    @Test
    void anEntryHasTheBodyAndTheHeaders() {
        bus.publish(topic, Message.of(Map.of("Content-Type", "text/plain", "X", "é"), "hi".getBytes(UTF_8)));
        List<StreamEntry> entries = redis.xrange(stream, "-", "+");
        assertThat(entries).hasSize(1);
        assertThat(entries.getFirst().getFields())
                .isEqualTo(Map.of("body", "hi", "header:Content-Type", "text/plain", "header:X", "é"));
    }

    @Test
    void whatAnotherClientAddsArrivesAndWhatIsNoMessageIsPassedOver() {
        bus.subscribe(topic, this::keep, SubscribeOptions.queue("A"));
        redis.xadd(stream, StreamEntryID.NEW_ENTRY, Map.of("nobody", "knows"));
        redis.xadd(stream, StreamEntryID.NEW_ENTRY, Map.of("body", "b\nc", "header:", "no name"));
        redis.xadd(stream, StreamEntryID.NEW_ENTRY, Map.of("body", "plain", "header:Id", "7", "other", "x"));
        await().atMost(PATIENCE).until(() -> !got.isEmpty());
        assertThat(got).containsExactly(Message.of(Map.of("Id", "7"), "plain".getBytes(UTF_8)));
        await().atMost(PATIENCE).until(() -> redis.xlen(stream) == 0);
    }

    @Test
    void anotherClientIsAMemberOfAQueueAndWhatItDoesNotAcknowledgeComesToUs() {
        bus.subscribe(topic, this::keep, SubscribeOptions.queue("A")).unsubscribe();
        bus.publish(topic, Message.of("theirs"));
        redis.xreadGroup(
                "A",
                "somebody",
                XReadGroupParams.xReadGroupParams().count(1),
                Map.of(stream, StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY));
        bus.subscribe(topic, this::keep, SubscribeOptions.queue("A"));
        await().atMost(PATIENCE).until(() -> got.size() == 1);
        assertThat(got.getFirst().text()).isEqualTo("theirs");
    }

    @Test
    void anEntryGoesWhenEveryGroupIsDoneWithItAndNoSooner() {
        List<Event> slow = new CopyOnWriteArrayList<>();
        bus.subscribe(topic, this::keep, SubscribeOptions.queue("A"));
        bus.subscribe(topic, slow::add, SubscribeOptions.queue("B").manualAck());
        for (String text : List.of("1", "2", "3")) {
            bus.publish(topic, Message.of(text));
        }
        await().atMost(PATIENCE)
                .until(() -> got.size() == 3
                        && slow.size() == 3
                        && redis.xpending(stream, "A").getTotal() == 0);
        assertThat(redis.xlen(stream)).isEqualTo(3);
        // One that is stuck does not hold the others.
        slow.get(1).ack();
        slow.get(2).ack();
        assertThat(redis.xrange(stream, "-", "+"))
                .extracting(entry -> entry.getFields().get("body"))
                .containsExactly("1");
        slow.getFirst().ack();
        assertThat(redis.xlen(stream)).isZero();
    }

    @Test
    void whoGetsEverythingLeavesNothing() {
        bus.subscribe(topic, this::keep, SubscribeOptions.queue("A")).unsubscribe();
        Subscription all = bus.subscribe(topic, this::keep);
        bus.publish(topic, Message.of("hello"));
        await().atMost(PATIENCE).until(() -> got.size() == 1);
        assertThat(redis.keys("alive:bus:*")).hasSize(1);
        all.unsubscribe();
        assertThat(redis.xinfoGroups(stream))
                .extracting(group -> group.getName())
                .containsExactly("A");
        assertThat(redis.keys("alive:bus:*")).isEmpty();
        assertThat(redis.xlen(stream)).isEqualTo(1);
    }

    @Test
    void aSubscriberToEverythingThatDiedIsForgotten() {
        bus.subscribe(topic, this::keep, SubscribeOptions.queue("A"));
        redis.set("alive:bus:dead", "1");
        redis.xgroupCreate(stream, "broadcast:dead", new StreamEntryID(), true);
        bus.publish(topic, Message.of("hello"));
        await().atMost(PATIENCE)
                .until(() -> got.size() == 1 && redis.xpending(stream, "A").getTotal() == 0);
        assertThat(redis.xlen(stream)).isEqualTo(1);
        redis.del("alive:bus:dead");
        await().atMost(PATIENCE).until(() -> redis.xlen(stream) == 0);
        assertThat(redis.xinfoGroups(stream)).hasSize(1);
    }

    @Test
    void whoLivesKeepsWhatItHoldsAndWhoGoesGivesItBack() {
        Subscription slow =
                bus.subscribe(topic, this::keep, SubscribeOptions.queue("A").manualAck());
        bus.publish(topic, Message.of("held"));
        await().atMost(PATIENCE).until(() -> got.size() == 1);
        List<Message> other = new CopyOnWriteArrayList<>();
        bus.subscribe(topic, event -> other.add(event.message()), SubscribeOptions.queue("A"));
        // It is renewed three times in a lease: four times are longer than one.
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> renewed() >= 4);
        assertThat(other).isEmpty();
        slow.unsubscribe();
        await().atMost(PATIENCE).until(() -> other.size() == 1);
    }

    private long idleMs() {
        return redis.xpending(
                        stream,
                        "A",
                        XPendingParams.xPendingParams(StreamEntryID.MINIMUM_ID, StreamEntryID.MAXIMUM_ID, 1))
                .getFirst()
                .getIdleTime();
    }

    /** How often the idle time was seen to go back. */
    private int renewed() {
        long idleMs = idleMs();
        if (idleMs < lastIdleMs) {
            renewals++;
        }
        lastIdleMs = idleMs;
        return renewals;
    }

    @Test
    void aDelayLongerThanTheLeaseIsKept() {
        List<Long> timesNs = new CopyOnWriteArrayList<>();
        bus.subscribe(
                topic,
                event -> {
                    timesNs.add(System.nanoTime());
                    if (timesNs.size() == 1) {
                        event.requeue();
                    }
                },
                SubscribeOptions.queue("A").withRedeliveryDelay(Duration.ofMillis(2_500)));
        bus.publish(topic, Message.of("later"));
        await().atMost(PATIENCE).until(() -> timesNs.size() == 2);
        assertThat(Duration.ofNanos(timesNs.get(1) - timesNs.get(0))).isGreaterThanOrEqualTo(Duration.ofMillis(2_499));
    }

    @Test
    void moreThanMayWaitIsRefused() {
        try (Bus small = Bus.of(uri("?pending=2"))) {
            small.connect();
            small.publish(topic, Message.of("1"));
            small.publish(topic, Message.of("2"));
            assertThatThrownBy(() -> small.publish(topic, Message.of("3")))
                    .isInstanceOf(BusException.class)
                    .hasMessageContaining("2 messages waiting");
        }
        assertThat(redis.xlen(stream)).isEqualTo(2);
    }

    @Test
    void whatIsWrongIsToldWithoutThePassword() {
        int port = server.port();
        refused(uri("?size=3"), "it has prefix, pending, lease, durable");
        refused(uri("?durable=maybe"), "durable yes or no");
        refused(uri("?durable=yes"), "appendonly yes");
        refused("bus:redis:", "bus:redis://HOST:PORT");
        refused("bus:redis://:se%3Acret@127.0.0.1:" + port + "/two", "/two");
        refused("bus:redis://:se%3Acrets@127.0.0.1:" + port, "WRONGPASS");
        refused("bus:redis://127.0.0.1:" + port, "NOAUTH");
        refused("bus:redis://:se%3Acret@127.0.0.1:1", "127.0.0.1:1");
        assertThatThrownBy(() -> bus.subscribe(topic, this::keep, SubscribeOptions.queue("broadcast:x")))
                .hasMessageContaining("must not begin with");
        redis.set("bus:text", "is no stream");
        assertThatThrownBy(() -> bus.publish("text", Message.of("x"))).hasMessageContaining("WRONGTYPE");
    }

    private static void refused(String uri, String why) {
        try (Bus wrong = Bus.of(uri)) {
            assertThatThrownBy(wrong::connect)
                    .isInstanceOf(BusException.class)
                    .hasMessageContaining(why)
                    .satisfies(e -> {
                        for (Throwable each = e; each != null; each = each.getCause()) {
                            assertThat(each.toString()).doesNotContain("cret");
                        }
                    });
        }
    }

    @Test
    void withoutAnAppendOnlyFileNoRestartIsPromised() {
        assertThat(Bus.of(uri("")).capabilities()).doesNotContain(Capability.SURVIVES_RESTART);
    }
}
