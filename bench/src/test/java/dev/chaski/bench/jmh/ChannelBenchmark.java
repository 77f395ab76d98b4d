package dev.chaski.bench.jmh;

import dev.chaski.engine.Broker;
import dev.chaski.engine.BrokerConfig;
import dev.chaski.engine.BrokerException;
import dev.chaski.engine.Channel;
import dev.chaski.engine.PublishListener;
import dev.chaski.engine.Publisher;
import dev.chaski.engine.Topic;
import dev.chaski.log.LogConfig;
import dev.chaski.log.LogException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Publishes to a topic, delivers through a channel and finishes, on one loop. A score is for one message. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ChannelBenchmark {
    private static final int SIZE_BYTES = 200;
    private static final int MESSAGES = 20_000;

    /** Messages published as one, delivered and finished before the next ones. */
    @Param({"1", "200"})
    private int count;

    private final ByteBuffer body = ByteBuffer.allocateDirect(SIZE_BYTES);
    private final PlainLoop loop = new PlainLoop();
    private final PublishListener listener = new Listener();
    private final Runnable nextRound = this::round;
    private Path folder;
    private Broker broker;
    private Topic topic;
    private Publisher publisher;
    private RoundConsumer consumer;
    private CompletableFuture<Void> done;
    private int left;

    private final class Listener implements PublishListener {
        @Override
        public void published(int publishes) {
            // The consumer tells when it has them.
        }

        @Override
        public void refused(int publishes, BrokerException why) {
            done.completeExceptionally(why);
        }
    }

    /** Opens a broker with one topic, one channel, one consumer. */
    @Setup
    public void open() throws IOException, LogException, BrokerException {
        folder = Folders.create();
        broker = Broker.open(BrokerConfig.of(LogConfig.of(folder)), List.of(loop));
        topic = broker.topic("topic");
        Channel channel = topic.channel("channel");
        publisher = broker.publisher(loop);
        consumer = CompletableFuture.supplyAsync(() -> new RoundConsumer(loop, channel, nextRound), loop)
                .join();
    }

    /** Removes everything. */
    @TearDown
    public void close() throws IOException {
        broker.close();
        loop.close();
        Folders.delete(folder);
    }

    /** Many rounds, on the loop. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public Object publishDeliverFinish() {
        done = new CompletableFuture<>();
        left = MESSAGES;
        loop.execute(nextRound);
        return done.join();
    }

    private void round() {
        if (left == 0) {
            done.complete(null);
            return;
        }
        left -= count;
        consumer.expect(count);
        for (int i = 0; i < count; i++) {
            publisher.stage(topic, body, 0, SIZE_BYTES, 0);
        }
        publisher.answer(topic, listener);
    }
}
