package dev.chaski.engine;

/**
 * What was handed to one consumer, oldest first, one entry per slice: since a consumer's time-out is one figure, the
 * deadlines come in order, and no timer per message is needed. Finished messages stay until they reach the head.
 * Confined to the channel's loop.
 */
final class InFlightQueue {
    private static final int CAPACITY_MIN = 16;

    /**
     * Tells of one offset whether it is still in flight with the queue's consumer and its time runs out by a deadline;
     * where it was touched since, another entry stands for it.
     */
    @FunctionalInterface
    interface StillInFlight {
        boolean test(long offset, long deadlineMs);
    }

    private long[] firsts = new long[CAPACITY_MIN];
    private int[] counts = new int[CAPACITY_MIN];
    private long[] deadlines = new long[CAPACITY_MIN];
    private long head;
    private long tail;

    boolean isEmpty() {
        return head == tail;
    }

    void add(long firstOffset, int count, long deadlineMs, StillInFlight still) {
        dropSettledHead(still);
        if (tail - head == firsts.length) {
            compact(still);
        }
        int at = at(tail++);
        firsts[at] = firstOffset;
        counts[at] = count;
        deadlines[at] = deadlineMs;
    }

    /** The first deadline, {@link Long#MAX_VALUE} where nothing is in flight. */
    long nextDeadlineMs(StillInFlight still) {
        dropSettledHead(still);
        return isEmpty() ? Long.MAX_VALUE : deadlines[at(head)];
    }

    /** The latest deadline added; entries must not be added with an earlier one. */
    long lastDeadlineMs() {
        return isEmpty() ? Long.MIN_VALUE : deadlines[at(tail - 1)];
    }

    /** The offset that is first of the entry at the head, which {@link #poll} then takes off. */
    long peek() {
        return firsts[at(head)];
    }

    /** Takes one offset off the head. */
    void poll() {
        int at = at(head);
        firsts[at]++;
        if (--counts[at] == 0) {
            head++;
        }
    }

    /** Entries that it has room for. */
    int capacity() {
        return firsts.length;
    }

    void clear() {
        head = 0;
        tail = 0;
    }

    private void dropSettledHead(StillInFlight still) {
        while (!isEmpty() && !still.test(peek(), deadlines[at(head)])) {
            poll();
        }
    }

    /** Drops entries of which nothing is in flight, and grows where that does not halve them. */
    private void compact(StillInFlight still) {
        int size = (int) (tail - head);
        InFlightQueue kept = new InFlightQueue();
        int live = 0;
        for (int i = 0; i < size; i++) {
            live += isLive(at(head + i), still) ? 1 : 0;
        }
        int capacity = firsts.length;
        while (live > capacity / 2) {
            capacity *= 2;
        }
        kept.firsts = new long[capacity];
        kept.counts = new int[capacity];
        kept.deadlines = new long[capacity];
        for (int i = 0; i < size; i++) {
            int at = at(head + i);
            if (isLive(at, still)) {
                int to = (int) kept.tail++;
                kept.firsts[to] = firsts[at];
                kept.counts[to] = counts[at];
                kept.deadlines[to] = deadlines[at];
            }
        }
        firsts = kept.firsts;
        counts = kept.counts;
        deadlines = kept.deadlines;
        head = 0;
        tail = kept.tail;
    }

    private boolean isLive(int at, StillInFlight still) {
        for (int i = 0; i < counts[at]; i++) {
            if (still.test(firsts[at] + i, deadlines[at])) {
                return true;
            }
        }
        return false;
    }

    private int at(long index) {
        return (int) index & (firsts.length - 1);
    }
}
