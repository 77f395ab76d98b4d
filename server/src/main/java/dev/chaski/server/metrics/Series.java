package dev.chaski.server.metrics;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counters of many topics or channels, put together under fewer names. What is put together must never fall, though a
 * topic that is deleted takes its counters along: so what is added to a name is what each counter has risen by since the
 * last look. Gauges are of the moment. Confined to whoever holds the lock of {@link Metrics}.
 */
final class Series {
    /** One name's figures. */
    static final class Sum {
        /** Counters. */
        final long[] counts;
        /** Gauges. */
        final long[] gauges;

        private boolean isSeen;

        private Sum(int counts, int gauges) {
            this.counts = new long[counts];
            this.gauges = new long[gauges];
        }
    }

    private static final class Last {
        private final long[] counts;
        private boolean isSeen;

        private Last(int counts) {
            this.counts = new long[counts];
        }
    }

    private final int countNumber;
    private final int gaugeNumber;
    private final Map<Object, Last> lasts = new HashMap<>();
    private final Map<String, Sum> sums = new TreeMap<>();

    Series(int countNumber, int gaugeNumber) {
        this.countNumber = countNumber;
        this.gaugeNumber = gaugeNumber;
    }

    /** A look at everything begins. */
    void begin() {
        lasts.values().forEach(last -> last.isSeen = false);
        sums.values().forEach(sum -> {
            sum.isSeen = false;
            Arrays.fill(sum.gauges, 0);
        });
    }

    /** Adds the counters and gauges of one topic or channel to a name. */
    void add(String name, Object source, long[] counts, long[] gauges) {
        Sum sum = sums.computeIfAbsent(name, key -> new Sum(countNumber, gaugeNumber));
        Last last = lasts.computeIfAbsent(source, key -> new Last(countNumber));
        sum.isSeen = true;
        last.isSeen = true;
        for (int i = 0; i < countNumber; i++) {
            sum.counts[i] += Math.max(0, counts[i] - last.counts[i]);
            last.counts[i] = counts[i];
        }
        for (int i = 0; i < gaugeNumber; i++) {
            sum.gauges[i] += gauges[i];
        }
    }

    /** The look is over: forgets what is not there any more, but for names that stand for many. */
    Map<String, Sum> end() {
        lasts.values().removeIf(last -> !last.isSeen);
        Iterator<Map.Entry<String, Sum>> each = sums.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<String, Sum> entry = each.next();
            if (!entry.getValue().isSeen && entry.getKey().indexOf('(') < 0) {
                each.remove();
            }
        }
        return sums;
    }
}
