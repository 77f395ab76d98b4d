package dev.chaski.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.chaski.log.LogConfig;
import dev.chaski.log.LogException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each channel gets its own backlog, then the topic's, and nothing of the others. */
@Timeout(60)
class ImporterTest {
    private static final long TIME_NS = 1_600_000_000_000_000_000L;

    @TempDir
    Path folder;

    @TempDir
    Path copies;

    private BrokerConfig config() {
        LogConfig small = new LogConfig(folder, 0, 100, 256 << 10, 256 << 10, 0, 1, 30_000, 0);
        return BrokerConfig.of(small);
    }

    private Importer importer() throws LogException, ImportException {
        return Importer.open(config(), Surroundings.real());
    }

    private static void add(ImportedTopic topic, int attempts, String... bodies) throws LogException {
        for (String body : bodies) {
            topic.add(ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)), TIME_NS, attempts);
        }
    }

    private void importOrders() throws LogException, ImportException {
        try (Importer importer = importer()) {
            ImportedTopic orders = importer.topic("orders", false);
            orders.channel("billing", false);
            add(orders, 0, "b1", "b2");
            orders.channel("idle", false);
            orders.channel("audit", false);
            add(orders, 0, "a1", "a2", "a3");
            orders.everybody();
            add(orders, 0, "t1");
            importer.commit();
        }
    }

    private static List<String> drain(Channel channel, int count) {
        TestConsumer consumer = new TestConsumer(channel, 100, true);
        await().until(() -> consumer.got.size() >= count);
        await().until(() -> channel.stats().inFlightCount() == 0);
        assertThat(channel.stats().depth()).isZero();
        consumer.leave();
        return consumer.bodies();
    }

    @Test
    void aChannelGetsItsOwnBacklogAndThenTheTopics() throws Exception {
        importOrders();
        try (TestBroker broker = new TestBroker(config(), 2)) {
            Channel billing = broker.channel("orders", "billing");
            Channel idle = broker.channel("orders", "idle");
            Channel audit = broker.channel("orders", "audit");
            assertThat(billing.stats().depth()).isEqualTo(3);
            assertThat(idle.stats().depth()).isEqualTo(1);
            assertThat(audit.stats().depth()).isEqualTo(4);
            broker.publish("orders", "new");

            assertThat(drain(billing, 4)).containsExactly("b1", "b2", "t1", "new");
            assertThat(drain(audit, 5)).containsExactly("a1", "a2", "a3", "t1", "new");
            assertThat(drain(idle, 2)).containsExactly("t1", "new");
            assertThat(billing.stats().messageCount()).isEqualTo(4);
        }
    }

    @Test
    void whatIsToBePassedOverIsRememberedOverRestartsAndNewGenerationsOfTheChangeLog() throws Exception {
        importOrders();
        try (TestBroker broker = new TestBroker(config(), 1)) {
            Channel billing = broker.channel("orders", "billing");
            TestConsumer consumer = new TestConsumer(billing, 1, false);
            await().until(() -> !consumer.got.isEmpty());
            consumer.finish(consumer.got.getFirst().id());
            consumer.leave();
            broker.loop(0).ask(() -> {
                billing.wantFullCursor();
                return true;
            });
        }
        try (TestBroker broker = new TestBroker(config(), 2)) {
            assertThat(drain(broker.channel("orders", "audit"), 4)).containsExactly("a1", "a2", "a3", "t1");
            Channel billing = broker.channel("orders", "billing");
            assertThat(billing.stats().depth()).isEqualTo(2);
            assertThat(drain(billing, 2)).containsExactlyInAnyOrder("b2", "t1");
        }
    }

    @Test
    void pausedTopicsKeepTheirBacklogBackAndPausedChannelsAll() throws Exception {
        try (Importer importer = importer()) {
            ImportedTopic orders = importer.topic("orders", true);
            orders.channel("billing", true);
            add(orders, 0, "b1");
            orders.channel("audit", false);
            orders.everybody();
            add(orders, 0, "t1", "t2");
            ImportedTopic lone = importer.topic("lone", false);
            lone.everybody();
            add(lone, 0, "l1");
            importer.commit();
        }
        try (TestBroker broker = new TestBroker(config(), 2)) {
            Topic orders = broker.topic("orders");
            assertThat(orders.stats().isPaused()).isTrue();
            assertThat(orders.stats().depth()).isEqualTo(2);
            Channel billing = broker.channel("orders", "billing");
            assertThat(billing.stats().isPaused()).isTrue();
            assertThat(billing.stats().depth()).isEqualTo(1);
            orders.pause(false).join();
            billing.pause(false).join();
            assertThat(drain(billing, 3)).containsExactly("b1", "t1", "t2");
            assertThat(drain(broker.channel("orders", "audit"), 2)).containsExactly("t1", "t2");
            assertThat(broker.topic("lone").stats().depth()).isEqualTo(1);
            assertThat(drain(broker.channel("lone", "first"), 1)).containsExactly("l1");
        }
    }

    @Test
    void attemptsAndTimesGoOnWhereTheyWere() throws Exception {
        try (Importer importer = importer()) {
            ImportedTopic orders = importer.topic("orders", false);
            orders.channel("billing", false);
            add(orders, 3, "tried");
            add(orders, 0, "fresh");
            add(orders, 65_535, "hopeless");
            importer.commit();
        }
        try (TestBroker broker = new TestBroker(config(), 1)) {
            Channel billing = broker.channel("orders", "billing");
            TestConsumer consumer = new TestConsumer(billing, 10, false);
            await().until(() -> consumer.got.size() == 3);
            assertThat(consumer.got).extracting(TestConsumer.Got::attempts).containsExactly(4, 1, 65_535);
            assertThat(consumer.got).extracting(TestConsumer.Got::timestampNs).containsOnly(TIME_NS);
            List<TestConsumer.Got> first = List.copyOf(consumer.got);
            first.forEach(got -> consumer.requeue(got.id(), 0));
            await().until(() -> consumer.got.size() == 6);
            assertThat(consumer.got.subList(3, 6))
                    .extracting(TestConsumer.Got::attempts)
                    .containsExactlyInAnyOrder(5, 2, 65_535);
        }
    }

    @Test
    void withoutACommitNothingIsThere() throws Exception {
        try (Importer importer = importer()) {
            ImportedTopic orders = importer.topic("orders", false);
            orders.channel("billing", false);
            add(orders, 0, "b1", "b2");
            importer.topic("other", false);
        }
        try (TestBroker broker = new TestBroker(config(), 1)) {
            assertThat(broker.broker().topics()).isEmpty();
            broker.publish("fresh", "1");
            assertThat(drain(broker.channel("fresh", "c"), 1)).containsExactly("1");
        }
        importOrders();
        try (TestBroker broker = new TestBroker(config(), 1)) {
            assertThat(drain(broker.channel("orders", "billing"), 3)).containsExactly("b1", "b2", "t1");
        }
    }

    /** Fails where files move meanwhile. */
    private Path copy() throws IOException {
        Path target = Files.createDirectory(copies.resolve("copy-" + System.nanoTime()));
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(each -> !each.equals(folder)).toList()) {
                Files.copy(file, target.resolve(folder.relativize(file).toString()));
            }
        }
        return target;
    }

    @Test
    void anImportThatIsKilledLeavesNothing() throws Exception {
        AtomicReference<Path> copied = new AtomicReference<>();
        try (Importer importer = importer()) {
            ImportedTopic orders = importer.topic("orders", false);
            orders.channel("billing", false);
            add(
                    orders,
                    0,
                    IntStream.range(0, 10_000).mapToObj(Integer::toString).toArray(String[]::new));
            await().ignoreExceptions().until(() -> {
                copied.set(copy());
                return true;
            });
        }
        Path killed = copied.get();
        assertThat(killed.resolve("streams/0000/0000000001")).isNotEmptyDirectory();
        BrokerConfig config = BrokerConfig.of(LogConfig.of(killed));
        try (TestBroker broker = new TestBroker(config, 1)) {
            assertThat(broker.broker().topics()).isEmpty();
            broker.channel("fresh", "c");
            broker.publish("fresh", "1");
            assertThat(drain(broker.channel("fresh", "c"), 1)).containsExactly("1");
        }
    }

    @Test
    void topicsThatAreThereAreLeftAlone() throws Exception {
        try (TestBroker broker = new TestBroker(config(), 1)) {
            broker.channel("orders", "old");
            broker.publish("orders", "old 1");
            broker.channel("kept", "old");
            broker.publish("kept", "old 2");
        }
        try (Importer importer = importer()) {
            assertThat(importer.hasTopic("orders")).isTrue();
            assertThatThrownBy(() -> importer.topic("orders", false))
                    .isInstanceOf(ImportException.class)
                    .hasMessageContaining("orders");
            ImportedTopic more = importer.topic("more", false);
            more.channel("c", false);
            add(more, 0, "m1");
            importer.commit();
        }
        try (TestBroker broker = new TestBroker(config(), 1)) {
            assertThat(drain(broker.channel("orders", "old"), 1)).containsExactly("old 1");
            assertThat(drain(broker.channel("kept", "old"), 1)).containsExactly("old 2");
            assertThat(drain(broker.channel("more", "c"), 1)).containsExactly("m1");
        }
    }

    @Test
    void aFolderThatABrokerRunsOnIsRefused() {
        try (TestBroker broker = new TestBroker(config(), 1)) {
            broker.topic("t");
            assertThatThrownBy(this::importer).isInstanceOf(LogException.class).hasMessageContaining("in use");
        }
    }

    @Test
    void segmentsThatNobodyHasToReadAreFreedThoughAChannelIsFarBehind() throws Exception {
        String[] many =
                IntStream.range(0, 2000).mapToObj(i -> "x".repeat(1000) + i).toArray(String[]::new);
        try (Importer importer = importer()) {
            ImportedTopic orders = importer.topic("orders", false);
            orders.channel("slow", false);
            add(orders, 0, "s1");
            orders.channel("fast", false);
            add(orders, 0, many);
            orders.everybody();
            add(orders, 0, "t1");
            importer.commit();
        }
        try (TestBroker broker = new TestBroker(config(), 1)) {
            long before = broker.topic("orders").stats().sizeBytes();
            assertThat(before).isGreaterThan(2_000_000);
            assertThat(drain(broker.channel("orders", "fast"), 2001))
                    .hasSize(2001)
                    .contains(many);
            await().until(() -> broker.topic("orders").stats().sizeBytes() < before / 2);
            assertThat(drain(broker.channel("orders", "slow"), 2)).containsExactly("s1", "t1");
        }
    }

    @Test
    void messagesOfANodeThatHadAnotherNumberCanBeFinished() throws Exception {
        importOrders();
        LogConfig moved = new LogConfig(folder, 7, 100, 256 << 10, 256 << 10, 0, 1, 30_000, 0);
        try (TestBroker broker = new TestBroker(BrokerConfig.of(moved), 1)) {
            assertThat(drain(broker.channel("orders", "billing"), 3)).containsExactly("b1", "b2", "t1");
        }
    }

    @Test
    void aChannelThatWasEmptiedGoesOnAfterWhatWasImported() throws Exception {
        importOrders();
        try (TestBroker broker = new TestBroker(config(), 1)) {
            Channel billing = broker.channel("orders", "billing");
            billing.empty().join();
            assertThat(billing.stats().depth()).isZero();
            broker.publish("orders", "new");
            assertThat(drain(billing, 1)).containsExactly("new");
        }
    }

    @Test
    void rangesAreCountedOnceWhereTheTopicDroppedThemToo() throws Exception {
        List<Long> bounds = new ArrayList<>(List.of(10L, 20L, 30L, 40L));
        OffsetRanges ranges =
                OffsetRanges.NONE.with(bounds.get(0), bounds.get(1)).with(bounds.get(2), bounds.get(3));
        ByteBuffer bytes = ByteBuffer.allocate(ranges.sizeBytes());
        ranges.write(bytes);
        assertThat(bytes.hasRemaining()).isFalse();
        OffsetRanges read = OffsetRanges.read(bytes.flip());
        assertThat(read.pass(9)).isEqualTo(9);
        assertThat(read.pass(10)).isEqualTo(20);
        assertThat(read.pass(39)).isEqualTo(40);
        assertThat(read.pass(40)).isEqualTo(40);
        assertThat(read.after(20).pass(10)).isEqualTo(10);
        importOrders();
        try (TestBroker broker = new TestBroker(config(), 1)) {
            var log = broker.topic("orders").log();
            long end = log.endOffset();
            OffsetRanges all = OffsetRanges.NONE.with(0, end);
            assertThat(all.count(log, 0, end)).isEqualTo(6);
            assertThat(all.countBeside(OffsetRanges.NONE, log, 0, end)).isEqualTo(6);
            assertThat(all.countBeside(all, log, 0, end)).isZero();
            assertThat(all.countBeside(OffsetRanges.NONE.with(0, end - 2), log, 0, end))
                    .isEqualTo(2);
        }
    }
}
