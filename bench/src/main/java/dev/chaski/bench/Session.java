package dev.chaski.bench;

import dev.chaski.bench.load.BenchException;
import dev.chaski.bench.load.BenchException.Kind;
import dev.chaski.bench.load.Goal;
import dev.chaski.bench.load.NetLoop;
import dev.chaski.bench.load.PublishPlan;
import dev.chaski.bench.load.Publishing;
import dev.chaski.bench.load.Sample;
import dev.chaski.bench.load.Trouble;
import dev.chaski.bench.measure.ProcessProbe;
import dev.chaski.bench.measure.Span;
import dev.chaski.bench.measure.Usage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One run: its loops, its connections, its clock. Confined to the thread that runs the measurement. */
final class Session implements AutoCloseable {
    private static final int CONNECT_TIMEOUT_MS = 5_000;
    /** How long it may take until one more connection is greeted. */
    private static final long READY_STALL_NS = TimeUnit.SECONDS.toNanos(10);
    /** How long what was sent may still take to be answered and to arrive. */
    private static final long DRAIN_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);

    private static final Duration UNLIMITED = Duration.ofDays(1);
    private static final long DRAIN_POLL_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final ServerOptions server;
    private final Trouble trouble = new Trouble();
    private final List<NetLoop> loops = new ArrayList<>();
    private final @Nullable ProcessProbe probe;
    private int connections;
    private long publishedTotal;
    private long consumedTotal;

    Session(ServerOptions server, int threads) {
        this.server = server;
        probe = server.probe();
        for (int i = 0; i < Math.max(1, threads); i++) {
            loops.add(new NetLoop("bench-loop-" + i, trouble));
        }
    }

    /** The loops take turns in getting connections. */
    NetLoop nextLoop() {
        return loops.get(connections++ % loops.size());
    }

    SocketChannel connect() {
        return connect(server.port);
    }

    SocketChannel connect(int port) {
        InetSocketAddress address = new InetSocketAddress(server.host, port);
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open();
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.socket().connect(address, CONNECT_TIMEOUT_MS);
            return channel;
        } catch (IOException | RuntimeException e) {
            closeQuietly(channel);
            throw new BenchException(Kind.UNREACHABLE, explain(e, port));
        }
    }

    private String explain(Exception e, int port) {
        String text = "cannot connect to " + server.host + ":" + port + ": ";
        if (String.valueOf(e.getMessage()).contains("Too many open files")) {
            return text + "this process may not open more files (ulimit -n)";
        }
        if (e instanceof SocketTimeoutException) {
            return text + "no answer within " + CONNECT_TIMEOUT_MS + " ms";
        }
        return text + e.getMessage() + " (is the server running, and is this its port?)";
    }

    private static void closeQuietly(@Nullable SocketChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // It never was open.
        }
    }

    /** A connection that greets, and then waits to publish. */
    Publishing publisher(PublishPlan plan, Goal ready, Goal answers) {
        return Publishing.nsq(nextLoop(), connect(), plan, ready, answers);
    }

    /** Waits until every connection was greeted (and is subscribed), as long as some still come. */
    void awaitReady(Goal ready) {
        long left = ready.left();
        while (!trouble.await(ready.reached(), READY_STALL_NS)) {
            if (ready.left() == left) {
                throw new BenchException(
                        Kind.UNREACHABLE,
                        left + " connections were not greeted back by " + server.host + ":" + server.port
                                + ", none within the last " + TimeUnit.NANOSECONDS.toSeconds(READY_STALL_NS)
                                + " s: is it an NSQ server?");
            }
            left = ready.left();
        }
    }

    /** Waits for a goal, as long as something still comes nearer to it. */
    void await(Goal goal, Duration stallMax, String what) {
        StallCheck check = new StallCheck(goal, System.nanoTime(), stallMax, what);
        while (!trouble.await(goal.reached(), stallMax.toNanos())) {
            check.at(System.nanoTime());
        }
    }

    Usage usage() {
        return Usage.now(probe, loops);
    }

    /** What was counted since the last call. */
    Sample take() {
        Sample sample = Sample.sum(loops.stream().map(NetLoop::take).toList());
        publishedTotal += sample.published();
        consumedTotal += sample.consumed();
        return sample;
    }

    /**
     * Begins, lets the warm-up pass (until half of the goal at most) and throws away what it counted; returns where the
     * measured time begins. Without a warm-up everything counts.
     */
    Usage start(Duration warmUp, Goal goal, Runnable begin) {
        if (warmUp.isZero()) {
            Usage from = usage();
            begin.run();
            return from;
        }
        begin.run();
        trouble.await(goal.half(), warmUp.toNanos());
        take();
        return usage();
    }

    /** Lets a server that was just started come to rest; returns what it has used up to then. */
    Usage settle(Duration warmUp) {
        trouble.sleep(warmUp.toNanos());
        return usage();
    }

    /** Measures until the time is over or the end has come, telling of every interval. */
    Span measure(Usage from, Duration duration, Duration interval, CompletableFuture<Void> end, Consumer<Span> each) {
        long untilNs = from.atNs() + duration.toNanos();
        Span all = new Span(from, from, Sample.empty());
        boolean ended = false;
        while (!ended && System.nanoTime() - untilNs < 0) {
            long waitNs = Math.min(interval.toNanos(), untilNs - System.nanoTime());
            ended = trouble.await(end, waitNs);
            Sample sample = take();
            Span span = new Span(all.to(), usage(), sample);
            each.accept(span);
            all = all.and(span);
        }
        return all;
    }

    /** Measures until a goal is reached; fails where nothing comes nearer to it for so long. */
    Span measureUntil(Goal goal, Usage from, Duration stallMax, String what, Progress progress) {
        Duration interval = progress.interval().compareTo(stallMax) > 0 ? stallMax : progress.interval();
        StallCheck check = new StallCheck(goal, from.atNs(), stallMax, what);
        return measure(from, UNLIMITED, interval, goal.reached(), progress.andThen(check));
    }

    /** Stops the publishers and waits until all they sent is answered. */
    void drain(List<Publishing> publishers) {
        publishers.forEach(Publishing::stop);
        long untilNs = System.nanoTime() + DRAIN_TIMEOUT_NS;
        for (Publishing publisher : publishers) {
            while (publisher.outstanding() > 0) {
                if (System.nanoTime() - untilNs > 0) {
                    throw new BenchException(
                            Kind.FAILED,
                            "the server leaves publishes unanswered for more than "
                                    + TimeUnit.NANOSECONDS.toSeconds(DRAIN_TIMEOUT_NS) + " s");
                }
                trouble.sleep(DRAIN_POLL_NS);
            }
        }
    }

    /** Waits until all that was published has arrived, warm-up included; returns what came. */
    Sample awaitArrivals() {
        Sample late = take();
        long untilNs = System.nanoTime() + DRAIN_TIMEOUT_NS;
        while (missing() > 0 && System.nanoTime() - untilNs < 0) {
            trouble.sleep(DRAIN_POLL_NS);
            late = late.plus(take());
        }
        return late;
    }

    /** Messages that were published in this run and have not arrived, as of the last {@link #take}. */
    long missing() {
        return Math.max(0, publishedTotal - consumedTotal);
    }

    @Override
    public void close() {
        loops.forEach(NetLoop::close);
    }
}
