package dev.chaski.systemtests;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;

/**
 * How long before a kill something must have happened to hold after it. Cursors are durable within 50 ms on a machine
 * that lets the broker run; so this also watches how long the machine lets nobody run. Any thread.
 */
final class Grace {
    private static final Duration PROMISE = Duration.ofMillis(50);
    /** For the write itself. On a quiet machine {@code -Dchaski.finish.slack.ms=20} holds the broker to its promise. */
    private static final Duration SLACK = Duration.ofMillis(Integer.getInteger("chaski.finish.slack.ms", 150));
    /** The broker's threads wait for each other, each for its turn. */
    private static final int TURNS = 4;

    private static final long PAUSE_NS = Duration.ofMillis(5).toNanos();
    private static final long MEMORY_NS = Duration.ofSeconds(2).toNanos();
    private static final Deque<Stall> STALLS = new ArrayDeque<>();

    static {
        Thread.ofPlatform().daemon().name("stall-meter").start(Grace::watch);
    }

    private Grace() {}

    private record Stall(long atNs, long lengthNs) {}

    private static void watch() {
        while (true) {
            long before = System.nanoTime();
            LockSupport.parkNanos(PAUSE_NS);
            long now = System.nanoTime();
            synchronized (STALLS) {
                STALLS.addLast(new Stall(now, now - before - PAUSE_NS));
                while (now - STALLS.getFirst().atNs() > MEMORY_NS) {
                    STALLS.removeFirst();
                }
            }
        }
    }

    /** What happened longer ago than this must hold. */
    static Duration now() {
        synchronized (STALLS) {
            long worstNs = STALLS.stream().mapToLong(Stall::lengthNs).max().orElse(0);
            return PROMISE.plus(SLACK).plusNanos(TURNS * Math.max(0, worstNs));
        }
    }
}
