package dev.chaski.cli;

import dev.chaski.client.Producer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Many publishes under way at a time; stops at the first that fails. One thread adds, others answer. */
final class Publishes implements AutoCloseable {
    private static final double NS_PER_S = 1e9;

    private final Producer producer;
    private final String topic;
    private final Duration defer;
    private final double rate;
    private final long sinceNs = System.nanoTime();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();
    private long added;
    private long empty;

    /**
     * Publishes by a producer, which it closes.
     *
     * @param rate messages a second, 0 for as fast as answers come
     */
    Publishes(Producer producer, String topic, Duration defer, double rate) {
        this.producer = producer;
        this.topic = topic;
        this.defer = defer;
        this.rate = rate;
    }

    /**
     * Publishes one, and waits where too many are under way. An empty one is left out: the protocol knows none.
     *
     * @return false where one failed: then there is no sense in more
     * @throws IllegalArgumentException where the topic's name is not valid
     */
    boolean add(byte[] body) {
        if (failure.get() != null) {
            return false;
        }
        if (body.length == 0) {
            empty++;
            return true;
        }
        awaitTurn();
        long number = ++added;
        CompletableFuture<@Nullable Void> answer =
                defer.isZero() ? producer.publishAsync(topic, body) : producer.publishDeferredAsync(topic, body, defer);
        answer.whenComplete((nothing, thrown) -> answered(number, thrown));
        return true;
    }

    private void awaitTurn() {
        if (rate > 0) {
            long dueNs = sinceNs + (long) (added * NS_PER_S / rate);
            for (long left = dueNs - System.nanoTime(); left > 0; left = dueNs - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }
    }

    private void answered(long number, @Nullable Throwable thrown) {
        if (thrown == null) {
            acknowledged.incrementAndGet();
            return;
        }
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        failure.compareAndSet(null, "message " + number + " was not published: " + cause.getMessage());
    }

    long acknowledged() {
        return acknowledged.get();
    }

    long empty() {
        return empty;
    }

    /** What went wrong first, null where nothing did. */
    @Nullable
    String failure() {
        return failure.get();
    }

    /** Waits for the answers that are still on their way. */
    @Override
    public void close() {
        producer.close();
    }
}
