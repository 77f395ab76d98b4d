package dev.chaski.bench.load;

import dev.chaski.bench.load.BenchException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One thread that drives many connections: it owns their state, its {@link Tally} and its read buffer. Others reach it by
 * {@link #execute} and {@link #call}.
 */
public final class NetLoop implements AutoCloseable {
    /** Something that acts when its time has come: a connection that publishes at a fixed rate. */
    interface Ticker {
        void tick(long nowNs) throws IOException;
    }

    /** Bytes taken from a socket at once: a great deal, since a consumer writes one batch of FINs per read. */
    private static final int READ_BYTES = 256 << 10;
    /** How long a call waits for the loop: far more than it ever works in one go. */
    private static final long CALL_TIMEOUT_S = 30;

    private final Selector selector;
    private final Trouble trouble;
    private final Thread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(READ_BYTES);
    private final List<Ticker> tickers = new ArrayList<>();
    private final Tally tally = new Tally();
    private final Consumer<SelectionKey> onReady = this::ready;
    private @Nullable Pacer pacer;
    private volatile boolean closed;

    /**
     * Starts a loop.
     *
     * @param name of its thread
     * @param trouble told of what fails
     */
    public NetLoop(String name, Trouble trouble) {
        this.trouble = trouble;
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = Thread.ofPlatform().name(name).daemon().start(this::run);
    }

    /**
     * What its connections count. On the loop only.
     *
     * @return the same object always
     */
    Tally tally() {
        return tally;
    }

    ByteBuffer readBuffer() {
        return readBuffer;
    }

    Selector selector() {
        return selector;
    }

    Trouble trouble() {
        return trouble;
    }

    /**
     * Runs a task on the loop. Any thread.
     *
     * @param task what to run
     */
    public void execute(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    /**
     * Runs something on the loop and waits for what it gives. Not on the loop.
     *
     * @param <T> what it gives
     * @param task what to run
     * @return what it gave
     */
    public <T> T call(Supplier<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        execute(() -> {
            try {
                result.complete(task.get());
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.get(CALL_TIMEOUT_S, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the load generator's own loop failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException(Kind.FAILED, "interrupted");
        }
    }

    /**
     * Takes what was counted since the last call. Any thread but the loop's.
     *
     * @return the counts
     */
    public Sample take() {
        return call(tally::take);
    }

    /**
     * CPU time of the loop's thread since it started. Any thread.
     *
     * @return nanoseconds
     */
    public long cpuNs() {
        return Math.max(0, ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.threadId()));
    }

    /** Adds what acts by time, and sees to it that the loop wakes up often enough. On the loop. */
    void addTicker(Ticker ticker, long periodNs) {
        tickers.add(ticker);
        if (pacer == null) {
            pacer = new Pacer(selector::wakeup, periodNs);
        }
        pacer.atLeastEvery(periodNs);
    }

    private void run() {
        try {
            while (!closed) {
                selector.select(onReady);
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                tick();
            }
        } catch (IOException | RuntimeException e) {
            trouble.report(new BenchException(Kind.FAILED, "the load generator's own loop failed: " + e));
        } finally {
            closeAll();
        }
    }

    private void ready(SelectionKey key) {
        ((Connection) key.attachment()).ready(key);
    }

    private void tick() {
        if (tickers.isEmpty()) {
            return;
        }
        long nowNs = System.nanoTime();
        for (Ticker ticker : tickers) {
            try {
                ticker.tick(nowNs);
            } catch (IOException e) {
                trouble.report(new BenchException(Kind.FAILED, "sending failed: " + e.getMessage()));
            }
        }
    }

    private void closeAll() {
        if (pacer != null) {
            pacer.close();
        }
        for (SelectionKey key : selector.keys()) {
            ((Connection) key.attachment()).close();
        }
        try {
            selector.close();
        } catch (IOException e) {
            // Nothing more is done with it.
        }
    }

    /** Closes the connections and ends the thread. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
