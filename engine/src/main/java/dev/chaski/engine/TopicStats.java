package dev.chaski.engine;

/**
 * A topic's own figures at one moment; counters run since the broker started.
 *
 * @param depth messages not yet released to channels
 * @param messageCount messages published
 * @param messageBytes bytes of their bodies
 * @param sizeBytes bytes on disk
 * @param isPaused whether it releases nothing
 */
public record TopicStats(long depth, long messageCount, long messageBytes, long sizeBytes, boolean isPaused) {}
