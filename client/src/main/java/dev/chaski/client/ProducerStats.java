package dev.chaski.client;

import java.util.Optional;

/**
 * What a producer has done since it was built, and how it stands. Counts are of publishes: one for a batch.
 *
 * @param acknowledged answered with OK
 * @param failed ended by an exception
 * @param resent sent again on another connection
 * @param connections connections made
 * @param unanswered handed over and not answered yet
 * @param bufferedBytes how many bytes those have
 * @param server the server it is connected to
 */
public record ProducerStats(
        long acknowledged,
        long failed,
        long resent,
        long connections,
        int unanswered,
        long bufferedBytes,
        Optional<ServerAddress> server) {}
