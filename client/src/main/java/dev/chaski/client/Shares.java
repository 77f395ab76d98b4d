package dev.chaski.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What each connection of a consumer may have in flight, out of the most that all together may. {@link FlowControl}'s lock
 * guards it.
 *
 * <p>No server says when it has heard of a smaller RDY, and until then it may send what the larger one allowed. So what is
 * taken from a connection is given to others only after a grace, in which all that was on its way has come, and only as far
 * as messages were settled. Thus what is delivered and not settled never exceeds the most, however connections come and go.
 */
final class Shares {
    /** Who brought nothing for so long gives its share of 1 away. */
    static final Duration IDLE = Duration.ofSeconds(10);
    /** Who had it for so long gives it away. */
    static final Duration TURN = Duration.ofSeconds(30);

    /** While somebody waits for what others settle: an event may be missed by a hair. */
    private static final Duration LOOK = Duration.ofMillis(100);

    /** A connection and what it was given. */
    private static final class Share {
        private final FlowControl.Reader reader;
        private int ready;
        private long sinceNs;
        /** What it may have in flight though {@link #ready} is less, until when. */
        private int held;

        private long heldUntilNs;
        private boolean hadItsTurn;

        Share(FlowControl.Reader reader) {
            this.reader = reader;
        }

        boolean isHeld(long nowNs) {
            return held > 0 && nowNs - heldUntilNs < 0;
        }

        int boundAt(long nowNs) {
            return Math.max(Math.max(ready, reader.inFlight()), isHeld(nowNs) ? held : 0);
        }
    }

    private final long graceNs;
    private final RandomGenerator random;
    private final LongSupplier clock;
    private final List<Share> shares = new ArrayList<>();
    /** Of lost connections, while messages of theirs are being handled. */
    private final List<Share> departed = new ArrayList<>();

    private int most;
    private int free;
    private volatile boolean isShort;

    Shares(int most, Duration grace, RandomGenerator random, LongSupplier clock) {
        this.most = most;
        graceNs = grace.toNanos();
        this.random = random;
        this.clock = clock;
    }

    void most(int messages) {
        most = messages;
    }

    int most() {
        return most;
    }

    int count() {
        return shares.size();
    }

    /** Whether somebody has less than it should, since others have not given back theirs. For any thread. */
    boolean isShort() {
        return isShort;
    }

    void add(FlowControl.Reader reader) {
        shares.add(new Share(reader));
    }

    void remove(FlowControl.Reader reader) {
        for (Share share : List.copyOf(shares)) {
            if (share.reader.equals(reader)) {
                shares.remove(share);
                share.ready = 0;
                share.held = 0;
                // What is not settled by then is the server's again.
                share.heldUntilNs = clock.getAsLong() + reader.timeoutNs();
                departed.add(share);
            }
        }
    }

    /** How long to wait before another look: until a grace ends for which somebody waits, but not for long. */
    long waitNs() {
        if (!isShort) {
            return Long.MAX_VALUE;
        }
        long nowNs = clock.getAsLong();
        return shares.stream()
                .filter(share -> share.isHeld(nowNs))
                .mapToLong(share -> share.heldUntilNs - nowNs)
                .reduce(LOOK.toNanos(), Math::min);
    }

    /** Nobody gets anything. */
    void withdraw() {
        long nowNs = takeStock();
        shares.forEach(share -> give(share, 0, nowNs));
    }

    /** Divides the budget evenly; where it is less than there are connections, so many of them get 1. */
    void divide(int budget) {
        if (shares.size() > budget) {
            draw(budget);
            return;
        }
        long nowNs = takeStock();
        for (boolean lowering : new boolean[] {true, false}) {
            for (int i = 0; i < shares.size(); i++) {
                int fair = budget / shares.size() + (i < budget % shares.size() ? 1 : 0);
                Share share = shares.get(i);
                if (fair < share.ready == lowering) {
                    give(share, fair, nowNs);
                }
            }
        }
    }

    /** As many as the budget have 1: those that have something, and others by lot. */
    void draw(int budget) {
        long nowNs = takeStock();
        shares.forEach(share -> give(share, Math.min(share.ready, 1), nowNs));
        int given = given();
        for (int i = 0; i < shares.size() && given > budget; i++) {
            given -= shares.get(i).ready;
            give(shares.get(i), 0, nowNs);
        }
        byLot(budget - given, nowNs);
    }

    /** Those that bring nothing, or had their turn, give it to others. */
    void rotate(int budget) {
        long nowNs = takeStock();
        for (Share share : shares) {
            long sinceMessageNs = Math.min(nowNs - share.reader.lastMessageNs(), nowNs - share.sinceNs);
            boolean isOver = sinceMessageNs > IDLE.toNanos() || nowNs - share.sinceNs > TURN.toNanos();
            share.hadItsTurn = share.ready > 0 && isOver;
            if (share.hadItsTurn) {
                give(share, 0, nowNs);
            }
        }
        byLot(budget - given(), nowNs);
    }

    private int given() {
        return shares.stream().mapToInt(share -> share.ready).sum();
    }

    /** Gives 1 to some of those that have nothing, and to those who just had it only where there is nobody else. */
    private void byLot(int count, long nowNs) {
        List<Share> without = new ArrayList<>();
        List<Share> last = new ArrayList<>();
        for (Share share : shares) {
            if (share.ready == 0) {
                (share.hadItsTurn ? last : without).add(share);
            }
        }
        for (int i = 0; i < count; i++) {
            List<Share> from = without.isEmpty() ? last : without;
            if (from.isEmpty()) {
                return;
            }
            give(from.remove(random.nextInt(from.size())), 1, nowNs);
        }
    }

    /** Finds out what is free, before something is given. */
    private long takeStock() {
        long nowNs = clock.getAsLong();
        departed.removeIf(share -> share.reader.inFlight() == 0 || nowNs - share.heldUntilNs >= 0);
        free = most;
        for (Share share : shares) {
            free -= share.boundAt(nowNs);
        }
        for (Share share : departed) {
            free -= share.reader.inFlight();
        }
        isShort = false;
        return nowNs;
    }

    private void give(Share share, int wanted, long nowNs) {
        int bound = share.boundAt(nowNs);
        int allowed = Math.min(wanted, share.reader.readyMax());
        int count = Math.min(allowed, bound + Math.max(0, free));
        isShort |= count < allowed;
        if (count == share.ready) {
            return;
        }
        if (count < share.ready) {
            share.held = share.isHeld(nowNs) ? Math.max(share.held, share.ready) : share.ready;
            share.heldUntilNs = nowNs + graceNs;
        }
        share.ready = count;
        share.sinceNs = nowNs;
        free -= share.boundAt(nowNs) - bound;
        share.reader.ready(count);
    }
}
