package dev.chaski.client;

/**
 * What a consumer has done since it was built, and how it stands.
 *
 * @param received deliveries; a message that came twice counts twice
 * @param finished finished, also those that were given up
 * @param requeued requeued or postponed
 * @param givenUp attempted too often
 * @param left not handled, since the time-out had passed or the connection was lost before their turn
 * @param refusedAnswers finishes, requeues and touches that a server could not take: mostly they came too late
 * @param inFlight delivered and not settled
 * @param connections connections that are subscribed now
 * @param backoffLevel 0 when all is well; each failure adds one, each success takes one away
 */
public record ConsumerStats(
        long received,
        long finished,
        long requeued,
        long givenUp,
        long left,
        long refusedAnswers,
        int inFlight,
        int connections,
        int backoffLevel) {}
