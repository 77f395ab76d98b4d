package dev.chaski.log.nsqd;

/**
 * A channel as nsqd remembers it.
 *
 * @param name a valid channel name, never an ephemeral one
 * @param isPaused whether it was paused
 */
public record NsqdChannel(String name, boolean isPaused) {}
