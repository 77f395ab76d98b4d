package dev.chaski.engine;

import java.util.concurrent.Executor;

/** One thread that runs tasks in order: the owner of channels and connections. The server's are its event loops. */
public interface Loop extends Executor {
    /**
     * Whether the caller is this loop's thread.
     *
     * @return true on the loop
     */
    boolean inLoop();

    /**
     * Runs a task later on the loop.
     *
     * @param task what to run
     * @param delayMs in how many milliseconds, 0 or more
     */
    void schedule(Runnable task, long delayMs);
}
