package dev.chaski.server.admin;

import dev.chaski.engine.Channel;
import dev.chaski.engine.Topic;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How fast counters rise, by their values at two moments. Written by the sampling thread, read by any. A topic that is
 * made again under its name is another one, so no counter ever falls.
 */
final class RateBook {
    private static final double NS_PER_S = TimeUnit.SECONDS.toNanos(1);

    /** Of one topic or channel: two counters and their rates. */
    private static final class Entry {
        private long first;
        private long second;
        private volatile double firstRate;
        private volatile double secondRate;
        private volatile boolean isMeasured;
        private int round;
    }

    /** Of the whole node; null before there are two samples. */
    record Totals(
            @Nullable Double published,
            @Nullable Double delivered,
            @Nullable Double finished) {}

    private final Map<Object, Entry> entries = new ConcurrentHashMap<>();
    private int round;
    private long lastNs;
    private double seconds;
    private double published;
    private double delivered;
    private double finished;

    /** A look at all counters begins. */
    void begin(long nowNs) {
        seconds = round == 0 ? 0 : (nowNs - lastNs) / NS_PER_S;
        lastNs = nowNs;
        round++;
        published = 0;
        delivered = 0;
        finished = 0;
    }

    void topic(Topic topic, long messages) {
        Entry entry = measure(topic, messages, 0);
        published += entry.firstRate;
    }

    /** Notes a channel, and says whether anything was finished in it since the last look. */
    boolean channel(Channel channel, long deliveredCount, long finishedCount) {
        Entry entry = measure(channel, deliveredCount, finishedCount);
        delivered += entry.firstRate;
        finished += entry.secondRate;
        return entry.secondRate > 0;
    }

    /** What came after the last look counts from 0: it is new. */
    private Entry measure(Object of, long first, long second) {
        Entry entry = entries.computeIfAbsent(of, key -> new Entry());
        if (seconds > 0) {
            entry.firstRate = (first - entry.first) / seconds;
            entry.secondRate = (second - entry.second) / seconds;
            entry.isMeasured = true;
        }
        entry.first = first;
        entry.second = second;
        entry.round = round;
        return entry;
    }

    /** The look is over: what was not seen is gone. */
    Totals end() {
        entries.values().removeIf(entry -> entry.round != round);
        return round < 2 ? new Totals(null, null, null) : new Totals(published, delivered, finished);
    }

    void clear() {
        entries.clear();
        round = 0;
    }

    @Nullable
    Double published(Topic topic) {
        return rate(topic, true);
    }

    @Nullable
    Double delivered(Channel channel) {
        return rate(channel, true);
    }

    @Nullable
    Double finished(Channel channel) {
        return rate(channel, false);
    }

    private @Nullable Double rate(Object of, boolean isFirst) {
        Entry entry = entries.get(of);
        if (entry == null || !entry.isMeasured) {
            return null;
        }
        return isFirst ? entry.firstRate : entry.secondRate;
    }
}
