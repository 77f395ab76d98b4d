package dev.chaski.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client that is sent events (the {@code text/event-stream} of HTML). Whoever sends learns when the client does not
 * keep up, and how much is kept for it is bounded. Any thread.
 */
public final class EventStream {
    /** Bytes that may be unsent to one client. */
    static final int UNSENT_BYTES_MAX = 256 << 10;

    private final Channel channel;
    private final AtomicInteger unsentBytes = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);

    EventStream(Channel channel) {
        this.channel = channel;
    }

    /**
     * Sends an event, unless so much is unsent that the client does not keep up.
     *
     * @param name what kind of event it is
     * @param json its data: JSON without line ends
     * @return false where nothing was sent, since the client is slow or gone
     */
    public boolean send(String name, byte[] json) {
        byte[] head = ("event: " + name + "\ndata: ").getBytes(StandardCharsets.UTF_8);
        return write(Unpooled.wrappedBuffer(head, json, END));
    }

    private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

    /**
     * Sends a line that means nothing, which keeps proxies from closing the connection and finds out who is gone.
     *
     * @return false where nothing was sent
     */
    public boolean heartbeat() {
        return write(Unpooled.wrappedBuffer(HEARTBEAT));
    }

    /**
     * Whether the client can be sent something.
     *
     * @return false while it is slow, and from the end of the connection on
     */
    public boolean isWritable() {
        return !isClosed() && unsentBytes.get() == 0;
    }

    private boolean write(ByteBuf event) {
        int bytes = event.readableBytes();
        // One event may be longer than all that may wait, then alone.
        int before = unsentBytes.getAndAdd(bytes);
        if (isClosed() || before > 0 && before + bytes > UNSENT_BYTES_MAX) {
            unsentBytes.addAndGet(-bytes);
            event.release();
            return false;
        }
        channel.writeAndFlush(event).addListener(sent -> unsentBytes.addAndGet(-bytes));
        return true;
    }

    /**
     * Waits for a time, or until the connection ends.
     *
     * @param millis how long, in milliseconds
     * @return false where the connection has ended
     * @throws InterruptedException where the thread is interrupted
     */
    public boolean pause(long millis) throws InterruptedException {
        return !closed.await(millis, TimeUnit.MILLISECONDS);
    }

    /**
     * Whether the connection has ended.
     *
     * @return true for good
     */
    public boolean isClosed() {
        return closed.getCount() == 0 || !channel.isActive();
    }

    void close() {
        closed.countDown();
    }
}
