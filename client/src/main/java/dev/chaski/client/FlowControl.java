package dev.chaski.client;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Says how many messages each connection may have in flight (RDY), so that all together never have more than the
 * consumer's most. The rules are those that NSQ's clients share:
 *
 * <ul>
 *   <li>The most is divided evenly. Where there are more connections than that, so many of them get 1, and every few
 *       seconds those that bring nothing, or have had their turn, give it to others by lot.
 *   <li>A failure raises the back-off by a level: all get 0 for 2<sup>level</sup> times the base. Then one, by lot, gets 1.
 *       Its message decides: success lowers the level, failure raises it, and the next wait begins; at level 0 all get
 *       their share again. What becomes of other messages during a wait does not count.
 * </ul>
 *
 * How what one connection gives back comes to another is told at {@link Shares}. Any thread; the lock is held over nothing but this and an {@link Outbox}'s. {@link #run} is a thread of its own.
 */
final class FlowControl {
    /** How often those with a share of 1 may have to give it away. */
    static final Duration REDISTRIBUTION = Duration.ofSeconds(5);

    private static final int LEVEL_MAX = 30;

    /** A connection, as seen from here. */
    interface Reader {
        /** The most that its server allows. */
        int readyMax();

        /** When the last message came, as the clock counts. */
        long lastMessageNs();

        /** What came and is not settled. */
        int inFlight();

        /** How long its messages may be in flight. */
        long timeoutNs();

        /** Tells the server. Called under the lock: must not block. */
        void ready(int count);
    }

    private final long baseNs;
    private final long longestNs;
    private final LongSupplier clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Shares shares;
    private boolean isPaused;
    private boolean isStopped;
    private volatile int level;
    private boolean isWaiting;
    private long resumeNs;
    private long redistributeNs;

    /**
     * New, without connections.
     *
     * @param shares nobody's so far
     * @param base of the back-off
     * @param longest wait of the back-off; zero: there is none
     * @param clock nanoseconds, as {@link System#nanoTime}
     */
    FlowControl(Shares shares, Duration base, Duration longest, LongSupplier clock) {
        this.shares = shares;
        baseNs = base.toNanos();
        longestNs = longest.toNanos();
        this.clock = clock;
        redistributeNs = clock.getAsLong() + REDISTRIBUTION.toNanos();
    }

    /** Until it is interrupted. */
    void run() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!isStopped) {
                long dueNs = isWaiting ? resumeNs : redistributeNs;
                long leftNs = Math.min(dueNs - clock.getAsLong(), isWaiting ? Long.MAX_VALUE : shares.waitNs());
                if (leftNs > 0) {
                    changed.awaitNanos(leftNs);
                }
                tick();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Does what is due. */
    void tick() {
        lock.lock();
        try {
            long nowNs = clock.getAsLong();
            if (isWaiting && nowNs - resumeNs >= 0) {
                isWaiting = false;
                adjust();
            }
            if (shares.isShort()) {
                adjust();
            }
            if (nowNs - redistributeNs >= 0) {
                redistributeNs = nowNs + REDISTRIBUTION.toNanos();
                if (!isWaiting && !isStopped && shares.count() > budget()) {
                    shares.rotate(budget());
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** A connection is subscribed. */
    void joined(Reader reader) {
        lock.lock();
        try {
            shares.add(reader);
            adjust();
        } finally {
            lock.unlock();
        }
    }

    /** A connection is gone. */
    void left(Reader reader) {
        lock.lock();
        try {
            shares.remove(reader);
            adjust();
        } finally {
            lock.unlock();
        }
    }

    /** Changes the most messages in flight. */
    void inFlightMax(int most) {
        lock.lock();
        try {
            shares.most(most);
            adjust();
        } finally {
            lock.unlock();
        }
    }

    /** Asks for nothing more, or again for what is allowed. */
    void pause(boolean pauses) {
        lock.lock();
        try {
            isPaused = pauses;
            adjust();
        } finally {
            lock.unlock();
        }
    }

    /** Says nothing more. */
    void stop() {
        lock.lock();
        try {
            isStopped = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** A message was settled, and is not in flight any more. */
    void settled(Message.Fate fate) {
        boolean movesLevel = longestNs > 0 && fate != Message.Fate.LEFT && (level > 0 || fate == Message.Fate.REQUEUED);
        if (!movesLevel && !shares.isShort()) {
            return;
        }
        lock.lock();
        try {
            if (movesLevel && !isWaiting) {
                move(fate);
            }
            if (shares.isShort()) {
                adjust();
            }
        } finally {
            lock.unlock();
        }
    }

    private void move(Message.Fate fate) {
        int present = level;
        int next = switch (fate) {
            case FINISHED -> Math.max(0, present - 1);
            // A level whose wait would be too long is not entered.
            case REQUEUED -> present == 0 || waitNs(present + 1) <= longestNs ? present + 1 : present;
            case POSTPONED, LEFT -> present;
        };
        level = next;
        if (next > 0) {
            waitAWhile();
        } else if (present > 0) {
            adjust();
        }
    }

    /** The level of the back-off: 0 when all is well. */
    int level() {
        return level;
    }

    int connections() {
        lock.lock();
        try {
            return shares.count();
        } finally {
            lock.unlock();
        }
    }

    private long waitNs(int atLevel) {
        return atLevel > LEVEL_MAX || baseNs > Long.MAX_VALUE >> atLevel ? Long.MAX_VALUE : baseNs << atLevel;
    }

    private void waitAWhile() {
        isWaiting = true;
        resumeNs = clock.getAsLong() + Math.min(waitNs(level), longestNs);
        if (!isStopped) {
            shares.withdraw();
        }
        changed.signal();
    }

    private int budget() {
        return isPaused ? 0 : level > 0 ? Math.min(1, shares.most()) : shares.most();
    }

    /** Brings all shares in line with what is allowed now. */
    private void adjust() {
        if (isWaiting || isStopped) {
            return;
        }
        if (level > 0) {
            // In back-off at most one message at a time is let through.
            shares.draw(budget());
        } else {
            shares.divide(budget());
        }
        if (shares.isShort()) {
            changed.signal();
        }
    }
}
