package dev.chaski.server;

import java.util.List;

/**
 * The messages that a topic has for somebody.
 *
 * @param topic its name
 * @param unreleased given to no channel yet: there is none, or the topic is paused
 * @param channels its channels, by name
 */
public record TopicBacklog(String topic, long unreleased, List<ChannelBacklog> channels) {
    /** Its channels do not change any more. */
    public TopicBacklog {
        channels = List.copyOf(channels);
    }
}
