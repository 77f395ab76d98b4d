package dev.chaski.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Commands on their way to a connection's writer, who takes all there are at once. Any thread adds. Who adds bounds what
 * may wait here: a producer its unanswered publishes, a consumer its messages in flight.
 */
final class Outbox {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private List<byte[]> commands = new ArrayList<>();
    private boolean hasEnded;

    /** Adds a command, in order; after the end it is forgotten. */
    void add(byte[] command) {
        lock.lock();
        try {
            if (!hasEnded) {
                commands.add(command);
                filled.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more will be added; what is here is still taken. */
    void end() {
        lock.lock();
        try {
            hasEnded = true;
            filled.signal();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for commands.
     *
     * @return all that there are, or an empty list after the end
     */
    List<byte[]> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (commands.isEmpty() && !hasEnded) {
                filled.await();
            }
            List<byte[]> taken = commands;
            commands = new ArrayList<>();
            return taken;
        } finally {
            lock.unlock();
        }
    }
}
