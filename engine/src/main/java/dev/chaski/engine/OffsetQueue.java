package dev.chaski.engine;

/** A first-in first-out queue of offsets that grows. Confined to one loop. */
final class OffsetQueue {
    private static final int CAPACITY_MIN = 8;

    private long[] ring = new long[CAPACITY_MIN];
    private long head;
    private long tail;

    boolean isEmpty() {
        return head == tail;
    }

    int size() {
        return (int) (tail - head);
    }

    void add(long offset) {
        if (size() == ring.length) {
            resize(ring.length * 2);
        }
        ring[(int) (tail++ & (ring.length - 1))] = offset;
    }

    long peek() {
        return ring[(int) (head & (ring.length - 1))];
    }

    long poll() {
        long offset = ring[(int) (head++ & (ring.length - 1))];
        if (ring.length > CAPACITY_MIN && size() < ring.length / 8) {
            resize(ring.length / 2);
        }
        return offset;
    }

    void clear() {
        head = 0;
        tail = 0;
        ring = new long[CAPACITY_MIN];
    }

    private void resize(int capacity) {
        long[] next = new long[capacity];
        int size = size();
        for (int i = 0; i < size; i++) {
            next[i] = ring[(int) ((head + i) & (ring.length - 1))];
        }
        ring = next;
        head = 0;
        tail = size;
    }
}
