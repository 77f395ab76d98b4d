package dev.chaski.cli.nsqd;

import org.jspecify.annotations.Nullable;

/** Is told how far an import is. Called by the importing thread. */
public interface Progress {
    /**
     * A message came over.
     *
     * @param topic whose
     * @param channel whose, or null for those of the topic, which every channel gets
     * @param doneBytes of all queues so far
     * @param allBytes of all queues
     */
    void at(String topic, @Nullable String channel, long doneBytes, long allBytes);

    /**
     * A queue came over.
     *
     * @param topic whose
     * @param channel whose, or null for those of the topic, which every channel gets
     * @param messages how many
     * @param bodyBytes bytes of their bodies
     * @param isPaused whether the topic or channel is paused
     */
    void done(String topic, @Nullable String channel, long messages, long bodyBytes, boolean isPaused);

    /**
     * Something is not as nsqd leaves it.
     *
     * @param line for the operator
     */
    void note(String line);
}
