package dev.chaski.bench.load;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The first failure of a run. Loops report it, the thread that runs the measurement meets it wherever it waits. */
public final class Trouble {
    private final CompletableFuture<Void> first = new CompletableFuture<>();

    /** Nothing has failed. */
    public Trouble() {}

    /**
     * Reports a failure; only the first one counts. Any thread.
     *
     * @param failure what happened
     */
    public void report(BenchException failure) {
        first.completeExceptionally(failure);
    }

    /**
     * Waits for something, or for trouble.
     *
     * @param done what is waited for
     * @param timeoutNs how long, in nanoseconds
     * @return true when it is done, false when the time is over
     * @throws BenchException where there is trouble
     */
    public boolean await(CompletableFuture<Void> done, long timeoutNs) {
        try {
            CompletableFuture.anyOf(done, first).get(Math.max(0, timeoutNs), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException(BenchException.Kind.FAILED, "interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BenchException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /**
     * Lets time pass.
     *
     * @param timeNs how long, in nanoseconds
     * @throws BenchException where there is trouble
     */
    public void sleep(long timeNs) {
        await(first, timeNs);
    }
}
