package dev.chaski.cli.tofile;

import dev.chaski.client.Message;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The messages of a topic from their arrival until they are durable, as many as may be in flight. Any thread. The lock is
 * never held over what goes to a broker.
 */
final class HeldMessages {
    /** A message is touched three times before its time-out. */
    private static final int TOUCHES = 3;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<Message> taken = new ArrayDeque<>();
    private List<Message> arrived = new ArrayList<>();
    private boolean isWoken;
    private long touchedNs = System.nanoTime();

    void put(Message message) {
        lock.lock();
        try {
            arrived.add(message);
            if (arrived.size() == 1) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets {@link #take} return now. */
    void wake() {
        lock.lock();
        try {
            isWoken = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    boolean hasArrived() {
        lock.lock();
        try {
            return !arrived.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** All that have arrived since the last call; waits for one, for a time. They are held on. */
    List<Message> take(long waitNs) {
        lock.lock();
        try {
            long leftNs = waitNs;
            while (arrived.isEmpty() && !isWoken && leftNs > 0) {
                leftNs = changed.awaitNanos(leftNs);
            }
            isWoken = false;
            List<Message> all = arrived;
            arrived = new ArrayList<>();
            taken.addAll(all);
            return all;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("nobody interrupts who writes files", e);
        } finally {
            lock.unlock();
        }
    }

    /** Finishes the first of those that were taken: they are durable. */
    void finish(int count) {
        List<Message> durable = new ArrayList<>(count);
        lock.lock();
        try {
            for (int i = 0; i < count; i++) {
                durable.add(taken.remove());
            }
        } finally {
            lock.unlock();
        }
        durable.forEach(Message::finish);
    }

    /** Gives back what was taken and is not durable. */
    int giveBack() {
        List<Message> all;
        lock.lock();
        try {
            all = List.copyOf(taken);
            taken.clear();
        } finally {
            lock.unlock();
        }
        all.forEach(message -> message.requeue(Duration.ZERO));
        return all.size();
    }

    /** Touches all, where that is due. */
    void touchIfDue(long nowNs) {
        List<Message> all;
        lock.lock();
        try {
            Message first = taken.isEmpty() ? (arrived.isEmpty() ? null : arrived.getFirst()) : taken.element();
            if (first == null || nowNs - touchedNs < first.timeout().toNanos() / TOUCHES) {
                return;
            }
            touchedNs = nowNs;
            all = new ArrayList<>(taken);
            all.addAll(arrived);
        } finally {
            lock.unlock();
        }
        all.forEach(Message::touch);
    }
}
