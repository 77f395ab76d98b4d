package dev.chaski.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

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
 * Any thread; the lock is held over nothing but this and an {@link Outbox}'s. {@link #run} is a thread of its own.
 */
final class FlowControl {
    /** How often those with a share of 1 may have to give it away. */
    static final Duration REDISTRIBUTION = Duration.ofSeconds(5);
    /** Who brought nothing for so long gives it away. */
    static final Duration IDLE = Duration.ofSeconds(10);
    /** Who had it for so long gives it away. */
    static final Duration TURN = Duration.ofSeconds(30);

    private static final int LEVEL_MAX = 30;

    /** A connection, as seen from here. */
    interface Reader {
        /** The most that its server allows. */
        int readyMax();

        /** When the last message came, as the clock counts. */
        long lastMessageNs();

        /** Tells the server. Called under the lock: must not block. */
        void ready(int count);
    }

    /** A connection and what it was given. */
    private static final class Share {
        private final Reader reader;
        private int ready;
        private long sinceNs;

        Share(Reader reader) {
            this.reader = reader;
        }
    }

    private final long baseNs;
    private final long longestNs;
    private final RandomGenerator random;
    private final LongSupplier clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Share> shares = new ArrayList<>();
    private int inFlightMax;
    private boolean isPaused;
    private boolean isStopped;
    private volatile int level;
    private boolean isWaiting;
    private long resumeNs;
    private long redistributeNs;

    /**
     * New, without connections.
     *
     * @param inFlightMax the most messages in flight
     * @param base of the back-off
     * @param longest wait of the back-off; zero: there is none
     * @param random for the lots
     * @param clock nanoseconds, as {@link System#nanoTime}
     */
    FlowControl(int inFlightMax, Duration base, Duration longest, RandomGenerator random, LongSupplier clock) {
        this.inFlightMax = inFlightMax;
        baseNs = base.toNanos();
        longestNs = longest.toNanos();
        this.random = random;
        this.clock = clock;
        redistributeNs = clock.getAsLong() + REDISTRIBUTION.toNanos();
    }

    /** Until it is interrupted. */
    void run() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!isStopped) {
                long leftNs = (isWaiting ? resumeNs : redistributeNs) - clock.getAsLong();
                if (leftNs > 0) {
                    changed.awaitNanos(leftNs);
                } else {
                    tick();
                }
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
                probe();
            }
            if (nowNs - redistributeNs >= 0) {
                redistributeNs = nowNs + REDISTRIBUTION.toNanos();
                redistribute(nowNs);
            }
        } finally {
            lock.unlock();
        }
    }

    /** A connection is subscribed. */
    void joined(Reader reader) {
        lock.lock();
        try {
            shares.add(new Share(reader));
            adjust();
        } finally {
            lock.unlock();
        }
    }

    /** A connection is gone. */
    void left(Reader reader) {
        lock.lock();
        try {
            shares.removeIf(share -> share.reader.equals(reader));
            adjust();
        } finally {
            lock.unlock();
        }
    }

    /** Changes the most messages in flight. */
    void inFlightMax(int most) {
        lock.lock();
        try {
            inFlightMax = most;
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

    /** A message was settled. */
    void settled(Message.Fate fate) {
        if (longestNs == 0 || fate == Message.Fate.LEFT || level == 0 && fate != Message.Fate.REQUEUED) {
            return;
        }
        lock.lock();
        try {
            if (!isWaiting) {
                move(fate);
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
            return shares.size();
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
        shares.forEach(share -> give(share, 0));
        changed.signal();
    }

    private int budget() {
        return isPaused ? 0 : level > 0 ? Math.min(1, inFlightMax) : inFlightMax;
    }

    private int given() {
        return shares.stream().mapToInt(share -> share.ready).sum();
    }

    /** Brings all shares in line with what is allowed now. */
    private void adjust() {
        if (isWaiting) {
            return;
        }
        if (level > 0) {
            probe();
            return;
        }
        int budget = budget();
        if (shares.size() <= budget) {
            for (boolean lowering : new boolean[] {true, false}) {
                for (int i = 0; i < shares.size(); i++) {
                    int fair = budget / shares.size() + (i < budget % shares.size() ? 1 : 0);
                    Share share = shares.get(i);
                    if (fair < share.ready == lowering) {
                        give(share, fair);
                    }
                }
            }
        } else {
            shares.forEach(share -> give(share, Math.min(share.ready, 1)));
            for (int i = 0; given() > budget; i++) {
                give(shares.get(i), 0);
            }
            byLot(budget - given(), List.of());
        }
    }

    /** In back-off at most one message at a time is let through. */
    private void probe() {
        for (int i = 0; i < shares.size() && given() > budget(); i++) {
            give(shares.get(i), 0);
        }
        byLot(budget() - given(), List.of());
    }

    private void redistribute(long nowNs) {
        if (isWaiting || shares.size() <= budget()) {
            return;
        }
        List<Share> hadIt = new ArrayList<>();
        for (Share share : shares) {
            long sinceMessageNs = Math.min(nowNs - share.reader.lastMessageNs(), nowNs - share.sinceNs);
            boolean isOver = sinceMessageNs > IDLE.toNanos() || nowNs - share.sinceNs > TURN.toNanos();
            if (share.ready > 0 && isOver) {
                give(share, 0);
                hadIt.add(share);
            }
        }
        byLot(budget() - given(), hadIt);
    }

    /** Gives 1 to some of those that have nothing, and to these only where there is nobody else. */
    private void byLot(int count, List<Share> last) {
        List<Share> without = new ArrayList<>(shares);
        without.removeIf(share -> share.ready > 0 || last.contains(share));
        List<Share> lastOnes = new ArrayList<>(last);
        for (int i = 0; i < count; i++) {
            List<Share> from = without.isEmpty() ? lastOnes : without;
            if (from.isEmpty()) {
                return;
            }
            give(from.remove(random.nextInt(from.size())), 1);
        }
    }

    private void give(Share share, int wanted) {
        int count = Math.min(wanted, share.reader.readyMax());
        if (isStopped || count == share.ready) {
            return;
        }
        share.ready = count;
        share.sinceNs = clock.getAsLong();
        share.reader.ready(count);
    }
}
