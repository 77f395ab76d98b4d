package dev.chaski.server.admin;

import dev.chaski.engine.Broker;
import dev.chaski.engine.Channel;
import dev.chaski.engine.ChannelStats;
import dev.chaski.engine.Topic;
import dev.chaski.engine.TopicStats;
import dev.chaski.server.admin.Views.LatencyView;
import dev.chaski.server.admin.Views.Point;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at this node's counters once a second, and makes rates and a history of them. Runs, on a virtual thread of its
 * own, from when somebody asks until nobody has asked for a while: a broker that nobody looks at pays nothing. Any thread.
 */
final class Sampler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sampler.class);

    static final int STEP_MS = 1_000;
    /** A quarter of an hour. */
    static final int POINTS_MAX = 900;

    private static final long IDLE_NS = TimeUnit.MINUTES.toNanos(15);
    /** Channels whose percentiles are put together in one sample: each costs some microseconds. */
    static final int LATENCY_CHANNELS_MAX = 100;

    private final Broker broker;
    private final InstantSource clock;
    /** The sampling thread's. */
    private final RateBook book = new RateBook();

    private final ArrayDeque<Point> points = new ArrayDeque<>();
    private @Nullable Thread thread;
    private long askedNs;
    private volatile boolean isClosed;

    Sampler(Broker broker, InstantSource clock) {
        this.broker = broker;
        this.clock = clock;
    }

    /** Rates of topics and channels; empty until two samples were taken. */
    RateBook rates() {
        want();
        return book;
    }

    /** The newest samples that are kept, at most so many; the oldest first. */
    List<Point> history(int countMax) {
        want();
        synchronized (points) {
            return points.stream().skip(Math.max(0, points.size() - countMax)).toList();
        }
    }

    /** The newest sample, or null before the first one. */
    @Nullable
    Point latest() {
        want();
        synchronized (points) {
            return points.peekLast();
        }
    }

    /** A sample that is newer than a time, waited for; null where none came. */
    @Nullable
    Point awaitAfter(long t, long timeoutMs) throws InterruptedException {
        want();
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        synchronized (points) {
            Point last = points.peekLast();
            long leftMs = timeoutMs;
            while ((last == null || last.t() <= t) && leftMs > 0 && !isClosed) {
                points.wait(leftMs);
                last = points.peekLast();
                leftMs = TimeUnit.NANOSECONDS.toMillis(endNs - System.nanoTime());
            }
            return last != null && last.t() > t ? last : null;
        }
    }

    /** Somebody asks: goes on, or begins. */
    private synchronized void want() {
        askedNs = System.nanoTime();
        if (thread == null && !isClosed) {
            thread = Thread.ofVirtual().name("chaski-sampler").start(this::run);
        }
    }

    private synchronized boolean isWanted() {
        boolean isWanted = !isClosed && System.nanoTime() - askedNs < IDLE_NS;
        if (!isWanted) {
            thread = null;
        }
        return isWanted;
    }

    private void run() {
        try {
            while (isWanted()) {
                sampleGuarded();
                Thread.sleep(STEP_MS - clock.millis() % STEP_MS);
            }
        } catch (InterruptedException e) {
            LOG.debug("sampler ends");
        }
        book.clear();
        synchronized (points) {
            points.clear();
        }
    }

    private void sampleGuarded() {
        try {
            Point point = sample(System.nanoTime());
            synchronized (points) {
                points.addLast(point);
                if (points.size() > POINTS_MAX) {
                    points.removeFirst();
                }
                points.notifyAll();
            }
        } catch (RuntimeException e) {
            LOG.error("figures were not sampled", e);
        }
    }

    private Point sample(long nowNs) {
        Sums sums = new Sums();
        book.begin(nowNs);
        for (Topic topic : broker.topics()) {
            TopicStats stats = topic.stats();
            sums.depth += stats.depth();
            sums.diskBytes += stats.sizeBytes();
            book.topic(topic, stats.messageCount());
            for (Channel channel : topic.channels()) {
                ChannelStats figures = channel.counts();
                sums.depth += figures.depth();
                sums.inFlight += figures.inFlightCount();
                if (book.channel(channel, channel.deliveredCount(), channel.finishedCount())
                        && sums.active.size() < LATENCY_CHANNELS_MAX) {
                    sums.active.add(channel);
                }
            }
        }
        RateBook.Totals totals = book.end();
        LatencyView latency = Latencies.highest(sums.active);
        return new Point(
                clock.millis(),
                totals.published(),
                totals.delivered(),
                totals.finished(),
                sums.depth,
                sums.inFlight,
                latency == null ? null : latency.p50Ms(),
                latency == null ? null : latency.p99Ms(),
                sums.diskBytes);
    }

    private static final class Sums {
        private long depth;
        private long inFlight;
        private long diskBytes;
        private final List<Channel> active = new ArrayList<>();
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        if (thread != null) {
            thread.interrupt();
        }
        synchronized (points) {
            points.notifyAll();
        }
    }
}
