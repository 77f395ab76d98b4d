package dev.chaski.bus.http;

import dev.chaski.bus.Link;
import dev.chaski.bus.Message;
import dev.chaski.bus.Timers;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A subscription of this node. Requests come on threads of their own; the handler sees one at a time, in their order. */
final class LocalFeed {
    private static final Logger LOG = LoggerFactory.getLogger(LocalFeed.class);
    /** Messages of publishers that do not repeat, which this node keeps until its handler takes them. */
    private static final int KEPT_MAX = 10_000;

    /** A publisher that gave up waiting asks again within seconds, and is to hear what it missed. */
    private static final long REMEMBERED_MS = 10_000;
    /** Nobody gives up sooner. */
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(1);
    /** More than wakes all who wait for room, and with {@code inFlightMax} far from what a semaphore bears. */
    private static final int ROOM_FOR_ALL = 1 << 30;

    private static final long DONE = -1;

    private final String topic;
    private final Link.Receiver receiver;
    private final Semaphore room;
    private final ReentrantLock turn = new ReentrantLock(true);
    /** What was delivered and is not settled, or was done a moment ago, as its publisher calls it. */
    private final Map<String, CompletableFuture<Long>> deliveries = new ConcurrentHashMap<>();

    private final AtomicInteger kept = new AtomicInteger();
    private volatile boolean isClosed;

    LocalFeed(String topic, int inFlightMax, Link.Receiver receiver) {
        this.topic = topic;
        this.receiver = receiver;
        this.room = new Semaphore(inFlightMax, true);
    }

    String topic() {
        return topic;
    }

    /**
     * Runs the handler for a publisher that repeats; where it has the message already, it does not get it twice.
     *
     * @param delivery what the publisher calls it
     * @return completed with {@link #isDone}, or in how many milliseconds it should come again
     */
    CompletableFuture<Long> handle(String delivery, Message message) {
        CompletableFuture<Long> settled = new CompletableFuture<>();
        CompletableFuture<Long> known = deliveries.putIfAbsent(delivery, settled);
        if (known != null) {
            return known;
        }
        long beganNs = System.nanoTime();
        run(message, new Link.Settlement() {
            @Override
            public void ack() {
                settled.complete(DONE);
                if (System.nanoTime() - beganNs < PATIENCE_NS) {
                    deliveries.remove(delivery);
                } else {
                    Timers.after(REMEMBERED_MS, () -> deliveries.remove(delivery));
                }
            }

            @Override
            public void requeue(long delayMs) {
                deliveries.remove(delivery);
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
        room.acquireUninterruptibly();
        Link.Settlement leaving = leaving(settlement);
        turn.lock();
        try {
            if (isClosed) {
                leaving.requeue(0);
            } else {
                receiver.receive(message, leaving);
            }
        } finally {
            turn.unlock();
        }
    }

    /** Makes room for another when it is told. */
    private Link.Settlement leaving(Link.Settlement settlement) {
        return new Link.Settlement() {
            @Override
            public void ack() {
                room.release();
                settlement.ack();
            }

            @Override
            public void requeue(long delayMs) {
                room.release();
                settlement.requeue(delayMs);
            }
        };
    }

    /** What is not settled goes back to who sent it. */
    void close() {
        isClosed = true;
        room.release(ROOM_FOR_ALL);
        deliveries.values().forEach(settled -> settled.complete(0L));
    }
}
