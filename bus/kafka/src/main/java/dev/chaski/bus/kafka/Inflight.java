package dev.chaski.bus.kafka;

import dev.chaski.bus.Link;
import dev.chaski.bus.Message;
import dev.chaski.bus.Timers;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The records that a subscription holds, until its source has told Kafka of them. A virtual thread runs the handler; what
 * should come again waits here for it. Any thread.
 */
final class Inflight {
    /** Which record. */
    record Key(int partition, long offset) {
        static Key of(ConsumerRecord<?, ?> record) {
            return new Key(record.partition(), record.offset());
        }
    }

    private final int max;
    private final Link.Receiver receiver;
    private final BlockingQueue<Optional<Held>> waiting = new LinkedBlockingQueue<>();

    /** Guards what follows. */
    private final Object lock = new Object();

    private final Map<Key, Held> records = new HashMap<>();
    /** Those that the handler may not have yet. */
    private final Queue<Held> backlog = new ArrayDeque<>();
    /** How many the handler has had and not settled. */
    private int admitted;

    private int unsettled;
    private boolean isClosed;

    Inflight(String topic, int max, Link.Receiver receiver) {
        this.max = max;
        this.receiver = receiver;
        Thread.ofVirtual().name("bus-kafka-" + topic).start(this::handleAll);
    }

    private void handleAll() {
        try {
            for (Optional<Held> next = waiting.take(); next.isPresent(); next = waiting.take()) {
                receiver.receive(next.get().message, next.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** False where it is held already. */
    boolean take(ConsumerRecord<byte[], byte[]> record) {
        synchronized (lock) {
            Key key = Key.of(record);
            if (isClosed || records.containsKey(key)) {
                return false;
            }
            Held held = new Held(KafkaMessages.decode(record));
            records.put(key, held);
            backlog.add(held);
            unsettled++;
            admit();
            return true;
        }
    }

    private void admit() {
        while (admitted < max && !backlog.isEmpty()) {
            admitted++;
            waiting.add(Optional.of(backlog.remove()));
        }
    }

    boolean hasRoom() {
        synchronized (lock) {
            return unsettled < max;
        }
    }

    boolean isEmpty() {
        synchronized (lock) {
            return records.isEmpty();
        }
    }

    boolean isDone(Key key) {
        synchronized (lock) {
            Held held = records.get(key);
            return held == null || held.isDone;
        }
    }

    /** Kafka knows that it is done. */
    void forget(Key key) {
        synchronized (lock) {
            records.remove(key);
        }
    }

    void forgetDone() {
        synchronized (lock) {
            records.values().removeIf(held -> held.isDone);
        }
    }

    /** The lowest offset that is not done, or another where all are. */
    long lowest(int partition, long otherwise) {
        synchronized (lock) {
            return records.entrySet().stream()
                    .filter(entry -> entry.getKey().partition() == partition && !entry.getValue().isDone)
                    .mapToLong(entry -> entry.getKey().offset())
                    .min()
                    .orElse(otherwise);
        }
    }

    /** Waits until all is settled. */
    void awaitSettled(long patienceMs) {
        awaitFewer(1, patienceMs);
    }

    /** Waits until there is room. */
    void awaitRoom(long patienceMs) {
        awaitFewer(max, patienceMs);
    }

    private void awaitFewer(int count, long patienceMs) {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMs);
        synchronized (lock) {
            try {
                while (!isClosed && unsettled >= count) {
                    long leftMs = TimeUnit.NANOSECONDS.toMillis(endNs - System.nanoTime());
                    if (leftMs <= 0) {
                        return;
                    }
                    lock.wait(leftMs);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    void close() {
        synchronized (lock) {
            isClosed = true;
            waiting.clear();
            waiting.add(Optional.empty());
            lock.notifyAll();
        }
    }

    /** A record that is held. Any thread. */
    private final class Held implements Link.Settlement {
        private final Message message;
        private boolean isDone;

        Held(Message message) {
            this.message = message;
        }

        @Override
        public void ack() {
            synchronized (lock) {
                isDone = true;
                unsettled--;
                admitted--;
                admit();
                lock.notifyAll();
            }
        }

        @Override
        public void requeue(long delayMs) {
            Timers.after(delayMs, () -> {
                synchronized (lock) {
                    if (!isClosed) {
                        waiting.add(Optional.of(this));
                    }
                }
            });
        }
    }
}
