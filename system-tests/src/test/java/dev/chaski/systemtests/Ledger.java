package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * What a broker promised and what it did, message by message, over deaths of the broker. Any thread: every method holds
 * the ledger's lock. A breach is noted where it is seen and reported by {@link #assertKept}.
 */
final class Ledger {
    /** Clocks of two processes are read at different moments, and due times are whole milliseconds. */
    private static final long EARLY_NS = Duration.ofMillis(2).toNanos();

    private static final int BREACHES_MAX = 50;

    private final Map<Bodies.Key, Entry> entries = new HashMap<>();
    private final List<String> breaches = new ArrayList<>();
    private int acknowledged;
    private int life;
    private final List<Kill> kills = new ArrayList<>();

    private enum State {
        WAITING,
        IN_FLIGHT,
        SETTLING,
        REQUEUED,
        FINISHED
    }

    /** The end of a life. What was read by the broker longer before it than the grace must be durable. */
    private record Kill(long atNs, long graceNs) {
        long holdsBeforeNs() {
            return atNs - graceNs;
        }
    }

    /** One message. {@code life} counts the broker's lives; times are nanoTime. */
    private static final class Entry {
        private State state = State.WAITING;
        private boolean acknowledged;
        private boolean delivered;
        private String id = "";
        private int attempts;
        private int life;
        private long deliveredNs;
        private long settledNs;
        private long notBeforeNs = Long.MIN_VALUE;
    }

    private Entry entry(Bodies.Key key) {
        return entries.computeIfAbsent(key, k -> new Entry());
    }

    private void breach(Bodies.Key key, String text) {
        if (breaches.size() < BREACHES_MAX) {
            breaches.add(key + ": " + text);
        }
    }

    /** A message is about to be sent; with a delay it must not arrive before this moment. */
    synchronized void sending(Bodies.Key key, long deferMs) {
        if (deferMs > 0) {
            entry(key).notBeforeNs =
                    System.nanoTime() + Duration.ofMillis(deferMs).toNanos();
        } else {
            entry(key);
        }
    }

    /** A publish was answered. */
    synchronized void acknowledged(Bodies.Key key) {
        entry(key).acknowledged = true;
        acknowledged++;
    }

    /** A message arrived at a consumer. */
    synchronized void received(RawNsq.Message message) {
        Bodies.Key key = Bodies.keyOf(message.body());
        Entry entry = entries.get(key);
        if (entry == null) {
            breach(key, "was never published");
            return;
        }
        long now = System.nanoTime();
        boolean sameLife = entry.life == life;
        if (now + EARLY_NS < entry.notBeforeNs && (entry.state != State.REQUEUED || mustHold(entry, sameLife))) {
            breach(key, "came " + (entry.notBeforeNs - now) / 1_000_000 + " ms early");
        }
        if (entry.delivered) {
            checkAgain(key, entry, message, sameLife);
        }
        entry.state = State.IN_FLIGHT;
        entry.delivered = true;
        entry.id = message.id();
        entry.attempts = message.attempts();
        entry.life = life;
        entry.deliveredNs = now;
        entry.notBeforeNs = Long.MIN_VALUE;
    }

    /** Whether what a consumer did to a message must be remembered by now. */
    private boolean mustHold(Entry entry, boolean sameLife) {
        return entry.settledNs != 0
                && (sameLife || entry.settledNs < killOf(entry).holdsBeforeNs());
    }

    private void checkAgain(Bodies.Key key, Entry entry, RawNsq.Message message, boolean sameLife) {
        if (!entry.id.equals(message.id())) {
            breach(key, "had the id " + entry.id + " and now has " + message.id());
        }
        switch (entry.state) {
            case FINISHED -> {
                if (mustHold(entry, sameLife)) {
                    breach(
                            key,
                            "came again though it was finished "
                                    + (killOf(entry).atNs() - entry.settledNs) / 1_000_000
                                    + " ms before the kill, same life: " + sameLife);
                }
            }
            case IN_FLIGHT, SETTLING -> {
                if (sameLife) {
                    breach(key, "came again while it was in flight");
                }
            }
            case WAITING, REQUEUED -> {}
        }
        boolean counted = sameLife || entry.deliveredNs < killOf(entry).holdsBeforeNs();
        if (counted && message.attempts() <= entry.attempts) {
            breach(
                    key,
                    "had " + entry.attempts + " attempts and now has " + message.attempts() + ", delivered "
                            + (killOf(entry).atNs() - entry.deliveredNs) / 1_000_000
                            + " ms before the kill, same life: "
                            + sameLife);
        }
    }

    /** FIN or REQ is about to be sent. */
    synchronized void settling(RawNsq.Message message) {
        Entry entry = entry(Bodies.keyOf(message.body()));
        entry.state = State.SETTLING;
        entry.settledNs = 0;
    }

    /** REQ is about to be sent. */
    synchronized void requeuing(RawNsq.Message message, long delayMs) {
        Entry entry = entry(Bodies.keyOf(message.body()));
        entry.state = State.REQUEUED;
        entry.settledNs = 0;
        entry.notBeforeNs = System.nanoTime() + Duration.ofMillis(delayMs).toNanos();
    }

    /** The broker has surely read the FIN or REQ of this message. */
    synchronized void settled(RawNsq.Message message) {
        Entry entry = entry(Bodies.keyOf(message.body()));
        if (!entry.id.equals(message.id()) || entry.attempts != message.attempts()) {
            return;
        }
        if (entry.state == State.SETTLING) {
            entry.state = State.FINISHED;
        }
        entry.settledNs = System.nanoTime();
    }

    /** The broker is about to be killed: what is not durable by now need not be. */
    synchronized void killing() {
        kills.add(new Kill(System.nanoTime(), Grace.now().toNanos()));
    }

    /** What ended the life in which a message was last seen. */
    private Kill killOf(Entry entry) {
        return entry.life < kills.size() ? kills.get(entry.life) : new Kill(System.nanoTime(), 0);
    }

    /** The broker is dead and nobody reads what it had sent: what follows is its next life. */
    synchronized void died() {
        life++;
    }

    /** Messages acknowledged and not surely finished. */
    synchronized int open() {
        return (int) entries.values().stream()
                .filter(entry -> entry.acknowledged && entry.state != State.FINISHED)
                .count();
    }

    synchronized int acknowledgedCount() {
        return acknowledged;
    }

    /** Waits until load is really on. */
    void awaitAcknowledged(int count) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> acknowledgedCount() >= count);
    }

    /** Notes something that a worker saw and that must not be. */
    synchronized void breach(String text) {
        breaches.add(text);
    }

    /** Every acknowledged message arrived, and nothing that must not be was seen. */
    synchronized void assertKept() {
        entries.forEach((key, entry) -> {
            if (entry.acknowledged && !entry.delivered) {
                breach(key, "was acknowledged and is missing");
            }
        });
        assertThat(breaches).as("breaches among %s messages", entries.size()).isEmpty();
    }

    /** Forgets what is over, so that many rounds fit into memory. */
    synchronized void clear() {
        entries.clear();
        acknowledged = 0;
    }
}
