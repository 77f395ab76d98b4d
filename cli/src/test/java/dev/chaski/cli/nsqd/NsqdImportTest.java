package dev.chaski.cli.nsqd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chaski.engine.Broker;
import dev.chaski.engine.BrokerConfig;
import dev.chaski.engine.Channel;
import dev.chaski.engine.Consumer;
import dev.chaski.engine.ImportException;
import dev.chaski.engine.Subscription;
import dev.chaski.engine.Topic;
import dev.chaski.log.LogConfig;
import dev.chaski.log.Region;
import dev.chaski.wire.FrameFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NsqdImportTest {
    @TempDir
    Path folder;

    private Path source;
    private Path target;
    private NsqdFiles files;

    @BeforeEach
    void makeFolders() throws Exception {
        source = Files.createDirectory(folder.resolve("nsqd"));
        target = folder.resolve("data");
        files = new NsqdFiles(source);
    }

    private long run() throws Exception {
        AtomicLong total = new AtomicLong();
        NsqdImport.run(source, BrokerConfig.of(LogConfig.of(target)), new Progress() {
            @Override
            public void at(String topic, @Nullable String channel, long doneBytes, long allBytes) {
                assertThat(doneBytes).isBetween(1L, allBytes);
            }

            @Override
            public void done(String topic, @Nullable String channel, long messages, long bodyBytes, boolean paused) {
                total.addAndGet(messages);
            }

            @Override
            public void note(String line) {
                throw new AssertionError(line);
            }
        });
        return total.get();
    }

    @Test
    void eachChannelGetsItsOwnMessagesAndThoseOfTheTopicAndNoOthers() throws Exception {
        files.topics("""
                [{"name":"t","paused":false,"channels":[
                  {"name":"a","paused":false},{"name":"b","paused":true},
                  {"name":"c","paused":false},{"name":"d","paused":false}]},
                 {"name":"lonely","paused":false,"channels":null}]""");
        files.queue("t", "topic", 30);
        files.queue("t:a", "a", 5_000);
        files.queue("t:b", "b", 700);
        files.queue("t:c", "c", 2_500);
        files.queue("lonely", "alone", 20);

        assertThat(run()).isEqualTo(8_250);

        try (TestLoop loop = new TestLoop();
                Broker broker = Broker.open(BrokerConfig.of(LogConfig.of(target)), List.of(loop))) {
            Topic topic = broker.topic("t");
            assertThat(topic.channel("b").stats().isPaused()).isTrue();
            topic.channel("b").pause(false).join();
            assertThat(bodies(loop, topic.channel("a"), 5_030)).containsExactlyElementsOf(expected("a", 5_000));
            assertThat(bodies(loop, topic.channel("b"), 730)).containsExactlyElementsOf(expected("b", 700));
            assertThat(bodies(loop, topic.channel("c"), 2_530)).containsExactlyElementsOf(expected("c", 2_500));
            assertThat(bodies(loop, topic.channel("d"), 30)).containsExactlyElementsOf(expected("d", 0));
            assertThat(broker.topic("lonely").stats().depth()).isEqualTo(20);
        }
    }

    private static List<String> expected(String channel, int count) {
        List<String> bodies = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            bodies.add(channel + i);
        }
        for (int i = 0; i < 30; i++) {
            bodies.add("topic" + i);
        }
        return bodies;
    }

    /** Takes all that a channel has. */
    private static List<String> bodies(TestLoop loop, Channel channel, int count) {
        Taker taker = new Taker();
        loop.call(() -> {
                    Subscription subscription = channel.subscribe(taker);
                    subscription.ready(100_000);
                    return subscription;
                })
                .join();
        Awaitility.await().until(() -> taker.bodies.size() >= count);
        assertThat(channel.stats().depth()).isZero();
        return List.copyOf(taker.bodies);
    }

    @Test
    void aPausedTopicKeepsItsMessagesToItself() throws Exception {
        files.topics("""
                [{"name":"t","paused":true,"channels":[{"name":"a","paused":false}]}]""");
        files.queue("t", "topic", 30);
        files.queue("t:a", "a", 10);
        run();
        try (TestLoop loop = new TestLoop();
                Broker broker = Broker.open(BrokerConfig.of(LogConfig.of(target)), List.of(loop))) {
            assertThat(broker.topic("t").stats().isPaused()).isTrue();
            assertThat(broker.topic("t").stats().depth()).isEqualTo(30);
            assertThat(broker.topic("t").channel("a").stats().depth()).isEqualTo(10);
        }
    }

    @Test
    void aTopicThatIsThereAlreadyIsNotImportedOver() throws Exception {
        files.topics("[{\"name\":\"t\",\"paused\":false,\"channels\":[]}]");
        run();
        assertThatThrownBy(this::run).isInstanceOf(ImportException.class).hasMessageContaining("names already: t;");
    }

    @Test
    void whatIsNoFolderOfNsqdIsRefused() {
        assertThatThrownBy(this::run).hasMessageContaining("nsqd.dat");
    }

    /** Keeps the bodies it is given. */
    private static final class Taker implements Consumer {
        private final List<String> bodies = Collections.synchronizedList(new ArrayList<>());

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void deliver(Region region, int position, int length, int count, int attempts) {
            int at = position;
            for (int i = 0; i < count; i++) {
                int size = region.bytes().getInt(at);
                byte[] body = new byte[FrameFormat.SIZE_BYTES + size - FrameFormat.BODY_OFFSET];
                region.bytes().get(at + FrameFormat.BODY_OFFSET, body);
                bodies.add(new String(body, StandardCharsets.UTF_8));
                at += FrameFormat.SIZE_BYTES + size;
            }
        }

        @Override
        public void delivered() {}

        @Override
        public void channelClosed() {}

        @Override
        public long msgTimeoutMs() {
            return 600_000;
        }

        @Override
        public int sampleRate() {
            return 0;
        }

        @Override
        public int distance() {
            return 0;
        }

        @Override
        public Map<String, String> labels() {
            return Map.of();
        }
    }
}
