package dev.chaski.bus.http;

import dev.chaski.registry.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers what is owed to one target, one message at a time and in order, on its own virtual thread. A message that a
 * handler refused comes again after its delay, and lets others pass meanwhile; while nobody can be reached all wait.
 */
final class Sender {
    private static final Logger LOG = LoggerFactory.getLogger(Sender.class);
    private static final long BACKOFF_MIN_MS = 50;
    private static final long BACKOFF_MAX_MS = 2_000;
    /** A broadcast subscription that the registry does not know for so long will not come back. */
    private static final long ABSENCE_MS = 10_000;

    private final Target target;
    private final String publisher = UUID.randomUUID() + "-";
    private final Outbox outbox;
    private final Directory directory;
    private final Poster poster;
    private final Semaphore news = new Semaphore(0);
    private final Thread thread;
    /** When what was refused is due, by its number. */
    private final Map<Long, Long> refusedDueNs = new TreeMap<>();

    private long backoffMs = BACKOFF_MIN_MS;
    private long absentSinceNs;
    private boolean isAbsent;

    Sender(Target target, Outbox outbox, Directory directory, Poster poster) {
        this.target = target;
        this.outbox = outbox;
        this.directory = directory;
        this.poster = poster;
        this.thread = Thread.ofVirtual().name("bus-http-" + target.topic()).start(this::run);
    }

    /** Something is owed, or the registry has told something new. */
    void wake() {
        news.release();
    }

    void stop() {
        thread.interrupt();
    }

    private void run() {
        try {
            while (true) {
                Long number = due();
                if (number == null) {
                    await(untilNextRefusedMs());
                } else {
                    deliver(number);
                }
            }
        } catch (InterruptedException e) {
            // The bus is disconnected; what is owed stays in the outbox.
        } catch (RuntimeException e) {
            LOG.error("delivery stopped topic={} queue={}", target.topic(), target.version(), e);
        }
    }

    /** What was refused and is due, or else the first that was not tried, or null. */
    private @Nullable Long due() {
        long nowNs = System.nanoTime();
        for (Map.Entry<Long, Long> refused : refusedDueNs.entrySet()) {
            if (refused.getValue() - nowNs <= 0) {
                return refused.getKey();
            }
        }
        Long number = outbox.next(target, 0);
        while (number != null && refusedDueNs.containsKey(number)) {
            number = outbox.next(target, number);
        }
        return number;
    }

    private long untilNextRefusedMs() {
        long nowNs = System.nanoTime();
        long untilNs = TimeUnit.HOURS.toNanos(1);
        for (long dueNs : refusedDueNs.values()) {
            untilNs = Math.min(untilNs, dueNs - nowNs);
        }
        return TimeUnit.NANOSECONDS.toMillis(untilNs) + 1;
    }

    private void await(long limitMs) throws InterruptedException {
        if (news.tryAcquire(limitMs, TimeUnit.MILLISECONDS)) {
            news.drainPermits();
        }
    }

    private void deliver(long number) throws InterruptedException {
        byte[] body = outbox.body(number);
        if (body == null) {
            refusedDueNs.remove(number);
            return;
        }
        List<Node> nodes = new ArrayList<>(directory.nodes(target));
        Collections.shuffle(nodes);
        for (Node node : nodes) {
            Poster.Outcome outcome = poster.post(node, publisher + number, body);
            switch (outcome.kind()) {
                case DONE -> {
                    settle(number);
                    return;
                }
                case AGAIN -> {
                    refusedDueNs.put(number, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(outcome.delayMs()));
                    backoffMs = BACKOFF_MIN_MS;
                    return;
                }
                case GONE -> {
                    if (!target.isQueue()) {
                        forget();
                        return;
                    }
                }
                case UNREACHABLE -> {
                    // The next one may be.
                }
            }
        }
        waitForSomebody(nodes.isEmpty());
    }

    private void settle(long number) {
        outbox.remove(target, number);
        refusedDueNs.remove(number);
        backoffMs = BACKOFF_MIN_MS;
        isAbsent = false;
    }

    private void waitForSomebody(boolean isNobodyThere) throws InterruptedException {
        long nowNs = System.nanoTime();
        if (isNobodyThere && !isAbsent) {
            absentSinceNs = nowNs;
        }
        isAbsent = isNobodyThere;
        if (isAbsent && !target.isQueue() && nowNs - absentSinceNs > TimeUnit.MILLISECONDS.toNanos(ABSENCE_MS)) {
            forget();
            return;
        }
        await(backoffMs);
        backoffMs = Math.min(backoffMs * 2, BACKOFF_MAX_MS);
    }

    private void forget() {
        int count = outbox.removeAll(target);
        refusedDueNs.clear();
        LOG.info("subscriber gone topic={} node={} dropped={}", target.topic(), target.node(), count);
    }
}
