package dev.chaski.server.nsq;

import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;

/**
 * Lets a consumer's small commands gather before they are read. Confined to the connection's loop.
 *
 * <p>Libraries send each FIN in a packet of its own. Where much is in flight nobody waits for a single one of them, and
 * reading many at once costs little more than reading one. A consumer with little in flight is read at once: its next
 * message depends on the FIN.
 */
final class ReadPacer {
    /** Whether it is done at all: false to measure what it brings. */
    private static final boolean IS_ENABLED = true;
    /** How long reading waits, in microseconds. */
    private static final long PAUSE_US = 50;
    /** A read of so many bytes is not small: commands gather by themselves. */
    private static final int SMALL_BYTES = 512;
    /** With fewer messages in flight the client may wait for the answer to its FIN, which is the next message. */
    private static final int IN_FLIGHT_MIN = 64;

    private final ReadGate gate;
    private final Runnable onward = this::goOn;

    ReadPacer(ReadGate gate) {
        this.gate = gate;
    }

    /** After a turn's commands were executed. */
    void read(EventLoop loop, int readBytes, int inFlight) {
        if (IS_ENABLED && readBytes < SMALL_BYTES && inFlight >= IN_FLIGHT_MIN && !gate.isClosed(ReadGate.PACE)) {
            gate.close(ReadGate.PACE);
            loop.schedule(onward, PAUSE_US, TimeUnit.MICROSECONDS);
        }
    }

    private void goOn() {
        gate.open(ReadGate.PACE);
    }
}
