package dev.chaski.bus;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Runs things later, each on a virtual thread of its own. Any thread. */
public final class Timers {
    private static final ScheduledThreadPoolExecutor CLOCK = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("bus-clock").factory());

    static {
        CLOCK.setRemoveOnCancelPolicy(true);
    }

    private Timers() {}

    /**
     * Runs something later.
     *
     * @param delayMs in how many milliseconds
     * @param task may wait
     * @return cancels it, as long as it has not begun
     */
    public static Future<?> after(long delayMs, Runnable task) {
        return CLOCK.schedule(() -> Thread.ofVirtual().name("bus-timer").start(task), delayMs, TimeUnit.MILLISECONDS);
    }
}
