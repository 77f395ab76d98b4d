package dev.chaski.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that handle messages, as many as the consumer's concurrency, and the queue before them. What waits there is
 * bounded: a reader that brings more than connections were allowed to have waits, and with it its server.
 */
final class Handlers {
    private static final Logger LOG = LoggerFactory.getLogger(Handlers.class);
    /** Servers may send more than they were asked for, when the share of a connection shrinks. */
    private static final int QUEUE_PER_IN_FLIGHT = 8;

    private static final int QUEUE_MIN = 1_024;

    /** Handles what was taken from the queue. */
    interface Work {
        void run(List<Message> messages) throws Exception;
    }

    private final BlockingQueue<Message> queue;
    private final Work work;
    private final int batchMax;
    private final long batchWaitNs;
    private final boolean finishes;
    private final int attemptsMax;
    private final @Nullable GiveUpHandler giveUp;
    private final LongAdder givenUp = new LongAdder();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean isStopping;

    Handlers(ConsumerBuilder settings) {
        queue = new LinkedBlockingQueue<>(Math.max(QUEUE_MIN, QUEUE_PER_IN_FLIGHT * settings.inFlightMax()));
        work = settings.work();
        batchMax = settings.batchMax();
        batchWaitNs = settings.batchWait().toNanos();
        finishes = settings.finishes();
        attemptsMax = settings.attemptsMax();
        giveUp = settings.giveUp();
        for (int i = 0; i < settings.concurrency(); i++) {
            threads.add(Thread.ofVirtual().name("chaski-handler-" + i).unstarted(this::run));
        }
    }

    void start() {
        threads.forEach(Thread::start);
    }

    /** Hands a message over; waits while there are far too many. */
    void put(Message message) throws InterruptedException {
        queue.put(message);
    }

    long givenUp() {
        return givenUp.sum();
    }

    /** Begins no other message. */
    void stop() {
        isStopping = true;
        threads.forEach(Thread::interrupt);
    }

    /** Messages whose turn did not come. */
    List<Message> takeRest() {
        List<Message> rest = new ArrayList<>();
        queue.drainTo(rest);
        return rest;
    }

    /** Waits for the threads to end. A handler that does not heed an interrupt is left alone when the time is up. */
    void awaitEnd(Duration timeout) throws InterruptedException {
        long endNs = System.nanoTime() + timeout.toNanos();
        for (Thread thread : threads) {
            if (!thread.join(Duration.ofNanos(Math.max(0, endNs - System.nanoTime())))) {
                LOG.warn("a handler goes on though its consumer is closed: it does not heed an interrupt");
                return;
            }
        }
    }

    private void run() {
        while (!isStopping) {
            try {
                List<Message> messages = take();
                messages.removeIf(this::isOver);
                if (!messages.isEmpty()) {
                    handle(messages);
                }
            } catch (InterruptedException e) {
                LOG.debug("a handler thread was interrupted, closing: {}", isStopping);
            }
        }
    }

    private List<Message> take() throws InterruptedException {
        List<Message> messages = new ArrayList<>();
        messages.add(queue.take());
        long endNs = System.nanoTime() + batchWaitNs;
        while (messages.size() < batchMax) {
            Message next = queue.poll(endNs - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                break;
            }
            messages.add(next);
        }
        return messages;
    }

    /** Whether a message is not to be handled: it comes again in any case, or came too often. */
    private boolean isOver(Message message) {
        if (message.isStale(System.nanoTime())) {
            message.leave();
            return true;
        }
        if (attemptsMax == 0 || message.attempts() <= attemptsMax) {
            return false;
        }
        try {
            LOG.warn("giving up {}", message);
            if (giveUp != null) {
                giveUp.giveUp(message);
            }
            givenUp.increment();
            message.finish();
        } catch (Exception e) {
            LOG.warn("{} could not be given up", message, e);
            message.requeue();
        }
        return true;
    }

    private void handle(List<Message> messages) {
        try {
            work.run(messages);
            if (finishes) {
                messages.forEach(Message::finish);
            }
        } catch (Exception | Error e) {
            String what = messages.size() == 1 ? messages.getFirst().toString() : messages.size() + " messages";
            LOG.warn("{} could not be handled", what, e);
            messages.forEach(this::giveBack);
        }
    }

    /** What the end of the consumer interrupted is nobody's failure. */
    private void giveBack(Message message) {
        if (isStopping) {
            message.postpone(Duration.ZERO);
        } else {
            message.requeue();
        }
    }
}
