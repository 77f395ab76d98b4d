package dev.chaski.bench.load;

import dev.chaski.wire.Commands;
import dev.chaski.wire.FrameFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Subscribes and finishes what comes. Confined to its loop, but for {@link #begin}. */
public final class ConsumeConnection extends NsqConnection {
    /** How FINs are written. */
    public enum Finish {
        /** All of what one read brought in one write. */
        BATCH,
        /** One write, and so one packet, for each. */
        EACH;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What the first eight bytes of a body say. */
    public enum Stamp {
        /** Nothing. */
        NONE,
        /** When it was to be sent. */
        INTENDED,
        /** When it is due; before that it must not come. */
        DUE
    }

    /**
     * What to subscribe to, and how.
     *
     * @param topic the topic
     * @param channel the channel
     * @param rdy how many may be in flight
     * @param finish how FINs are written
     * @param stamp what bodies begin with
     */
    public record Subscription(String topic, String channel, int rdy, Finish finish, Stamp stamp) {}

    /** Servers that count in whole milliseconds may round a due time down. */
    private static final long EARLY_NS_MAX = TimeUnit.MILLISECONDS.toNanos(1);

    private final Subscription subscription;
    private final Goal ready;
    private final Goal arrivals;
    private final long createdNs = System.nanoTime();
    private boolean subscribed;
    private int unreported;

    /**
     * A connection that greets and subscribes, and then waits for {@link #begin}.
     *
     * @param loop its loop
     * @param channel connected
     * @param hello what to say of itself
     * @param subscription what to subscribe to
     * @param ready counts connections that are subscribed
     * @param arrivals counts messages
     */
    public ConsumeConnection(
            NetLoop loop, SocketChannel channel, Hello hello, Subscription subscription, Goal ready, Goal arrivals) {
        super(loop, channel, hello.json());
        this.subscription = subscription;
        this.ready = ready;
        this.arrivals = arrivals;
        register();
    }

    /** Lets messages come. Any thread. */
    public void begin() {
        loop.execute(() -> attempt(() -> {
            Commands.rdy(out, subscription.rdy());
            flush();
        }));
    }

    @Override
    String label() {
        return "connection subscribed to " + subscription.topic() + "/" + subscription.channel();
    }

    @Override
    void identified() throws IOException {
        Commands.sub(out, subscription.topic(), subscription.channel());
        flush();
    }

    @Override
    void ok() throws IOException {
        if (subscribed) {
            throw new IOException("the server sent an answer that nothing was asked for");
        }
        subscribed = true;
        ready.add(1);
    }

    @Override
    public void message(ByteBuffer buffer, int position, int frameBytes) throws IOException {
        unreported++;
        if (subscription.stamp() != Stamp.NONE && frameBytes >= FrameWalker.MESSAGE_HEAD_BYTES) {
            arrived(buffer.getLong(position + FrameFormat.BODY_OFFSET));
        }
        if (out.remaining() < Commands.FIN_BYTES) {
            growOut();
        }
        Commands.fin(out, buffer, position + FrameFormat.ID_OFFSET);
        if (subscription.finish() == Finish.EACH) {
            flush();
        }
    }

    /** Many connections hardly ever have anything to finish: room comes with need, up to what may be in flight. */
    private void growOut() throws IOException {
        int bytesMax = CONTROL_BYTES + subscription.rdy() * Commands.FIN_BYTES;
        if (out.capacity() == bytesMax) {
            throw new IOException("the server sent more messages than RDY " + subscription.rdy() + " allows");
        }
        out = ByteBuffer.allocateDirect(Math.min(4 * out.capacity(), bytesMax)).put(out.flip());
    }

    private void arrived(long stampNs) {
        Tally tally = loop.tally();
        long latencyNs = nowNs - stampNs;
        if (subscription.stamp() == Stamp.DUE && latencyNs < -EARLY_NS_MAX) {
            tally.early++;
        } else if (latencyNs < -EARLY_NS_MAX || latencyNs > nowNs - createdNs) {
            tally.foreign++;
        } else {
            tally.arrived(latencyNs);
        }
    }

    @Override
    void walked() throws IOException {
        if (unreported > 0) {
            loop.tally().consumed += unreported;
            flush();
            arrivals.add(unreported);
            unreported = 0;
        }
    }
}
