package dev.chaski.bus.http;

import dev.chaski.bus.Link;
import dev.chaski.bus.Message;
import dev.chaski.bus.Timers;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A subscription of this node. Requests come on threads of their own; the handler sees one at a time, in their order. */
final class LocalFeed {
    private static final Logger LOG = LoggerFactory.getLogger(LocalFeed.class);
    /** Messages of publishers that do not repeat, which this node keeps until its handler takes them. */
    private static final int KEPT_MAX = 10_000;

    private static final long DONE = -1;

    private final String topic;
    private final Link.Receiver receiver;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final Map<Long, CompletableFuture<Long>> open = new ConcurrentHashMap<>();
    private final AtomicLong handled = new AtomicLong();
    private final AtomicInteger kept = new AtomicInteger();
    private volatile boolean isClosed;

    LocalFeed(String topic, Link.Receiver receiver) {
        this.topic = topic;
        this.receiver = receiver;
    }

    String topic() {
        return topic;
    }

    /**
     * Runs the handler for a publisher that repeats.
     *
     * @return completed with {@link #isDone}, or in how many milliseconds it should come again
     */
    CompletableFuture<Long> handle(Message message) {
        CompletableFuture<Long> settled = new CompletableFuture<>();
        long number = handled.incrementAndGet();
        open.put(number, settled);
        settled.whenComplete((value, error) -> open.remove(number));
        run(message, new Link.Settlement() {
            @Override
            public void ack() {
                settled.complete(DONE);
            }

            @Override
            public void requeue(long delayMs) {
                settled.complete(delayMs);
            }
        });
        return settled;
    }

    static boolean isDone(long settled) {
        return settled == DONE;
    }

    /** Runs the handler for a publisher that does not repeat: what fails stays here, and comes again. */
    void handleAndKeep(Message message) {
        run(message, new Link.Settlement() {
            @Override
            public void ack() {
                // Nobody waits for it.
            }

            @Override
            public void requeue(long delayMs) {
                keep(message, delayMs);
            }
        });
    }

    private void keep(Message message, long delayMs) {
        if (kept.incrementAndGet() > KEPT_MAX) {
            kept.decrementAndGet();
            LOG.error(
                    "message dropped topic={} kept={}; its handler failed and too many wait already", topic, KEPT_MAX);
            return;
        }
        Timers.after(delayMs, () -> {
            kept.decrementAndGet();
            if (!isClosed) {
                handleAndKeep(message);
            }
        });
    }

    private void run(Message message, Link.Settlement settlement) {
        turn.lock();
        try {
            if (isClosed) {
                settlement.requeue(0);
            } else {
                receiver.receive(message, settlement);
            }
        } finally {
            turn.unlock();
        }
    }

    /** What is not settled goes back to who sent it. */
    void close() {
        isClosed = true;
        open.values().forEach(settled -> settled.complete(0L));
    }
}
