package dev.chaski.bench.jmh;

import dev.chaski.engine.Loop;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A loop that is one plain thread. Any thread. */
final class PlainLoop implements Loop, AutoCloseable {
    private final ScheduledExecutorService executor;
    private volatile Thread thread;

    PlainLoop() {
        executor = Executors.newSingleThreadScheduledExecutor(task -> {
            thread = new Thread(task, "jmh-loop");
            return thread;
        });
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a thread is itself
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    @Override
    public void schedule(Runnable task, long delayMs) {
        executor.schedule(task, delayMs, TimeUnit.MILLISECONDS);
    }

    @Override
    public void execute(Runnable task) {
        executor.execute(task);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
