package dev.chaski.server.nsq;

import io.netty.channel.ChannelConfig;

/**
 * Whether a connection is read from and its commands are executed: only while there is no reason against it. Confined to
 * the connection's loop.
 */
final class ReadGate {
    /** Publishes have to be answered before what comes next may be answered. */
    static final int ANSWERS = 1;
    /** An authorization server is being asked. */
    static final int AUTHORIZATION = 1 << 1;
    /** TLS is being negotiated. */
    static final int HANDSHAKE = 1 << 2;
    /** The connection is moving to another loop. */
    static final int MOVE = 1 << 3;
    /** Too much that the client published is unanswered. */
    static final int UNANSWERED = 1 << 4;
    /** The client does not read what it is answered. */
    static final int UNREAD = 1 << 5;
    /** Nothing more is to be executed. */
    static final int END = 1 << 6;
    /** Reading waits a little for more; what was read is executed. */
    static final int PACE = 1 << 7;
    /** Enough was read for this turn of the loop; what was read is executed. */
    static final int TURN = 1 << 8;

    private final ChannelConfig config;
    private int reasons;

    ReadGate(ChannelConfig config) {
        this.config = config;
    }

    void close(int reason) {
        boolean wasReading = isReading();
        reasons |= reason;
        if (wasReading && !isReading()) {
            config.setAutoRead(false);
        }
    }

    void open(int reason) {
        boolean wasReading = isReading();
        reasons &= ~reason;
        if (!wasReading && isReading()) {
            config.setAutoRead(true);
        }
    }

    boolean isClosed(int reason) {
        return (reasons & reason) != 0;
    }

    /** Whether commands are executed. */
    boolean isExecuting() {
        return (reasons & ~(PACE | TURN)) == 0;
    }

    /** The handshake needs reading, though no commands are executed. */
    private boolean isReading() {
        return (reasons & ~HANDSHAKE) == 0;
    }
}
