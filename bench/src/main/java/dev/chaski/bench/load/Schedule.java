package dev.chaski.bench.load;

import java.util.concurrent.TimeUnit;

/**
 * When a connection is to send its commands: as fast as answers come, or at fixed times that do not move when the server
 * is slow.
 *
 * @param periodNs time between two commands, in nanoseconds; 0 for as fast as answers come
 * @param phaseNs how much later than the others' this connection's first command is
 */
public record Schedule(long periodNs, long phaseNs) {
    /** As fast as answers come. */
    public static final Schedule CLOSED = new Schedule(0, 0);

    /**
     * A share of a rate.
     *
     * @param messagesPerS messages a second over all connections
     * @param batch messages per command
     * @param connections how many share the rate
     * @param index which of them this is
     * @return its schedule
     */
    public static Schedule share(double messagesPerS, int batch, int connections, int index) {
        double togetherNs = TimeUnit.SECONDS.toNanos(1) * batch / messagesPerS;
        return new Schedule(Math.max(1, Math.round(togetherNs * connections)), Math.round(togetherNs * index));
    }

    boolean isPaced() {
        return periodNs > 0;
    }
}
