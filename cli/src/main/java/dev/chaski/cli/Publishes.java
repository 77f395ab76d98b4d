package dev.chaski.cli;

import dev.chaski.client.Producer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Many publishes under way at a time; stops at the first that fails. One thread adds, others answer. */
final class Publishes implements AutoCloseable {
    private static final double NS_PER_S = 1e9;
    /** Well below what a broker takes in one command, if it is not set to less than a fifth of what is usual. */
    private static final int BATCH_BYTES_MAX = 1 << 20;
    /** The producer is closed by then, and every answer decided. */
    private static final long COUNTING_NS_MAX = TimeUnit.SECONDS.toNanos(10);

    private static final long COUNTING_STEP_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Producer producer;
    private final String topic;
    private final Duration defer;
    private final double rate;
    private final int batchMax;
    private final List<byte[]> batch = new ArrayList<>();
    private final long sinceNs = System.nanoTime();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();
    private final AtomicLong answered = new AtomicLong();
    private long batchBytes;
    private long sent;
    private long added;
    private long empty;

    /**
     * Publishes by a producer, which it closes.
     *
     * @param rate messages a second, 0 for as fast as answers come
     * @param batchMax messages that are published together, 1 for each alone
     */
    Publishes(Producer producer, String topic, Duration defer, double rate, int batchMax) {
        this.producer = producer;
        this.topic = topic;
        this.defer = defer;
        this.rate = rate;
        this.batchMax = batchMax;
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
        if (batchMax > 1) {
            addToBatch(body);
            return true;
        }
        long number = ++added;
        sent++;
        CompletableFuture<@Nullable Void> answer =
                defer.isZero() ? producer.publishAsync(topic, body) : producer.publishDeferredAsync(topic, body, defer);
        answer.whenComplete((nothing, thrown) -> answered("message " + number + " was", 1, thrown));
        return true;
    }

    private void addToBatch(byte[] body) {
        if (batchBytes + body.length > BATCH_BYTES_MAX) {
            send();
        }
        added++;
        batch.add(body);
        batchBytes += body.length;
        if (batch.size() == batchMax) {
            send();
        }
    }

    /** Publishes what was collected for a batch. */
    void send() {
        int count = batch.size();
        if (count == 0) {
            return;
        }
        String which = "messages " + (added - count + 1) + " to " + added + " were";
        CompletableFuture<@Nullable Void> answer = producer.publishAllAsync(topic, List.copyOf(batch));
        answer.whenComplete((nothing, thrown) -> answered(which, count, thrown));
        sent += count;
        batch.clear();
        batchBytes = 0;
    }

    private void awaitTurn() {
        if (rate > 0) {
            long dueNs = sinceNs + (long) (added * NS_PER_S / rate);
            for (long left = dueNs - System.nanoTime(); left > 0; left = dueNs - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }
    }

    private void answered(String which, int count, @Nullable Throwable thrown) {
        if (thrown == null) {
            acknowledged.addAndGet(count);
        } else {
            failed(which, thrown);
        }
        answered.addAndGet(count);
    }

    private void failed(String which, Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        failure.compareAndSet(null, which + " not published: " + cause.getMessage());
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

    /** Waits for the answers that are still on their way, and until they were counted: other threads do that. */
    @Override
    public void close() {
        producer.close();
        long sinceNs = System.nanoTime();
        while (answered.get() < sent && System.nanoTime() - sinceNs < COUNTING_NS_MAX) {
            LockSupport.parkNanos(COUNTING_STEP_NS);
        }
        if (answered.get() < sent) {
            failure.compareAndSet(null, "not all messages were answered");
        }
    }
}
