package dev.chaski.cli;

import org.jspecify.annotations.Nullable;

/**
 * A channel, or what waits in a topic itself, over all nodes. Rates are per second, null before there were two looks.
 *
 * @param topic its name
 * @param channel its name, empty for the topic itself
 * @param inRate messages that came
 * @param outRate messages that were finished, or emptied
 * @param requeueRate messages that consumers gave back
 * @param timeoutRate messages that consumers had for too long
 */
record StatRow(
        String topic,
        String channel,
        int nodes,
        int pausedAt,
        @Nullable Double inRate,
        @Nullable Double outRate,
        long depth,
        long inFlight,
        long deferred,
        @Nullable Double requeueRate,
        @Nullable Double timeoutRate,
        long requeued,
        long timedOut,
        long clients) {

    static Listing<StatRow> listing() {
        return new Listing<StatRow>()
                .column("topic", "topic", StatRow::topic)
                .shown("channel", StatRow::channel)
                .told("channel", row -> row.channel().isEmpty() ? null : row.channel())
                .column("depth#", "depth", StatRow::depth)
                .column("in/s#", "in_per_s", StatRow::inRate)
                .column("out/s#", "out_per_s", StatRow::outRate)
                .column("in flight#", "in_flight", StatRow::inFlight)
                .column("clients#", "client_count", StatRow::clients)
                .shown("state", row -> Listings.state(row.pausedAt(), row.nodes()))
                .told("paused_at", StatRow::pausedAt)
                .column("deferred#", "deferred", StatRow::deferred)
                .column("requeued/s#", "requeued_per_s", StatRow::requeueRate)
                .column("timed out/s#", "timed_out_per_s", StatRow::timeoutRate)
                .told("requeued", StatRow::requeued)
                .told("timed_out", StatRow::timedOut)
                .column("nodes#", "node_count", StatRow::nodes);
    }
}
