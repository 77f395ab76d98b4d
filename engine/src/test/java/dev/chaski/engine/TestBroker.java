package dev.chaski.engine;

import dev.chaski.log.Disk;
import dev.chaski.log.LogConfig;
import dev.chaski.log.LogException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** A broker on real files with loops of plain threads, which can be closed and opened again. */
final class TestBroker implements AutoCloseable {
    private final List<TestLoop> loops;
    private final Broker broker;

    /** What the wall clock is ahead of the machine's, in milliseconds. */
    final AtomicLong aheadMs = new AtomicLong();

    TestBroker(BrokerConfig config, int loopCount) {
        this(config, loopCount, Disk.real());
    }

    TestBroker(BrokerConfig config, int loopCount, Disk disk) {
        loops = IntStream.range(0, loopCount).mapToObj(_ -> new TestLoop()).toList();
        Surroundings real = Surroundings.real();
        Surroundings surroundings =
                new Surroundings(disk, () -> real.wallMs().getAsLong() + aheadMs.get(), real.monotonicMs());
        try {
            broker = Broker.open(config, loops, surroundings);
        } catch (LogException e) {
            throw new IllegalStateException(e);
        }
    }

    static TestBroker open(Path folder) {
        return new TestBroker(BrokerConfig.of(LogConfig.of(folder)), 2);
    }

    TestLoop loop(int index) {
        return loops.get(index);
    }

    Broker broker() {
        return broker;
    }

    Topic topic(String name) {
        try {
            return broker.topic(name);
        } catch (BrokerException e) {
            throw new IllegalStateException(e);
        }
    }

    Channel channel(String topic, String name) {
        try {
            return topic(topic).channel(name);
        } catch (BrokerException e) {
            throw new IllegalStateException(e);
        }
    }

    void publish(String topic, String... bodies) {
        publishDeferred(topic, 0, bodies);
    }

    /** Publishes as one and waits for the answer. */
    void publishDeferred(String topic, long deferMs, String... bodies) {
        Topic target = topic(topic);
        TestLoop loop = loops.get(0);
        CompletableFuture<Void> answer = new CompletableFuture<>();
        loop.execute(() -> {
            Publisher publisher = broker.publisher(loop);
            for (String body : bodies) {
                byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                publisher.stage(target, ByteBuffer.wrap(bytes), 0, bytes.length, deferMs);
            }
            publisher.answer(target, new PublishListener() {
                @Override
                public void published(int publishes) {
                    answer.complete(null);
                }

                @Override
                public void refused(int publishes, BrokerException why) {
                    answer.completeExceptionally(why);
                }
            });
        });
        answer.join();
    }

    @Override
    public void close() {
        broker.close();
        loops.forEach(TestLoop::close);
    }
}
