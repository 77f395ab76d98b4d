package dev.chaski.server;

/**
 * The messages that a channel has for somebody, at one moment.
 *
 * @param channel its name
 * @param waiting neither in flight nor deferred
 * @param inFlight handed to a consumer, and not settled
 * @param deferred held back until their time has come
 */
public record ChannelBacklog(String channel, long waiting, long inFlight, long deferred) {}
