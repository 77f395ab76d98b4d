package dev.chaski.server.stats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chaski.engine.Broker;
import dev.chaski.engine.BrokerConfig;
import dev.chaski.engine.Loop;
import dev.chaski.engine.PublishListener;
import dev.chaski.log.LogConfig;
import dev.chaski.server.clients.Clients;
import dev.chaski.server.loops.Loops;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What arrives at a real UDP socket. */
@Timeout(60)
class StatsdPusherTest {
    private static final String PREFIX = "nsq.a_host_4151.";

    @TempDir
    private Path folder;

    private Loops loops;
    private Broker broker;
    private JvmMemory memory;
    private DatagramSocket socket;

    @BeforeEach
    void open() throws Exception {
        loops = Loops.start(1);
        broker = Broker.open(BrokerConfig.of(LogConfig.of(folder)), loops.all());
        memory = JvmMemory.watch();
        socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        socket.setSoTimeout(10_000);
        socket.setReceiveBufferSize(1 << 20);
    }

    @AfterEach
    void close() {
        socket.close();
        broker.close();
        loops.close();
        memory.close();
    }

    private StatsdPusher push(long intervalMs, int packetBytes, boolean includeMemory, boolean excludeEphemeral) {
        NodeInfo node = new NodeInfo("1.3.0", "a.host", "a-host", 4151, 4150, 0, 0, 0, 0, 6, "", "");
        Stats stats = new Stats(broker, new Clients(), () -> node, memory, List.of(), InstantSource.system());
        String prefix = StatsdConfig.prefix("nsq.%s", "a.host", 4151);
        StatsdConfig config = new StatsdConfig(
                "127.0.0.1", socket.getLocalPort(), prefix, intervalMs, packetBytes, includeMemory, excludeEphemeral);
        return StatsdPusher.start(config, stats);
    }

    private void publish(String topic, int count) throws Exception {
        Loop loop = loops.all().getFirst();
        var target = broker.topic(topic);
        CompletableFuture<Void> published = new CompletableFuture<>();
        loop.execute(() -> {
            for (int i = 0; i < count; i++) {
                broker.publisher(loop).stage(target, ByteBuffer.wrap(new byte[10]), 0, 10, 0);
            }
            broker.publisher(loop).answer(target, new PublishListener() {
                @Override
                public void published(int publishes) {
                    published.complete(null);
                }

                @Override
                public void refused(int publishes, dev.chaski.engine.BrokerException why) {
                    published.completeExceptionally(why);
                }
            });
        });
        published.join();
    }

    private List<String> packet() throws Exception {
        DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
        socket.receive(packet);
        String text = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
        assertThat(text).endsWith("\n");
        return text.lines().toList();
    }

    /** Lines up to the one that ends a push. */
    private Map<String, String> oneFrom(String last) throws Exception {
        Map<String, String> lines = new HashMap<>();
        while (!lines.containsKey(last)) {
            for (String line : packet()) {
                int colon = line.lastIndexOf(':');
                lines.put(line.substring(0, colon), line.substring(colon + 1));
            }
        }
        return lines;
    }

