package dev.chaski.client;

/** Hears of messages that were attempted too often. */
@FunctionalInterface
public interface GiveUpHandler {
    /**
     * A message will not be attempted again: it is finished when this returns, so put away what is worth keeping.
     *
     * @param message delivered more often than the consumer's most attempts
     * @throws Exception where it could not be put away: it is requeued
     */
    void giveUp(Message message) throws Exception;
}
