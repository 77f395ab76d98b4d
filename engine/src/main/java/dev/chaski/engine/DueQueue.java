package dev.chaski.engine;

import java.util.Arrays;

/** Offsets ordered by when they are due: a binary heap in two arrays. Confined to one loop. */
final class DueQueue {
    private static final int CAPACITY_MIN = 4;

    private long[] dueMs = new long[CAPACITY_MIN];
    private long[] offsets = new long[CAPACITY_MIN];
    private int size;

    int size() {
        return size;
    }

    /** When the first is due, {@link Long#MAX_VALUE} where there is none. */
    long nextDueMs() {
        return size == 0 ? Long.MAX_VALUE : dueMs[0];
    }

    void add(long due, long offset) {
        if (size == offsets.length) {
            dueMs = Arrays.copyOf(dueMs, size * 2);
            offsets = Arrays.copyOf(offsets, size * 2);
        }
        int at = size++;
        while (at > 0 && dueMs[(at - 1) / 2] > due) {
            int parent = (at - 1) / 2;
            dueMs[at] = dueMs[parent];
            offsets[at] = offsets[parent];
            at = parent;
        }
        dueMs[at] = due;
        offsets[at] = offset;
    }

    /** Removes the offset that is due first; only where {@link #size} is above 0. */
    long poll() {
        long first = offsets[0];
        size--;
        if (size > 0) {
            sink(dueMs[size], offsets[size]);
        }
        if (offsets.length > CAPACITY_MIN && size < offsets.length / 4) {
            dueMs = Arrays.copyOf(dueMs, offsets.length / 2);
            offsets = Arrays.copyOf(offsets, offsets.length / 2);
        }
        return first;
    }

    void clear() {
        size = 0;
        dueMs = new long[CAPACITY_MIN];
        offsets = new long[CAPACITY_MIN];
    }

    private void sink(long due, long offset) {
        int at = 0;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && dueMs[child + 1] < dueMs[child]) {
                child++;
            }
            if (dueMs[child] >= due) {
                break;
            }
            dueMs[at] = dueMs[child];
            offsets[at] = offsets[child];
            at = child;
        }
        dueMs[at] = due;
        offsets[at] = offset;
    }
}
