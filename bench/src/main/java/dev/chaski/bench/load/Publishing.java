package dev.chaski.bench.load;

/** A connection that publishes, over whatever protocol. Any thread. */
public interface Publishing {
    /** Begins to publish. */
    void begin();

    /** Sends nothing new; answers to what was sent are still taken. */
    void stop();

    /**
     * Asks its loop.
     *
     * @return commands that wait for an answer
     */
    long outstanding();
}
