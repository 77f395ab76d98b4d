package dev.chaski.cli.relay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** Says which of several destinations to try, and in which order. Any thread: every method holds the pool's lock. */
final class HostPool {
    private static final long RETRY_LEAST_NS = Duration.ofSeconds(1).toNanos();
    private static final long RETRY_MOST_NS = Duration.ofMinutes(1).toNanos();
    /** How often any is tried, and not the quickest. */
    private static final double EPSILON = 0.1;
    /** The weight of the last answer in what is known of a host's speed. */
    private static final double LAST = 0.1;

    private final Mode mode;
    private final Host[] hosts;
    private final LongSupplier clock;
    private final RandomGenerator random;
    private int next;

    private static final class Host {
        private boolean isFailing;
        private long waitNs;
        private long retryNs;
        private double tookNs;
    }

    /**
     * New, and all work.
     *
     * @param clock nanoseconds, as {@link System#nanoTime}
     */
    HostPool(int count, Mode mode, LongSupplier clock, RandomGenerator random) {
        this.mode = mode;
        this.clock = clock;
        this.random = random;
        hosts = new Host[count];
        for (int i = 0; i < count; i++) {
            hosts[i] = new Host();
        }
    }

    /** Which to try, one after the other until one works; with {@link Mode#MULTICAST} all have to. */
    synchronized List<Integer> order(IntPredicate isReady) {
        List<Integer> turn = new ArrayList<>();
        for (int i = 0; i < hosts.length; i++) {
            turn.add((next + i) % hosts.length);
        }
        next = (next + 1) % hosts.length;
        return switch (mode) {
            case MULTICAST -> turn;
            case ROUND_ROBIN -> turn.subList(0, 1);
            case HOSTPOOL -> workingFirst(turn, isReady);
            case EPSILON_GREEDY -> workingFirst(quickestFirst(turn), isReady);
        };
    }

    private List<Integer> quickestFirst(List<Integer> turn) {
        if (random.nextDouble() < EPSILON) {
            Collections.shuffle(turn, java.util.Random.from(random));
        } else {
            turn.sort((a, b) -> Double.compare(hosts[a].tookNs, hosts[b].tookNs));
        }
        return turn;
    }

    private List<Integer> workingFirst(List<Integer> turn, IntPredicate isReady) {
        long nowNs = clock.getAsLong();
        List<Integer> working = new ArrayList<>();
        List<Integer> others = new ArrayList<>();
        for (int host : turn) {
            boolean mayWork = !hosts[host].isFailing || nowNs - hosts[host].retryNs >= 0;
            (mayWork && isReady.test(host) ? working : others).add(host);
        }
        working.addAll(others);
        return working;
    }

    synchronized void succeeded(int host, long tookNs) {
        Host known = hosts[host];
        known.isFailing = false;
        known.waitNs = 0;
        known.tookNs = known.tookNs == 0 ? tookNs : known.tookNs * (1 - LAST) + tookNs * LAST;
    }

    synchronized void failed(int host) {
        Host known = hosts[host];
        long nowNs = clock.getAsLong();
        if (!known.isFailing || nowNs - known.retryNs >= 0) { // else it was sent before the last failure was known
            known.isFailing = true;
            known.waitNs = Math.clamp(known.waitNs * 2, RETRY_LEAST_NS, RETRY_MOST_NS);
            known.retryNs = nowNs + known.waitNs;
        }
    }
}
