package dev.chaski.client;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Messages on their way to the handlers, bounded. They come and go many at a time. Any thread. */
final class Inbox {
    private final int countMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition hasMessages = lock.newCondition();
    private final Condition hasRoom = lock.newCondition();
    private final Deque<Message> messages = new ArrayDeque<>();

    Inbox(int countMax) {
        this.countMax = countMax;
    }

    /** Adds messages, in order; waits while there are too many. */
    void put(Collection<Message> added) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (messages.size() >= countMax) {
                hasRoom.await();
            }
            messages.addAll(added);
            if (added.size() == 1) {
                hasMessages.signal();
            } else {
                hasMessages.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Gives messages back, to be the next, in order. */
    void putBack(List<Message> taken) {
        lock.lock();
        try {
            taken.reversed().forEach(messages::addFirst);
            hasMessages.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a message, and takes what there is. */
    void take(List<Message> into, int most) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (messages.isEmpty()) {
                hasMessages.await();
            }
            move(into, most);
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a message, and then a while for more. */
    void take(List<Message> into, int most, long waitNs) throws InterruptedException {
        take(into, most);
        lock.lockInterruptibly();
        try {
            long leftNs = waitNs;
            while (into.size() < most) {
                while (messages.isEmpty() && leftNs > 0) {
                    leftNs = hasMessages.awaitNanos(leftNs);
                }
                if (messages.isEmpty()) {
                    return;
                }
                move(into, most);
            }
        } finally {
            lock.unlock();
        }
    }

    private void move(List<Message> into, int most) {
        boolean wasFull = messages.size() >= countMax;
        while (into.size() < most && !messages.isEmpty()) {
            into.add(messages.removeFirst());
        }
        if (wasFull) {
            hasRoom.signalAll();
        }
    }

    /** Takes all there are. */
    void drainTo(List<Message> into) {
        lock.lock();
        try {
            move(into, Integer.MAX_VALUE);
        } finally {
            lock.unlock();
        }
    }
}
