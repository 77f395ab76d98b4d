package dev.chaski.server.nsq;

import dev.chaski.engine.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls connections when their heartbeat or a deadline is due: one timer for all of a loop's connections. Confined to
 * its loop.
 *
 * <p>A wheel of slots, each a tick long. A wake-up goes into the slot of its time; one that lies beyond the wheel's
 * horizon goes round once more.
 */
final class Clockwork {
    static final long TICK_MS = 100;

    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(TICK_MS);
    /** Slots, a power of two: the wheel's horizon is 102 seconds, beyond the longest usual heartbeat. */
    private static final int SLOT_COUNT = 1024;

    private final Loop loop;
    private final LongSupplier clockNs;
    private final long startNs;
    private final @Nullable List<WakeUp>[] slots;
    private long tick;
    private int pending;
    private boolean isRunning;

    /** Somebody who wants to be called. */
    interface Sleeper {
        /** The time has come; whoever wants to be called again says so. */
        void wake(long nowNs);
    }

    /** A wake-up that can be called off. */
    static final class WakeUp {
        private @Nullable Sleeper sleeper;
        private final long dueTick;

        private WakeUp(Sleeper sleeper, long dueTick) {
            this.sleeper = sleeper;
            this.dueTick = dueTick;
        }

        /** It will not be called. */
        void cancel() {
            sleeper = null;
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    Clockwork(Loop loop, LongSupplier clockNs) {
        this.loop = loop;
        this.clockNs = clockNs;
        startNs = clockNs.getAsLong();
        slots = new List[SLOT_COUNT];
    }

    long nowNs() {
        return clockNs.getAsLong();
    }

    /** Calls at this time, up to a tick late; never before. */
    WakeUp wakeAt(Sleeper sleeper, long dueNs) {
        WakeUp wakeUp = new WakeUp(sleeper, dueTick(dueNs));
        if (!isRunning) {
            isRunning = true;
            tick = Math.max(tick, tickOf(nowNs()));
            loop.schedule(this::tick, TICK_MS);
        }
        insert(wakeUp);
        return wakeUp;
    }

    private void insert(WakeUp wakeUp) {
        int slot = (int) Math.max(wakeUp.dueTick, tick + 1) & (SLOT_COUNT - 1);
        List<WakeUp> sleepers = slots[slot];
        if (sleepers == null) {
            sleepers = new ArrayList<>();
            slots[slot] = sleepers;
        }
        sleepers.add(wakeUp);
        pending++;
    }

    private void tick() {
        long nowNs = nowNs();
        for (long last = tickOf(nowNs); tick < last; ) {
            tick++;
            wakeSlot((int) tick & (SLOT_COUNT - 1), nowNs);
        }
        isRunning = pending > 0;
        if (isRunning) {
            loop.schedule(this::tick, TICK_MS);
        }
    }

    private void wakeSlot(int slot, long nowNs) {
        List<WakeUp> due = slots[slot];
        if (due == null) {
            return;
        }
        slots[slot] = null;
        pending -= due.size();
        for (WakeUp wakeUp : due) {
            Sleeper sleeper = wakeUp.sleeper;
            if (sleeper == null) {
                continue;
            }
            if (wakeUp.dueTick > tick) {
                insert(wakeUp);
            } else {
                wakeUp.cancel();
                sleeper.wake(nowNs);
            }
        }
    }

    private long tickOf(long ns) {
        return (ns - startNs) / TICK_NS;
    }

    private long dueTick(long dueNs) {
        return (dueNs - startNs + TICK_NS - 1) / TICK_NS;
    }
}
