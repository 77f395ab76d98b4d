package dev.chaski.client;

/** Does what a message asks for. Called by as many threads at a time as the consumer's concurrency. */
@FunctionalInterface
public interface MessageHandler {
    /**
     * Handles a message. It is finished on return, unless the handler settled it itself, or the consumer was built with
     * {@link ConsumerBuilder#manualHandler}.
     *
     * @param message in flight
     * @throws Exception where it cannot be handled now: it is requeued, and the consumer backs off
     */
    void handle(Message message) throws Exception;
}
