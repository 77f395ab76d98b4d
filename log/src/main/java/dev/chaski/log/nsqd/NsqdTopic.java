package dev.chaski.log.nsqd;

import java.util.List;

/**
 * A topic as nsqd remembers it.
 *
 * @param name a valid topic name, never an ephemeral one
 * @param isPaused whether it was paused
 * @param channels its channels, in nsqd's order
 */
public record NsqdTopic(String name, boolean isPaused, List<NsqdChannel> channels) {}
