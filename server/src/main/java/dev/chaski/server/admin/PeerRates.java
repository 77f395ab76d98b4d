package dev.chaski.server.admin;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How fast the counters of other nodes rise. nsqd's API tells counters and no rates, so a rate is taken from what a node told
 * at two moments: nobody has one at the first look. Any thread: its methods hold its lock.
 */
final class PeerRates {
    private static final double NS_PER_S = TimeUnit.SECONDS.toNanos(1);
    /** Several pages may ask at the same time: between looks that are closer the rate before is told again. */
    static final long STEP_NS = TimeUnit.SECONDS.toNanos(1);
    /** After so long without a look the next one is a first one. */
    static final long FORGOTTEN_NS = TimeUnit.SECONDS.toNanos(30);
    /** Counters that are remembered, some 100 bytes each; those of further topics have no rates. */
    static final int COUNTERS_MAX = 500_000;

    private final Map<Key, Counter> counters = new HashMap<>();
    private long sweptNs = Long.MIN_VALUE;

    private record Key(String node, String topic, String channel) {}

    private static final class Counter {
        private long value;
        private long atNs;
        private double rate = Double.NaN;
    }

    /** What one node told at one moment. */
    final class Look {
        private final String node;
        private final long nowNs;

        private Look(String node, long nowNs) {
            this.node = node;
            this.nowNs = nowNs;
        }

        /** Published a second, or null where that is not known yet. */
        @Nullable
        Double published(String topic, long messages) {
            return rate(new Key(node, topic, ""), messages, nowNs);
        }

        /** Finished (or emptied) a second: what came in, less what is still there; null where that is not known yet. */
        @Nullable
        Double finished(String topic, String channel, long gone) {
            return rate(new Key(node, topic, channel), gone, nowNs);
        }
    }

    Look look(String node, long nowNs) {
        return new Look(node, nowNs);
    }

    private synchronized @Nullable Double rate(Key key, long value, long nowNs) {
        sweep(nowNs);
        Counter counter = counters.get(key);
        if (counter == null) {
            if (counters.size() >= COUNTERS_MAX) {
                return null;
            }
            counter = new Counter();
            counters.put(key, counter);
            counter.value = value;
            counter.atNs = nowNs;
        } else if (nowNs - counter.atNs >= STEP_NS) {
            boolean isForgotten = nowNs - counter.atNs >= FORGOTTEN_NS;
            // A counter falls when its node or topic begins anew, and a little when its parts were not read at once.
            double rate = Math.max(0, value - counter.value) * NS_PER_S / (nowNs - counter.atNs);
            counter.rate = isForgotten ? Double.NaN : rate;
            counter.value = value;
            counter.atNs = nowNs;
        }
        return Double.isNaN(counter.rate) ? null : counter.rate;
    }

    /** Now and then, forgets what nobody looks at any more. */
    private void sweep(long nowNs) {
        if (sweptNs == Long.MIN_VALUE) {
            sweptNs = nowNs;
        } else if (nowNs - sweptNs >= FORGOTTEN_NS) {
            sweptNs = nowNs;
            counters.values().removeIf(counter -> nowNs - counter.atNs >= FORGOTTEN_NS);
        }
    }
}
