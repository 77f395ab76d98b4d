package dev.chaski.systemtests;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Producers and consumers that go on until their broker dies or they are told to stop, and enter all they do in a
 * ledger. One thread per connection.
 */
final class Load implements AutoCloseable {
    static final String CHANNEL = "work";

    private static final int WINDOW = 64;
    private static final int READY = 250;
    private static final int BATCH_MAX = 50;
    private static final int LEFT_IN_FLIGHT_MAX = 50;
    private static final AtomicInteger PRODUCERS = new AtomicInteger(100);

    private final InetSocketAddress address;
    private final String topic;
    private final Ledger ledger;
    private final Random random;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    Load(InetSocketAddress address, String topic, Ledger ledger, Random random) {
        this.address = address;
        this.topic = topic;
        this.ledger = ledger;
        this.random = random;
    }

    /** Something that talks to the broker until it dies. */
    private interface Work {
        void run(Random random) throws IOException;
    }

    /** Starts the connections; the channel is made first, so that deferred messages have one. */
    void start(int producers, int consumers) throws IOException {
        RawNsq.connect(address).subscribe(topic, CHANNEL).close();
        for (int i = 0; i < producers; i++) {
            spawn(this::produce);
        }
        for (int i = 0; i < consumers; i++) {
            spawn(this::consume);
        }
    }

    private void spawn(Work work) {
        Random own = new Random(random.nextLong());
        threads.add(Thread.ofPlatform().daemon().start(() -> {
            try {
                work.run(own);
            } catch (IOException e) {
                // The broker was killed: what every round waits for.
            } catch (RuntimeException | AssertionError e) {
                ledger.breach(e.toString());
            }
        }));
    }

    private void produce(Random own) throws IOException {
        int producer = PRODUCERS.incrementAndGet();
        int next = 0;
        Queue<Bodies.Key> unanswered = new ArrayDeque<>();
        try (RawNsq nsq = RawNsq.connect(address)) {
            while (!stopped) {
                int burst = 1 + own.nextInt(WINDOW);
                for (int i = 0; i < burst; i++) {
                    Bodies.Key key = new Bodies.Key(producer, next++);
                    long deferMs = own.nextInt(20) == 0 ? 50 + own.nextInt(500) : 0;
                    byte[] body = Bodies.of(key, own.nextInt(400));
                    ledger.sending(key, deferMs);
                    if (deferMs > 0) {
                        nsq.dpub(topic, deferMs, body);
                    } else {
                        nsq.pub(topic, body);
                    }
                    unanswered.add(key);
                }
                nsq.flush();
                while (!unanswered.isEmpty()) {
                    nsq.expectOk();
                    ledger.acknowledged(unanswered.remove());
                }
            }
        }
    }

    private void consume(Random own) throws IOException {
        int left = 0;
        List<RawNsq.Message> settling = new ArrayList<>();
        Queue<List<RawNsq.Message>> unproven = new ArrayDeque<>();
        try (RawNsq nsq = RawNsq.connect(address).subscribe(topic, CHANNEL).ready(READY)) {
            while (!stopped) {
                RawNsq.Frame frame = nsq.read();
                if (frame instanceof RawNsq.Message message) {
                    ledger.received(message);
                    if (left < LEFT_IN_FLIGHT_MAX && own.nextInt(200) == 0) {
                        left++;
                    } else {
                        settle(nsq, own, message);
                        settling.add(message);
                    }
                } else {
                    proven(frame, unproven);
                }
                if (!settling.isEmpty() && (settling.size() >= BATCH_MAX || !nsq.hasInput())) {
                    nsq.probe();
                    unproven.add(settling);
                    settling = new ArrayList<>();
                }
            }
        }
    }

    private void settle(RawNsq nsq, Random own, RawNsq.Message message) throws IOException {
        int dice = own.nextInt(50);
        if (dice < 2) {
            long delayMs = dice == 0 ? 0 : 50 + own.nextInt(300);
            ledger.requeuing(message, delayMs);
            nsq.requeue(message.id(), delayMs);
        } else {
            ledger.settling(message);
            nsq.finish(message.id());
        }
    }

    private void proven(RawNsq.Frame frame, Queue<List<RawNsq.Message>> unproven) {
        if (RawNsq.isProof(frame)) {
            unproven.remove().forEach(ledger::settled);
        } else {
            throw new AssertionError("unexpected " + frame);
        }
    }

    /** Waits for all connections to end. */
    void awaitEnd() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join(30_000);
            if (thread.isAlive()) {
                throw new AssertionError("a connection outlived its broker");
            }
        }
    }

    @Override
    public void close() {
        stopped = true;
    }
}
