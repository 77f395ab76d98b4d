package dev.chaski.client;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The publishes of a producer that are not answered: those that wait for a connection, and those that were sent on the
 * present one, in the order of their answers. Bounded in number and bytes; who publishes more waits. Any thread; the lock
 * is held over nothing but queues, and taken before an {@link Outbox}'s.
 *
 * <p>A publish with which a connection was lost is sent alone on the next one, and all others wait for its answer: if it is
 * what servers close connections for, it drags nobody along.
 */
final class PublishWindow {
    private final int countMax;
    private final long bytesMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition hasRoom = lock.newCondition();
    private final Condition hasWork = lock.newCondition();
    private final Condition isDetached = lock.newCondition();
    private final Condition isEmpty = lock.newCondition();
    private final Deque<Publish> waiting = new ArrayDeque<>();
    private final Deque<Publish> unanswered = new ArrayDeque<>();
    private @Nullable Connection connection;
    /** One publish is tried alone. */
    private boolean isProbing;

    /** Whoever waits for something to be overdue is to be woken by the next publish. */
    private boolean isWatcherIdle;

    private long bytes;
    private boolean isClosed;

    PublishWindow(int countMax, long bytesMax) {
        this.countMax = countMax;
        this.bytesMax = bytesMax;
    }

    /**
     * Takes a publish, and sends it where there is a connection. Waits for room until the publish is overdue.
     *
     * @return false where there was no room in time
     * @throws ClientClosedException after {@link #close}
     */
    boolean add(Publish publish) throws InterruptedException {
        Connection toWrite = null;
        lock.lockInterruptibly();
        try {
            if (!awaitRoom(publish)) {
                return false;
            }
            bytes += publish.sizeBytes();
            boolean isAlone = waiting.isEmpty() && unanswered.isEmpty();
            if (isWatcherIdle) {
                isWatcherIdle = false;
                hasWork.signal();
            }
            if (connection == null || isProbing) {
                waiting.addLast(publish);
            } else if (isAlone && publish.canWrite()) {
                toWrite = connection;
                markSent(publish);
                toWrite.sendUnsignalled(publish.command());
            } else {
                send(connection, publish);
            }
        } finally {
            lock.unlock();
        }
        if (toWrite != null) {
            toWrite.writeNow();
        }
        return true;
    }

    private boolean awaitRoom(Publish publish) throws InterruptedException {
        while (!isClosed && isFull(publish)) {
            long leftNs = publish.deadlineNs() - System.nanoTime();
            if (leftNs <= 0) {
                return false;
            }
            hasRoom.awaitNanos(leftNs);
        }
        if (isClosed) {
            throw new ClientClosedException("the producer is closed", null);
        }
        return true;
    }

    private boolean isFull(Publish publish) {
        return waiting.size() + unanswered.size() >= countMax || bytes + publish.sizeBytes() > bytesMax;
    }

    private void send(Connection to, Publish publish) {
        markSent(publish);
        to.send(publish.command());
    }

    private void markSent(Publish publish) {
        publish.markSent();
        unanswered.addLast(publish);
    }

    /** A connection is ready: what waits is sent on it, and from now on what comes. */
    void attach(Connection ready) {
        lock.lock();
        try {
            connection = ready;
            Publish first = waiting.peekFirst();
            isProbing = first != null && first.losses() > 0;
            if (isProbing) {
                send(ready, waiting.removeFirst());
            } else {
                sendWaiting(ready);
            }
        } finally {
            lock.unlock();
        }
    }

    private void sendWaiting(Connection to) {
        for (Publish next = waiting.pollFirst(); next != null; next = waiting.pollFirst()) {
            send(to, next);
        }
    }

    /** The connection was lost, and nobody said why: perhaps for the first publish that it did not answer. */
    void blameFirst() {
        lock.lock();
        try {
            if (!unanswered.isEmpty()) {
                unanswered.getFirst().countLoss();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * The connection is gone. What was sent on it and is worth another try goes before all that waits, in its order.
     *
     * @param isWorthAnother which
     * @return the others, which are no more counted here
     */
    List<Publish> detach(Predicate<Publish> isWorthAnother) {
        lock.lock();
        try {
            connection = null;
            isProbing = false;
            isDetached.signalAll();
            List<Publish> lost = new ArrayList<>();
            for (Publish last = unanswered.pollLast(); last != null; last = unanswered.pollLast()) {
                if (isWorthAnother.test(last)) {
                    waiting.addFirst(last);
                } else {
                    lost.addFirst(last);
                }
            }
            lost.forEach(this::forget);
            return lost;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until a connection is not the present one any more. */
    void awaitDetached(Connection gone) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (connection == gone) {
                isDetached.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * An answer came.
     *
     * @return what it answers, or null where nothing was asked
     */
    @Nullable
    Publish answered() {
        lock.lock();
        try {
            Publish first = unanswered.pollFirst();
            if (first != null) {
                forget(first);
            }
            if (isProbing && connection != null) {
                isProbing = false;
                sendWaiting(connection);
            }
            return first;
        } finally {
            lock.unlock();
        }
    }

    private void forget(Publish publish) {
        bytes -= publish.sizeBytes();
        hasRoom.signalAll();
        if (waiting.isEmpty() && unanswered.isEmpty()) {
            isEmpty.signalAll();
        }
    }

    /** What no longer may wait for a connection. */
    List<Publish> takeOverdue(long nowNs) {
        lock.lock();
        try {
            List<Publish> overdue = new ArrayList<>();
            while (!waiting.isEmpty() && waiting.getFirst().isOverdue(nowNs)) {
                overdue.add(waiting.removeFirst());
            }
            overdue.forEach(this::forget);
            return overdue;
        } finally {
            lock.unlock();
        }
    }

    /** The connection, where its next answer is overdue. */
    @Nullable
    Connection overdueConnection(long nowNs) {
        lock.lock();
        try {
            boolean isOverdue = !unanswered.isEmpty() && unanswered.getFirst().isOverdue(nowNs);
            return isOverdue ? connection : null;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until something is overdue. */
    void awaitOverdue() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                Publish first = unanswered.isEmpty() ? waiting.peekFirst() : unanswered.getFirst();
                if (first == null) {
                    isWatcherIdle = true;
                    hasWork.await();
                    continue;
                }
                long leftNs = first.deadlineNs() - System.nanoTime();
                if (leftNs <= 0) {
                    return;
                }
                // Whatever comes meanwhile is overdue later.
                hasWork.awaitNanos(leftNs);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes nothing more.
     *
     * @return false where it was closed before
     */
    boolean close() {
        lock.lock();
        try {
            boolean wasOpen = !isClosed;
            isClosed = true;
            hasRoom.signalAll();
            return wasOpen;
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return isClosed;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all is answered. */
    boolean awaitEmpty(long timeoutNs) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long leftNs = timeoutNs;
            while (!(waiting.isEmpty() && unanswered.isEmpty())) {
                if (leftNs <= 0) {
                    return false;
                }
                leftNs = isEmpty.awaitNanos(leftNs);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Everything, which is no more counted here. */
    List<Publish> drain() {
        lock.lock();
        try {
            List<Publish> all = detach(publish -> false);
            for (Publish next = waiting.pollFirst(); next != null; next = waiting.pollFirst()) {
                forget(next);
                all.add(next);
            }
            return all;
        } finally {
            lock.unlock();
        }
    }

    int count() {
        lock.lock();
        try {
            return waiting.size() + unanswered.size();
        } finally {
            lock.unlock();
        }
    }

    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }
}
