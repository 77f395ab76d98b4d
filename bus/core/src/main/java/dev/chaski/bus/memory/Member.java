package dev.chaski.bus.memory;

import dev.chaski.bus.Link;
import dev.chaski.bus.Message;
import dev.chaski.bus.SubscribeOptions;
import dev.chaski.bus.Timers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A subscription: takes from its queue and runs the handler on its own virtual thread. */
final class Member {
    private final Object key;
    private final Queue queue;
    private final SubscribeOptions options;
    private final Link.Receiver receiver;
    private final Thread thread;
    /** What it has taken and not settled, by the number of the taking; under the queue's lock. */
    private final Map<Long, Message> held = new LinkedHashMap<>();

    /** Written by its own thread alone. */
    private long taken;

    private volatile boolean isClosed;

    Member(String topic, Object key, Queue queue, SubscribeOptions options, Link.Receiver receiver) {
        this.key = key;
        this.queue = queue;
        this.options = options;
        this.receiver = receiver;
        this.thread = Thread.ofVirtual().name("bus-memory-" + topic).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    Object key() {
        return key;
    }

    boolean isClosed() {
        return isClosed;
    }

    boolean hasRoom() {
        return held.size() < options.inFlightMax();
    }

    Message hold(Message message) {
        held.put(++taken, message);
        return message;
    }

    private void run() {
        try {
            for (Message message = queue.take(this); message != null; message = queue.take(this)) {
                receiver.receive(message, new Held(taken, message));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What it holds goes back to its queue; a handler that runs is not disturbed. */
    void close() {
        synchronized (queue) {
            if (!isClosed) {
                isClosed = true;
                queue.giveBack(held.values());
                held.clear();
            }
        }
    }

    private final class Held implements Link.Settlement {
        private final long number;
        private final Message message;

        Held(long number, Message message) {
            this.number = number;
            this.message = message;
        }

        @Override
        public void ack() {
            release();
        }

        private boolean release() {
            synchronized (queue) {
                boolean wasHeld = held.remove(number) != null;
                queue.wake();
                return wasHeld;
            }
        }

        @Override
        public void requeue(long delayMs) {
            Timers.after(delayMs, () -> {
                synchronized (queue) {
                    if (release()) {
                        queue.giveBack(List.of(message));
                    }
                }
            });
        }
    }
}
