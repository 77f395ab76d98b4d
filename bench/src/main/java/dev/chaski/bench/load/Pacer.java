package dev.chaski.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * Wakes a loop in time: a selector's own time-outs are whole milliseconds, too coarse for a steady 5,000 messages a
 * second. A thread of its own; {@link #atLeastEvery} and {@link #close} from any thread.
 */
final class Pacer implements AutoCloseable {
    /** Never more often than this, or waking up would be all that the machine does. */
    static final long PERIOD_NS_MIN = 50_000;
    /** Never more rarely: after an hour without a tick a schedule would still be kept. */
    private static final long PERIOD_NS_MAX = 10_000_000;
    /** How late the kernel may wake the thread; its default is 50,000. */
    private static final String TIMER_SLACK_NS = "1000";

    private final Runnable wakeUp;
    private final Thread thread;
    private volatile long periodNs;
    private volatile boolean closed;

    Pacer(Runnable wakeUp, long periodNs) {
        this.wakeUp = wakeUp;
        this.periodNs = PERIOD_NS_MAX;
        atLeastEvery(periodNs);
        thread = Thread.ofPlatform().name("bench-pacer").daemon().start(this::run);
    }

    void atLeastEvery(long wantedNs) {
        periodNs = Math.min(periodNs, Math.clamp(wantedNs, PERIOD_NS_MIN, PERIOD_NS_MAX));
    }

    private void run() {
        reduceTimerSlack();
        long nextNs = System.nanoTime();
        while (!closed) {
            long nowNs = System.nanoTime();
            if (nextNs > nowNs) {
                LockSupport.parkNanos(this, nextNs - nowNs);
                continue;
            }
            wakeUp.run();
            // Ticks that were slept over are not made up for: one wake-up serves everything that is due.
            nextNs = Math.max(nextNs + periodNs, nowNs);
        }
    }

    /** Best effort: without it the generator is some 50 µs later, which its own send lag shows. */
    private static void reduceTimerSlack() {
        try {
            Path self = Files.readSymbolicLink(Path.of("/proc/thread-self"));
            Files.writeString(Path.of("/proc").resolve(self.getFileName()).resolve("timerslack_ns"), TIMER_SLACK_NS);
        } catch (IOException | SecurityException e) {
            // Another system, or not allowed.
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
