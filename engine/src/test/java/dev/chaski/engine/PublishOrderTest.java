package dev.chaski.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.log.Disk;
import dev.chaski.log.LogConfig;
import dev.chaski.log.faults.FailingDisk;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Answers tell a connection what became of its publishes in their order: else one believes kept what was refused. */
@Timeout(60)
class PublishOrderTest {
    @TempDir
    Path folder;

    private final FailingDisk disk = new FailingDisk(Disk.real());
    private final List<String> answers = new CopyOnWriteArrayList<>();
    private TestBroker broker;

    @BeforeEach
    void open() {
        broker = new TestBroker(BrokerConfig.of(LogConfig.of(folder)), 2, disk);
    }

    @AfterEach
    void close() {
        broker.close();
    }

    private void publish(int loop, String topic, String body) {
        Topic target = broker.topic(topic);
        broker.loop(loop)
                .execute(() -> stage(broker.broker().publisher(broker.loop(loop)), target, body, answer(body)));
    }

    private PublishListener answer(String name) {
        return new PublishListener() {
            @Override
            public void published(int publishes) {
                answers.add(name);
            }

            @Override
            public void refused(int publishes, BrokerException why) {
                answers.add(name + " refused");
            }
        };
    }

    private static void stage(Publisher publisher, Topic topic, String body, PublishListener listener) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        publisher.stage(topic, ByteBuffer.wrap(bytes), 0, bytes.length, 0);
        publisher.answer(topic, listener);
    }

    @Test
    void anAnswerDoesNotOvertakeThoseBeforeItThatAnotherLoopHasYetToWrite() throws InterruptedException {
        broker.topic("shared");
        broker.topic("own");
        CountDownLatch isWriting = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        disk.watchWrites((path, bytes) -> {
            if (StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString().contains("slow")) {
                isWriting.countDown();
                awaitUnchecked(goOn);
            }
        });
        publish(1, "shared", "slow");
        isWriting.await();
        try {
            publish(0, "shared", "first");
            publish(0, "own", "second");
            publish(0, "own", "third");
            broker.loop(0).ask(() -> true);
            broker.loop(0).ask(() -> true);
            assertThat(answers).isEmpty();
        } finally {
            goOn.countDown();
        }
        await().until(() -> answers.size() == 4);
        assertThat(answers).containsSubsequence("first", "second", "third");
    }

    @Test
    void aListenerThatFailsHarmsNobodyElse() {
        Topic topic = broker.topic("t");
        broker.loop(0).execute(() -> {
            Publisher publisher = broker.broker().publisher(broker.loop(0));
            stage(publisher, topic, "bad", new PublishListener() {
                @Override
                public void published(int publishes) {
                    throw new IllegalStateException("a listener's mistake");
                }

                @Override
                public void refused(int publishes, BrokerException why) {}
            });
            stage(publisher, topic, "good", answer("good"));
        });
        await().until(() -> answers.contains("good"));
        publish(1, "t", "other");
        await().until(() -> answers.contains("other"));
    }

    @Test
    void aBatchThatTheLogCannotTakeIsRefusedAndTheNextIsStored() {
        Topic topic = broker.topic("t");
        broker.loop(0).execute(() -> {
            Publisher publisher = broker.broker().publisher(broker.loop(0));
            stageMany(publisher, topic, (1 << 20) + 1, answer("too many"));
        });
        publish(0, "t", "next");
        await().until(() -> answers.size() == 2);
        assertThat(answers).isEqualTo(List.of("too many refused", "next"));
    }

    @Test
    void aBatchAtWhichTheLogFailsUnexpectedlyIsRefusedAndTheNextIsStored() {
        broker.topic("t");
        disk.watchWrites((path, bytes) -> {
            if (StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString().contains("unlucky")) {
                throw new IllegalStateException("a mistake below");
            }
        });
        publish(0, "t", "unlucky");
        await().until(() -> answers.size() == 1);
        publish(0, "t", "next");
        publish(0, "other", "last");
        await().until(() -> answers.size() == 3);
        assertThat(answers).containsExactly("unlucky refused", "next", "last");
    }

    @Test
    void aPublishOfAsManyMessagesAsTheLogTakesHarmsNoNeighbour() {
        Topic topic = broker.topic("t");
        broker.loop(0).execute(() -> {
            Publisher publisher = broker.broker().publisher(broker.loop(0));
            stage(publisher, topic, "before", answer("before"));
            stageMany(publisher, topic, 1 << 20, answer("many"));
            stage(publisher, topic, "between", answer("between"));
            stageMany(publisher, topic, (1 << 20) + 1, answer("too many"));
            stage(publisher, topic, "after", answer("after"));
        });
        await().until(() -> answers.size() == 5);
        assertThat(answers).isEqualTo(List.of("before", "many", "between", "too many refused", "after"));
        assertThat(topic.stats().messageCount()).isEqualTo(3 + (1 << 20));
    }

    private static void stageMany(Publisher publisher, Topic topic, int count, PublishListener listener) {
        ByteBuffer body = ByteBuffer.wrap(new byte[] {'x'});
        publisher.expect(topic, count);
        for (int i = 0; i < count; i++) {
            publisher.stage(topic, body, 0, 1, 0);
        }
        publisher.answer(topic, listener);
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
