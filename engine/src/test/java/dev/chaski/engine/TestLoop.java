package dev.chaski.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A loop that is one plain thread. */
final class TestLoop implements Loop, AutoCloseable {
    private final Thread[] thread = new Thread[1];
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        thread[0] = new Thread(task, "test-loop");
        return thread[0];
    });

    @Override
    @SuppressWarnings("ReferenceEquality") // a thread is itself
    public boolean inLoop() {
        return Thread.currentThread() == thread[0];
    }

    @Override
    public void schedule(Runnable task, long delayMs) {
        executor.schedule(task, delayMs, TimeUnit.MILLISECONDS);
    }

    @Override
    public void execute(Runnable task) {
        executor.execute(task);
    }

    /** Runs something on the loop and waits for what it gives. */
    <T> T ask(Supplier<T> question) {
        return CompletableFuture.supplyAsync(question, executor).join();
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
