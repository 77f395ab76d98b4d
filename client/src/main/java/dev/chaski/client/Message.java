package dev.chaski.client;

import dev.chaski.wire.Commands;
import dev.chaski.wire.MessageId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * A message in flight. It is settled once, by finishing or requeuing it: what is said after that, or after its connection
 * was lost, is passed over, and the server delivers the message again if it was not settled in time. Any thread.
 */
public final class Message {
    private static final int DELAY_DIGITS_MAX = 20;
    private static final AtomicIntegerFieldUpdater<Message> SETTLED =
            AtomicIntegerFieldUpdater.newUpdater(Message.class, "settled");

    /** Where a message came from, and where its fate is told. */
    interface Source {
        ServerAddress address();

        /** Whether answers still reach the server. */
        boolean isConnected();

        long timeoutNs();

        Duration requeueDelay(int attempts);

        void send(byte[] command);

        /** The message needs nobody any more. Called once for each. */
        void settled(Fate fate);
    }

    /** What became of a message. */
    enum Fate {
        FINISHED,
        REQUEUED,
        /** Requeued, and not because anything failed. */
        POSTPONED,
        /** Left to the server, which delivers it again: its time-out has passed, or its connection is lost. */
        LEFT
    }

    private final Source source;
    private final Frame.Delivery delivery;
    /** 1 when it is. */
    private volatile int settled;

    private volatile long aliveNs;

    /**
     * A new one.
     *
     * @param source where it came from
     * @param delivery what came
     * @param arrivedNs when, as {@link System#nanoTime} counts
     */
    Message(Source source, Frame.Delivery delivery, long arrivedNs) {
        this.source = source;
        this.delivery = delivery;
        aliveNs = arrivedNs;
    }

    /**
     * The id, which stays the same when the message comes again.
     *
     * @return 16 hex digits
     */
    public String id() {
        return new String(delivery.id(), StandardCharsets.US_ASCII);
    }

    /**
     * What was published.
     *
     * @return the bytes themselves, not a copy
     */
    public byte[] body() {
        return delivery.body();
    }

    /**
     * The body as text.
     *
     * @return the body, read as UTF-8
     */
    public String text() {
        return new String(delivery.body(), StandardCharsets.UTF_8);
    }

    /**
     * How often it was delivered.
     *
     * @return 1 the first time, at most 65,535
     */
    public int attempts() {
        return delivery.attempts();
    }

    /**
     * When it was published.
     *
     * @return the server's time
     */
    public Instant timestamp() {
        return Instant.ofEpochSecond(0, delivery.timestampNs());
    }

    /**
     * Which server it came from.
     *
     * @return where that listens
     */
    public ServerAddress server() {
        return source.address();
    }

    /**
     * How long it may be in flight, from its delivery or the last {@link #touch}, before the server gives it to somebody
     * else.
     *
     * @return as the server agreed to
     */
    public Duration timeout() {
        return Duration.ofNanos(source.timeoutNs());
    }

    /**
     * Whether it was finished or requeued.
     *
     * @return true once it was
     */
    public boolean isSettled() {
        return settled != 0;
    }

    private boolean settle() {
        return SETTLED.compareAndSet(this, 0, 1);
    }

    /** It is done: the server need not keep it for this channel. */
    public void finish() {
        if (settle()) {
            byte[] command = new byte[Commands.FIN_BYTES];
            Commands.fin(ByteBuffer.wrap(command), idBytes(), 0);
            source.send(command);
            source.settled(Fate.FINISHED);
        }
    }

    /** It cannot be done now: delivers it again after the consumer's requeue delay times its attempts. Backs off. */
    public void requeue() {
        requeue(source.requeueDelay(attempts()));
    }

    /**
     * It cannot be done now: delivers it again later, and lets the consumer back off, as after any failure.
     *
     * @param delay from zero to what the server allows, by default an hour
     */
    public void requeue(Duration delay) {
        requeue(delay, Fate.REQUEUED);
    }

    /**
     * It is not to be done now, and nothing is wrong: delivers it again later; the consumer goes on as fast as before.
     *
     * @param delay as of {@link #requeue(Duration)}
     */
    public void postpone(Duration delay) {
        requeue(delay, Fate.POSTPONED);
    }

    private void requeue(Duration delay, Fate fate) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("a delay of " + delay + " is negative");
        }
        if (settle()) {
            ByteBuffer command = ByteBuffer.allocate(Commands.FIN_BYTES + 1 + DELAY_DIGITS_MAX);
            Commands.req(command, idBytes(), 0, delay.toMillis());
            send(command);
            source.settled(fate);
        }
    }

    /** It takes longer: the message time-out begins anew. The server sets a limit to this, by default 15 minutes. */
    public void touch() {
        if (!isSettled()) {
            aliveNs = System.nanoTime();
            ByteBuffer command = ByteBuffer.allocate(Commands.FIN_BYTES + 2);
            Commands.touch(command, idBytes(), 0);
            send(command);
        }
    }

    /** Whether the server delivers it again in any case. */
    boolean isStale(long nowNs) {
        return !source.isConnected() || nowNs - aliveNs > source.timeoutNs();
    }

    /** Says nothing more of it. */
    void leave() {
        if (settle()) {
            source.settled(Fate.LEFT);
        }
    }

    private ByteBuffer idBytes() {
        return ByteBuffer.wrap(delivery.id(), 0, MessageId.TEXT_BYTES);
    }

    private void send(ByteBuffer command) {
        byte[] bytes = new byte[command.position()];
        command.get(0, bytes);
        source.send(bytes);
    }

    @Override
    public String toString() {
        long ageMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - aliveNs);
        return "message " + id() + " of " + body().length + " bytes, attempt " + attempts() + ", for " + ageMs + " ms";
    }
}
