package dev.chaski.server.nsq;

/**
 * How much of what a connection sends is taken before the others of its loop get their turn. A packet of 64 KB may
 * inflate to 64 MB of commands; what is beyond the turn's bytes waits, unread or compressed, for the next turn. Confined
 * to the connection's loop.
 */
final class Turn {
    /** Bytes of commands, after decompression, that one turn takes: as many as a loop stages of messages. */
    static final int BYTES_MAX = 512 << 10;

    private final Connection client;
    private final Runnable onward = this::goOn;
    private int takenBytes;

    Turn(Connection client) {
        this.client = client;
    }

    /** So many bytes were taken; where that is enough for now, no more are read. */
    void take(int bytes) {
        takenBytes += bytes;
        if (takenBytes >= BYTES_MAX && !client.gate().isClosed(ReadGate.TURN)) {
            client.gate().close(ReadGate.TURN);
            // Scheduled, not executed: the loop would run it before it looks at its sockets.
            client.home().loop().schedule(() -> client.moving().onLoop(onward), 0);
        }
    }

    /** Everything that the socket had, or was allowed to give, was taken. */
    void end() {
        takenBytes = 0;
    }

    private void goOn() {
        takenBytes = 0;
        client.gate().open(ReadGate.TURN);
        client.execute();
    }
}
