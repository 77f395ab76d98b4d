package dev.chaski.client;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** How many messages of a consumer are not settled. Any thread. */
final class InFlight {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition isZero = lock.newCondition();
    private int count;
    private int most;

    void add() {
        lock.lock();
        try {
            count++;
            most = Math.max(most, count);
        } finally {
            lock.unlock();
        }
    }

    void remove() {
        lock.lock();
        try {
            count--;
            if (count == 0) {
                isZero.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    int count() {
        lock.lock();
        try {
            return count;
        } finally {
            lock.unlock();
        }
    }

    /** The most there ever were at a time. */
    int most() {
        lock.lock();
        try {
            return most;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all are settled. */
    boolean awaitZero(long timeoutNs) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long leftNs = timeoutNs;
            while (count > 0) {
                if (leftNs <= 0) {
                    return false;
                }
                leftNs = isZero.awaitNanos(leftNs);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
