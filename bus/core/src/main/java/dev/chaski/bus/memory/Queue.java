package dev.chaski.bus.memory;

import dev.chaski.bus.Message;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages that wait for the members of a queue, oldest first. Any thread. */
final class Queue {
    private final int pendingMax;
    private final ArrayDeque<Message> messages = new ArrayDeque<>();

    Queue(int pendingMax) {
        this.pendingMax = pendingMax;
    }

    synchronized void demandRoom(String topic) {
        if (messages.size() >= pendingMax) {
            throw Exchange.full(topic, pendingMax);
        }
    }

    synchronized void add(Message message) {
        messages.add(message);
        notifyAll();
    }

    /** What was taken and not done comes again before all others. */
    synchronized void giveBack(Collection<Message> taken) {
        List.copyOf(taken).reversed().forEach(messages::addFirst);
        notifyAll();
    }

    void moveTo(Queue other) {
        synchronized (this) {
            messages.forEach(other::add);
            messages.clear();
        }
    }

    /** The oldest message for a member with room, or null when that member was closed. */
    synchronized @Nullable Message take(Member member) throws InterruptedException {
        while (!member.isClosed() && (messages.isEmpty() || !member.hasRoom())) {
            wait();
        }
        return member.isClosed() ? null : member.hold(messages.remove());
    }

    /** A member has room again, or is closed. */
    synchronized void wake() {
        notifyAll();
    }
}
