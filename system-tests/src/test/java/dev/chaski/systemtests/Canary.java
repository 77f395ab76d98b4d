package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;

/** A well-behaved producer and a well-behaved consumer, who must notice nothing of what others do. */
final class Canary implements AutoCloseable {
    private static final String TOPIC = "canary";
    private static final long PERIOD_NS = 10_000_000;
    /** Far above what an unharmed broker needs, and far below any of its time-outs. */
    private static final Duration LATENCY_MAX = Duration.ofSeconds(5);

    private final AtomicInteger published = new AtomicInteger();
    private final AtomicInteger consumed = new AtomicInteger();
    private final AtomicLong slowestNs = new AtomicLong();
    private final AtomicReference<Throwable> harm = new AtomicReference<>();
    private final RawNsq producer;
    private final RawNsq consumer;
    private final Thread publishing;
    private volatile boolean stopped;

    Canary(InetSocketAddress address) throws IOException {
        consumer = RawNsq.connect(address).subscribe(TOPIC, TOPIC).ready(100);
        producer = RawNsq.connect(address);
        Thread.ofPlatform().daemon().name("canary-consumer").start(() -> guard(this::consume));
        publishing = Thread.ofPlatform().daemon().name("canary-producer").start(() -> guard(this::publish));
    }

    private interface Work {
        void run() throws IOException;
    }

    private void guard(Work work) {
        try {
            work.run();
        } catch (IOException | RuntimeException | AssertionError e) {
            if (!stopped) {
                harm.compareAndSet(null, e);
            }
        }
    }

    private void publish() throws IOException {
        while (!stopped) {
            String text = published.get() + ":" + System.nanoTime();
            producer.publish(TOPIC, text.getBytes(StandardCharsets.US_ASCII));
            published.incrementAndGet();
            LockSupport.parkNanos(PERIOD_NS);
        }
    }

    private void consume() throws IOException {
        while (true) {
            RawNsq.Message message = consumer.readMessage();
            String[] parts = message.text().split(":", -1);
            assertThat(Integer.parseInt(parts[0])).as("order of one producer").isEqualTo(consumed.get());
            slowestNs.accumulateAndGet(System.nanoTime() - Long.parseLong(parts[1]), Math::max);
            consumer.finish(message.id());
            consumer.flush();
            consumed.incrementAndGet();
        }
    }

    /** All that was published has arrived, once, in order, and soon enough. */
    void assertUnharmed() throws InterruptedException {
        stopPublishing();
        Awaitility.await().atMost(LATENCY_MAX).until(() -> harm.get() != null || consumed.get() == published.get());
        assertThat(harm.get()).as("what happened to the canary").isNull();
        assertThat(published.get()).as("messages of the canary").isPositive();
        assertThat(Duration.ofNanos(slowestNs.get()))
                .as("slowest message of the canary")
                .isLessThan(LATENCY_MAX);
    }

    /** Goes away, before the broker is stopped. */
    void leave() throws IOException {
        stopped = true;
        producer.close();
        consumer.close();
    }

    private void stopPublishing() throws InterruptedException {
        stopped = true;
        publishing.join(LATENCY_MAX.toMillis());
    }

    @Override
    public void close() throws IOException {
        leave();
    }
}
