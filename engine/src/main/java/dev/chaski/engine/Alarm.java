package dev.chaski.engine;

import java.util.function.LongSupplier;
import org.agrona.collections.LongArrayList;

/**
 * Runs one task at the earliest of the times it was set to, and possibly again at later ones. A timer of the loop cannot
 * be taken back, so one that is still to ring is used again instead of adding another for a later time: there are never
 * more than times set earlier than all before them. Confined to its loop.
 */
final class Alarm {
    private final Loop loop;
    private final LongSupplier monotonicMs;
    private final Runnable task;
    private final Runnable ring = this::ring;
    /** When timers ring that the loop has, the earliest last. */
    private final LongArrayList pendingMs = new LongArrayList();

    Alarm(Loop loop, LongSupplier monotonicMs, Runnable task) {
        this.loop = loop;
        this.monotonicMs = monotonicMs;
        this.task = task;
    }

    /** Has the task run at this time of the monotonic clock, or before: then it is to set the alarm again. */
    void set(long atMs) {
        int last = pendingMs.size() - 1;
        if (last < 0 || atMs < pendingMs.getLong(last)) {
            pendingMs.addLong(atMs);
            loop.schedule(ring, Math.max(1, atMs - monotonicMs.getAsLong()));
        }
    }

    /** Timers that are still to ring. */
    int pendingCount() {
        return pendingMs.size();
    }

    private void ring() {
        pendingMs.removeAt(pendingMs.size() - 1);
        task.run();
    }
}
