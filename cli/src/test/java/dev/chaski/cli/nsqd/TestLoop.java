package dev.chaski.cli.nsqd;

import dev.chaski.engine.Loop;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A loop without a network: one thread that owns the channels in a test. */
final class TestLoop implements Loop, AutoCloseable {
    private static final long CLOSE_TIMEOUT_S = 10;

    private final ScheduledThreadPoolExecutor executor;
    private volatile Thread thread;

    TestLoop() {
        executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "test-loop");
            made.setDaemon(true);
            thread = made;
            return made;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a thread is itself
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    @Override
    public void execute(Runnable task) {
        executor.execute(task);
    }

    @Override
    public void schedule(Runnable task, long delayMs) {
        executor.schedule(task, delayMs, TimeUnit.MILLISECONDS);
    }

    /** Runs a task on the loop; the future fails with what it throws. */
    <T> CompletableFuture<T> call(Callable<T> task) {
        CompletableFuture<T> done = new CompletableFuture<>();
        execute(() -> {
            try {
                done.complete(task.call());
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    @Override
    public void close() {
        executor.shutdown();
        try {
            executor.awaitTermination(CLOSE_TIMEOUT_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
