package dev.chaski.engine;

import dev.chaski.log.LogConfig;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * What the engine is told once, at its start.
 *
 * @param log where and how messages are stored
 * @param ack when a publish is answered
 * @param memQueueSize waiting messages that an ephemeral channel keeps; beyond them it skips and counts
 * @param maxMsgSizeBytes longest body
 * @param maxChannelConsumers consumers of one channel, 0 for any number
 * @param maxTopics topics of this node
 * @param e2ePercentiles percentiles of the time from publish to finish to keep per channel, each 0 to 1; empty for none
 * @param e2eWindowMs over how long they are kept, in milliseconds
 * @param knownChannels asked when a topic is made: the channels that others know of it; it releases nothing before
 */
public record BrokerConfig(
        LogConfig log,
        Ack ack,
        long memQueueSize,
        int maxMsgSizeBytes,
        int maxChannelConsumers,
        int maxTopics,
        List<Double> e2ePercentiles,
        long e2eWindowMs,
        Function<String, CompletableFuture<List<String>>> knownChannels) {

    /** When a publish is answered. */
    public enum Ack {
        /** When it is in the operating system: it survives any death of this process. */
        WRITTEN,
        /** When it has been fsynced: it survives a power cut. */
        SYNCED
    }

    /**
     * The defaults for a folder.
     *
     * @param log where messages are stored
     * @return nsqd's limits, answers when written
     */
    public static BrokerConfig of(LogConfig log) {
        return new BrokerConfig(
                log,
                Ack.WRITTEN,
                10_000,
                1 << 20,
                0,
                100_000,
                List.of(),
                600_000,
                topic -> CompletableFuture.completedFuture(List.of()));
    }
}
