package dev.chaski.client;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** How many messages of a consumer are not settled. Any thread. */
final class InFlight {
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition isZero = lock.newCondition();

    void add(int messages) {
        int present = count.addAndGet(messages);
        if (present > most.get()) {
            most.accumulateAndGet(present, Math::max);
        }
    }

    void remove() {
        if (count.decrementAndGet() == 0) {
            lock.lock();
            try {
                isZero.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    int count() {
        return count.get();
    }

    /** The most there ever were at a time. */
    int most() {
        return most.get();
    }

    /** Waits until all are settled. */
    boolean awaitZero(long timeoutNs) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long leftNs = timeoutNs;
            while (count.get() > 0) {
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
