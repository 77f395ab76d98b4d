package dev.chaski.systemtests;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** Takes all that a channel still has and finishes it, under the eyes of a ledger. Used by one thread. */
final class Drain {
    private static final int READY = 500;
    private static final int QUIET_MS = 300;
    private static final int OPEN_WAIT_MS = 15_000;

    private final InetSocketAddress address;
    private final String topic;
    private final String channel;
    private final Ledger ledger;

    Drain(InetSocketAddress address, String topic, String channel, Ledger ledger) {
        this.address = address;
        this.topic = topic;
        this.channel = channel;
        this.ledger = ledger;
    }

    /** Ends when nothing is open in the ledger and nothing more comes, or when what is open does not come. */
    void run() throws IOException {
        List<RawNsq.Message> finishing = new ArrayList<>();
        try (RawNsq nsq = RawNsq.connect(address).subscribe(topic, channel).ready(READY)) {
            while (true) {
                nsq.readTimeoutMs(ledger.open() == 0 ? QUIET_MS : OPEN_WAIT_MS);
                RawNsq.Frame frame = nsq.read();
                while (true) {
                    take(nsq, frame, finishing);
                    if (!nsq.hasInput() || finishing.size() >= READY) {
                        break;
                    }
                    frame = nsq.read();
                }
                while (!finishing.isEmpty()) {
                    finishing = prove(nsq, finishing);
                }
            }
        } catch (SocketTimeoutException e) {
            // Nothing more comes. What is missing then is the ledger's to say.
        }
    }

    private void take(RawNsq nsq, RawNsq.Frame frame, List<RawNsq.Message> finishing) throws IOException {
        if (!(frame instanceof RawNsq.Message message)) {
            throw new AssertionError("expected a message, not " + frame);
        }
        ledger.received(message);
        ledger.settling(message);
        nsq.finish(message.id());
        finishing.add(message);
    }

    /** Waits for the proof of these finishes; returns the messages that came and were finished in between. */
    private List<RawNsq.Message> prove(RawNsq nsq, List<RawNsq.Message> finishing) throws IOException {
        List<RawNsq.Message> later = new ArrayList<>();
        nsq.probe();
        for (RawNsq.Frame frame = nsq.read(); !RawNsq.isProof(frame); frame = nsq.read()) {
            take(nsq, frame, later);
        }
        finishing.forEach(ledger::settled);
        return later;
    }
}