    @Test
    void countersAreWhatCameSinceAndGaugesWhatIs() throws Exception {
        broker.topic("t").channel("c");
        publish("t", 3);
        try (StatsdPusher _ = push(300, 508, false, false)) {
            Map<String, String> first = oneFrom(PREFIX + "topic.t.channel.c.clients");
            assertThat(first)
                    .containsEntry(PREFIX + "topic.t.message_count", "3|c")
                    .containsEntry(PREFIX + "topic.t.message_bytes", "30|c")
                    .containsEntry(PREFIX + "topic.t.depth", "0|g")
                    .containsEntry(PREFIX + "topic.t.backend_depth", "0|g")
                    .containsEntry(PREFIX + "topic.t.channel.c.message_count", "3|c")
                    .containsEntry(PREFIX + "topic.t.channel.c.depth", "3|g")
                    .containsEntry(PREFIX + "topic.t.channel.c.backend_depth", "3|g")
                    .containsEntry(PREFIX + "topic.t.channel.c.in_flight_count", "0|g")
                    .containsEntry(PREFIX + "topic.t.channel.c.deferred_count", "0|g")
                    .containsEntry(PREFIX + "topic.t.channel.c.requeue_count", "0|c")
                    .containsEntry(PREFIX + "topic.t.channel.c.timeout_count", "0|c")
                    .containsEntry(PREFIX + "topic.t.channel.c.clients", "0|g");
            publish("t", 2);
            long counted = 0;
            while (counted < 2) {
                Map<String, String> next = oneFrom(PREFIX + "topic.t.channel.c.clients");
                String count = next.get(PREFIX + "topic.t.message_count");
                counted += Long.parseLong(count.substring(0, count.indexOf('|')));
                assertThat(next.get(PREFIX + "topic.t.channel.c.depth")).isIn("3|g", "5|g");
            }
            assertThat(counted).isEqualTo(2);
        }
    }

    @Test
    void theHeapIsToldUnderItsNames() throws Exception {
        try (StatsdPusher _ = push(50, 508, true, false)) {
            assertThat(oneFrom(PREFIX + "mem.gc_runs").keySet())
                    .contains(
                            PREFIX + "mem.heap_objects",
                            PREFIX + "mem.heap_idle_bytes",
                            PREFIX + "mem.heap_in_use_bytes",
                            PREFIX + "mem.heap_released_bytes",
                            PREFIX + "mem.gc_pause_usec_100",
                            PREFIX + "mem.gc_pause_usec_99",
                            PREFIX + "mem.gc_pause_usec_95",
                            PREFIX + "mem.next_gc_bytes");
        }
    }

    @Test
    void packetsHoldWholeLinesAndNoMoreThanTheyMay() throws Exception {
        for (int i = 0; i < 100; i++) {
            broker.topic("topic-" + i).channel("c");
        }
        try (StatsdPusher _ = push(200, 300, false, false)) {
            List<String> lines = new ArrayList<>();
            while (lines.size() < 100 * 12) {
                List<String> packet = packet();
                assertThat(packet.stream().mapToInt(line -> line.length() + 1).sum())
                        .isLessThanOrEqualTo(300);
                lines.addAll(packet);
            }
            assertThat(lines.subList(0, 100 * 12)).doesNotHaveDuplicates();
        }
    }

    @Test
    void ephemeralTopicsAndChannelsAreLeftOutWhereAskedTo() throws Exception {
        broker.topic("e#ephemeral").channel("c");
        broker.topic("t").channel("c#ephemeral");
        broker.topic("z").channel("c");
        try (StatsdPusher _ = push(50, 508, false, true)) {
            assertThat(oneFrom(PREFIX + "topic.z.channel.c.clients").keySet())
                    .noneMatch(name -> name.contains("ephemeral"))
                    .contains(PREFIX + "topic.t.depth");
        }
    }

    @Test
    void aPusherThatWasClosedPushesNoMore() throws Exception {
        StatsdPusher pusher = push(50, 508, true, false);
        packet();
        pusher.close();
        socket.setSoTimeout(300);
        int left = 0;
        try {
            while (left < 1000) {
                packet();
                left++;
            }
        } catch (SocketTimeoutException e) {
            assertThat(left).isLessThan(1000);
            return;
        }
        assertThat(left).as("packets after it was closed").isZero();
    }

    @Test
    void thePrefixNamesTheNodeWithoutDotsAndColons() {
        assertThat(StatsdConfig.prefix("nsq.%s", "10.0.0.1", 4151)).isEqualTo("nsq.10_0_0_1_4151.");
        assertThat(StatsdConfig.prefix("mine.", "10.0.0.1", 4151)).isEqualTo("mine.");
        assertThat(StatsdConfig.prefix("", "10.0.0.1", 4151)).isEmpty();
    }
}
