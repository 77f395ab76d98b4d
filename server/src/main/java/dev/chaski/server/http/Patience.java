package dev.chaski.server.http;

import org.jspecify.annotations.Nullable;

/** Counts the seconds for which a client keeps a connection without need. Confined to the connection's loop. */
final class Patience {
    /** A body may come as slowly as this and no slower, on the whole. */
    private static final long BODY_BYTES_PER_S = 1024;

    private static final long MS_PER_S = HttpLoop.TICK_MS;

    private final HttpTimeouts timeouts;
    private boolean wasActive;
    private long lastUnsentBytes;
    private long idleMs;
    private long receivingMs;
    private long unsentMs;

    Patience(HttpTimeouts timeouts) {
        this.timeouts = timeouts;
    }

    /** Something came. */
    void active() {
        wasActive = true;
    }

    /** One more second has gone; why the connection is to be closed, or null. */
    @Nullable
    String runsOut(boolean isWaitingForUs, boolean isReceiving, long bodyBytes, long unsentBytes) {
        unsentMs = unsentBytes > 0 && unsentBytes == lastUnsentBytes ? unsentMs + MS_PER_S : 0;
        lastUnsentBytes = unsentBytes;
        receivingMs = isReceiving ? receivingMs + MS_PER_S : 0;
        idleMs = wasActive || isWaitingForUs || unsentBytes > 0 ? 0 : idleMs + MS_PER_S;
        wasActive = false;
        if (unsentMs >= timeouts.unsentMs()) {
            return "it does not read its answer";
        }
        if (receivingMs >= timeouts.requestMs() + bodyBytes / BODY_BYTES_PER_S * MS_PER_S) {
            return "its request does not arrive";
        }
        return idleMs >= timeouts.idleMs() ? "it asks for nothing" : null;
    }
}
