package dev.chaski.testing;

import java.util.Optional;

/**
 * Messages that nobody has finished, in one place.
 *
 * @param topic the name of their topic
 * @param channel the name of their channel; empty for those that no channel was given yet, since the topic has none or is
 *     paused
 * @param waiting neither in flight nor deferred
 * @param inFlight handed to a consumer, and not settled
 * @param deferred held back until their time has come
 */
public record LeftBehind(String topic, Optional<String> channel, long waiting, long inFlight, long deferred) {
    /** As a line for whoever looks for them. */
    @Override
    public String toString() {
        return channel.map(name -> "topic %s, channel %s: %d waiting, %d in flight, %d deferred"
                        .formatted(topic, name, waiting, inFlight, deferred))
                .orElseGet(() -> "topic %s, in no channel: %d waiting".formatted(topic, waiting));
    }
}
