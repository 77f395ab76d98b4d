package dev.chaski.client;

import dev.chaski.wire.Commands;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One connection that is subscribed to the channel, from SUB to its end. What comes on it is heard by its reader; the other
 * methods are for any thread.
 */
final class Subscription implements Connection.Listener, FlowControl.Reader, Message.Source {
    private static final int NAMES_BYTES = 256;
    /**
     * A server that delivers a message again after its time-out does not know that the first is still being handled: some
     * more than it was asked for may come.
     */
    private static final int IN_FLIGHT_PER_READY_MAX = 4;

    private static final int IN_FLIGHT_SLACK = 64;
    /** Above this part of what it asked for, a subscription is about to wait for its user. */
    private static final double STARVED_SHARE = 0.85;

    /** What subscriptions of one consumer share. */
    interface Owner {
        void subscribed(Subscription subscription);

        void received(List<Message> messages) throws InterruptedException;

        void settled(Message.Fate fate);

        void answerRefused(String text);

        Duration requeueDelay(int attempts);
    }

    private final Connection connection;
    private final Owner owner;
    /** Open when nothing more will be delivered. */
    private final CountDownLatch drained = new CountDownLatch(1);

    private final long timeoutNs;
    private final AtomicInteger inFlight = new AtomicInteger();
    /** What came with what was read last. The reader's. */
    private final List<Message> arrived = new ArrayList<>();
    /** The most that the server was ever asked for. */
    private volatile int readyMost;
    /** What the server was last asked for. */
    private volatile int ready;

    private boolean isSubscribed;
    private volatile @Nullable ServerErrorException refusal;
    private volatile long lastMessageNs = System.nanoTime();

    Subscription(Connection connection, Owner owner) {
        this.connection = connection;
        this.owner = owner;
        timeoutNs = TimeUnit.MILLISECONDS.toNanos(connection.agreement().msgTimeoutMs());
    }

    /** Subscribes, and returns when the connection is gone. */
    void run(String topic, String channel) throws InterruptedException {
        connection.start(this);
        send(NAMES_BYTES, buffer -> Commands.sub(buffer, topic, channel));
        try {
            connection.awaitEnd();
        } catch (InterruptedException e) {
            connection.abort(e);
            throw e;
        } finally {
            drained.countDown();
        }
    }

    /** Why it ended. */
    Exception cause() {
        ServerErrorException why = refusal;
        return why == null ? connection.cause() : why;
    }

    /** Asks for no more messages; those that are on their way still come. */
    void drain() {
        send(Integer.BYTES, Commands::cls);
    }

    /** Waits until nothing more will be delivered. */
    boolean awaitDrained(long timeoutNs) throws InterruptedException {
        return drained.await(Math.max(0, timeoutNs), TimeUnit.NANOSECONDS);
    }

    /** Writes what is left to say, and lets the server close. */
    void end() {
        connection.end();
    }

    /** Waits until it is closed. */
    boolean awaitEnd(long timeoutNs) throws InterruptedException {
        return connection.awaitEnd(timeoutNs);
    }

    void abort() {
        connection.abort(new ClientClosedException("the consumer was closed", null));
    }

    @Override
    public void responded(String text) throws IOException {
        if (text.equals(Frame.CLOSE_WAIT)) {
            drained.countDown();
        } else if (text.equals(Frame.OK) && !isSubscribed) {
            isSubscribed = true;
            owner.subscribed(this);
        } else {
            throw new ProtocolException("unexpected: " + text);
        }
    }

    @Override
    public void failed(String text) {
        ServerErrorException failure = new ServerErrorException(text);
        switch (failure.code()) {
            case "E_FIN_FAILED", "E_REQ_FAILED", "E_TOUCH_FAILED" -> owner.answerRefused(text);
            default -> refusal = failure; // and the server closes the connection
        }
    }

    @Override
    public void delivered(Frame.Delivery delivery, long heardNs) throws IOException {
        if (!isSubscribed) {
            throw new ProtocolException("a message before SUB was answered");
        }
        int present = inFlight.get() + arrived.size() + 1;
        if (present > IN_FLIGHT_PER_READY_MAX * readyMost + IN_FLIGHT_SLACK) {
            throw new ProtocolException(
                    present + " messages are in flight, where " + readyMost + " were asked for at most");
        }
        arrived.add(new Message(this, delivery, heardNs));
    }

    @Override
    public void paused() throws IOException {
        if (arrived.isEmpty()) {
            return;
        }
        lastMessageNs = System.nanoTime();
        inFlight.addAndGet(arrived.size());
        try {
            owner.received(arrived);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        arrived.clear();
    }

    @Override
    public int readyMax() {
        return connection.agreement().maxRdyCount();
    }

    @Override
    public long lastMessageNs() {
        return lastMessageNs;
    }

    @Override
    public int inFlight() {
        return inFlight.get();
    }

    @Override
    public void ready(int count) {
        readyMost = Math.max(readyMost, count);
        ready = count;
        send(NAMES_BYTES, buffer -> Commands.rdy(buffer, count));
    }

    /** Whether hardly anything more comes before something is settled. */
    boolean isStarved() {
        int unsettled = inFlight.get();
        return unsettled > 0 && unsettled > STARVED_SHARE * ready;
    }

    @Override
    public ServerAddress address() {
        return connection.address();
    }

    @Override
    public boolean isConnected() {
        return !connection.hasEnded();
    }

    @Override
    public long timeoutNs() {
        return timeoutNs;
    }

    @Override
    public Duration requeueDelay(int attempts) {
        return owner.requeueDelay(attempts);
    }

    @Override
    public void send(byte[] command) {
        connection.send(command);
    }

    @Override
    public void settled(Message.Fate fate) {
        inFlight.decrementAndGet();
        owner.settled(fate);
    }

    private void send(int bytesMax, java.util.function.Consumer<ByteBuffer> command) {
        ByteBuffer buffer = ByteBuffer.allocate(bytesMax);
        command.accept(buffer);
        connection.send(Arrays.copyOf(buffer.array(), buffer.position()));
    }
}
