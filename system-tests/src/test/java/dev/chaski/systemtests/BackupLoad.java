package dev.chaski.systemtests;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Publishes at a rate and consumes, until its broker dies or it is told to stop, and remembers what a backup must hold.
 * A thread per connection.
 */
final class BackupLoad implements AutoCloseable {
    static final String TOPIC = "orders";
    static final String LATER_TOPIC = "later";
    static final String CHANNEL = "work";

    private static final int PRODUCERS = 2;
    private static final int BATCH = 100;
    private static final int READY = 500;
    private static final int LEFT_IN_FLIGHT = 200;
    private static final int LATER = 20;
    private static final int HOUR_MS = 3_600_000;

    private final InetSocketAddress address;
    private final long batchNs;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger[] acknowledged = new AtomicInteger[PRODUCERS];
    private final Set<Bodies.Key> finishing = ConcurrentHashMap.newKeySet();
    private final Set<Bodies.Key> finished = ConcurrentHashMap.newKeySet();
    private final Set<String> ids = ConcurrentHashMap.newKeySet();
    private volatile boolean isStopped;
    private volatile Throwable breach;

    /** What must be in a backup that begins now, or ended now. */
    record Seen(List<Integer> acknowledged, Set<Bodies.Key> finishing, Set<Bodies.Key> finished) {}

    /**
     * Load for a broker.
     *
     * @param rate messages a second, over all producers
     */
    BackupLoad(InetSocketAddress address, int rate) {
        this.address = address;
        this.batchNs = 1_000_000_000L * BATCH * PRODUCERS / rate;
        for (int i = 0; i < PRODUCERS; i++) {
            acknowledged[i] = new AtomicInteger();
        }
    }

    void start() throws IOException {
        RawNsq.connect(address).subscribe(TOPIC, CHANNEL).close();
        RawNsq.connect(address).subscribe(LATER_TOPIC, CHANNEL).close();
        try (RawNsq nsq = RawNsq.connect(address)) {
            for (int i = 0; i < LATER; i++) {
                nsq.dpub(LATER_TOPIC, HOUR_MS, new byte[] {1});
                nsq.flush();
                nsq.expectOk();
            }
        }
        for (int i = 0; i < PRODUCERS; i++) {
            int producer = i;
            spawn(() -> produce(producer));
        }
        spawn(this::consume);
    }

    private interface Work {
        void run() throws IOException;
    }

    private void spawn(Work work) {
        threads.add(Thread.ofPlatform().daemon().start(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // The broker was killed.
            } catch (RuntimeException | AssertionError e) {
                breach = e;
            }
        }));
    }

    private void produce(int producer) throws IOException {
        long dueNs = System.nanoTime();
        try (RawNsq nsq = RawNsq.connect(address)) {
            for (int first = 0; !isStopped; first += BATCH) {
                List<byte[]> bodies = new ArrayList<>();
                for (int i = 0; i < BATCH; i++) {
                    bodies.add(Bodies.of(new Bodies.Key(producer, first + i), 180));
                }
                nsq.mpub(TOPIC, bodies);
                nsq.flush();
                nsq.expectOk();
                acknowledged[producer].addAndGet(BATCH);
                dueNs += batchNs;
                LockSupport.parkNanos(dueNs - System.nanoTime());
            }
        }
    }

    private void consume() throws IOException {
        int left = 0;
        List<Bodies.Key> settling = new ArrayList<>();
        Queue<List<Bodies.Key>> unproven = new ArrayDeque<>();
        try (RawNsq nsq = RawNsq.connect(address).subscribe(TOPIC, CHANNEL).ready(READY)) {
            nsq.readTimeoutMs(200);
            while (!isStopped) {
                RawNsq.Frame frame = next(nsq);
                if (frame instanceof RawNsq.Message message) {
                    ids.add(message.id());
                    Bodies.Key key = Bodies.keyOf(message.body());
                    if (left < LEFT_IN_FLIGHT && key.number() % 10 == 7) {
                        left++;
                    } else {
                        finishing.add(key);
                        nsq.finish(message.id());
                        settling.add(key);
                    }
                } else if (frame != null) {
                    finished.addAll(unproven.remove());
                }
                if (!settling.isEmpty() && (settling.size() >= READY / 4 || frame == null)) {
                    nsq.probe();
                    unproven.add(settling);
                    settling = new ArrayList<>();
                }
            }
        }
    }

    private static RawNsq.Frame next(RawNsq nsq) throws IOException {
        try {
            return nsq.read();
        } catch (SocketTimeoutException e) {
            return null;
        }
    }

    Seen seen() {
        Set<Bodies.Key> sure = new HashSet<>(finished); // before the rest: what is finished was being finished
        List<Integer> counts =
                Arrays.stream(acknowledged).map(AtomicInteger::get).toList();
        return new Seen(counts, new HashSet<>(finishing), sure);
    }

    int acknowledgedCount() {
        return acknowledged[0].get() + acknowledged[1].get();
    }

    int finishedCount() {
        return finished.size();
    }

    Set<String> ids() {
        return ids;
    }

    static int later() {
        return LATER;
    }

    static int producers() {
        return PRODUCERS;
    }

    static int batch() {
        return BATCH;
    }

    /** Ends the connections and says what they saw that must not be. */
    void end() throws InterruptedException {
        close();
        for (Thread thread : threads) {
            thread.join(30_000);
        }
        if (breach != null) {
            throw new AssertionError("seen by a connection", breach);
        }
    }

    @Override
    public void close() {
        isStopped = true;
    }
}
