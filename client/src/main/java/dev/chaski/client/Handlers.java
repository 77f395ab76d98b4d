package dev.chaski.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    /** What the only handler takes at once: nobody else could begin it earlier. */
    private static final int TAKE_MAX = 256;

    /** Handles what was taken from the queue. */
    interface Work {
        void run(List<Message> messages) throws Exception;
    }

    private final Inbox inbox;
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
        inbox = new Inbox(Math.max(QUEUE_MIN, QUEUE_PER_IN_FLIGHT * settings.inFlightMax()));
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

    /** Hands messages over; waits while there are far too many. */
    void put(List<Message> messages) throws InterruptedException {
        inbox.put(messages);
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
        inbox.drainTo(rest);
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
        List<Message> taken = new ArrayList<>();
        while (!isStopping) {
            try {
                if (batchMax > 1) {
                    inbox.take(taken, batchMax, batchWaitNs);
                    handleTogether(taken);
                } else {
                    inbox.take(taken, threads.size() == 1 ? TAKE_MAX : 1);
                    handleEach(taken);
                }
            } catch (InterruptedException e) {
                LOG.debug("a handler thread was interrupted, closing: {}", isStopping);
                inbox.putBack(taken);
            } finally {
                taken.clear();
            }
        }
    }

    private void handleEach(List<Message> messages) {
        for (int i = 0; i < messages.size(); i++) {
            if (isStopping) {
                inbox.putBack(messages.subList(i, messages.size()));
                return;
            }
            Message next = messages.get(i);
            if (!isOver(next)) {
                handle(List.of(next));
            }
        }
        if (messages.size() > 1) {
            letOthersRun();
        }
    }

    /** Where cores are few, the connection's threads go first: the server can send on while the rest is handled. */
    @SuppressWarnings("ThreadPriorityCheck") // nothing depends on it but speed
    private static void letOthersRun() {
        Thread.yield();
    }

    private void handleTogether(List<Message> messages) {
        messages.removeIf(this::isOver);
        if (!messages.isEmpty()) {
            handle(List.copyOf(messages));
        }
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
