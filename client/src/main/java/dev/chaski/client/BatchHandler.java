package dev.chaski.client;

import java.util.List;

/** Does what several messages ask for. Called by as many threads at a time as the consumer's concurrency. */
@FunctionalInterface
public interface BatchHandler {
    /**
     * Handles messages. Those that the handler did not settle itself are finished on return.
     *
     * @param messages in flight, at least one
     * @throws Exception where they cannot be handled now: those that are not settled are requeued, and the consumer backs
     *     off
     */
    void handle(List<Message> messages) throws Exception;
}
