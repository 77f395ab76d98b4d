package dev.chaski.client;

import dev.chaski.wire.Commands;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is ready for commands. Two virtual threads of its own: one reads frames, answers heartbeats and calls
 * the {@link Listener}; one writes what is queued, many commands in one write. The other methods are for any thread.
 */
final class Connection {
    /** So many heartbeats may fail to come before the server counts as gone. */
    private static final int HEARTBEATS_MISSED_MAX = 2;

    /** How long what the server said is still read after nothing could be written to it. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private static final byte[] NOP = nop();

    /** Hears what the server sends. Called by the reading thread, which it must not hold up for long. */
    interface Listener {
        /** A reply that is no heartbeat. */
        void responded(String text) throws IOException;

        /** An error. */
        void failed(String text) throws IOException;

        /** A message. */
        void delivered(Frame.Delivery message) throws IOException;
    }

    private final ServerAddress address;
    private final Link link;
    private final Agreement agreement;
    private final Duration heartbeat;
    private final FrameReader frames;
    private final Outbox outbox = new Outbox();
    private final AtomicInteger users = new AtomicInteger(2);
    private final CountDownLatch running = new CountDownLatch(2);
    private final CountDownLatch reading = new CountDownLatch(1);
    private final AtomicReference<@Nullable Exception> cause = new AtomicReference<>();
    /** When the writer began the write that it is in, or 0. */
    private volatile long writingSinceNs;

    private volatile boolean isEnding;
    private volatile boolean hasEnded;

    private Connection(ServerAddress address, Link link, Agreement agreement, ConnectionConfig config) {
        this.address = address;
        this.link = link;
        this.agreement = agreement;
        heartbeat = config.heartbeat();
        frames = new FrameReader(link.in(), config.frameBytesMax());
    }

    /**
     * Connects and agrees; then {@link #start} it.
     *
     * @throws IOException where the server cannot be reached or does not speak as it should
     * @throws ServerErrorException where it refuses
     */
    static Connection open(ServerAddress address, ConnectionConfig config) throws IOException {
        Link link = Link.connect(address, (int) config.connectTimeout().toMillis());
        try {
            Agreement agreement = Handshake.perform(link, config);
            link.readTimeout((int) config.heartbeat().toMillis() * HEARTBEATS_MISSED_MAX);
            return new Connection(address, link, agreement, config);
        } catch (IOException | RuntimeException e) {
            link.close();
            throw e;
        }
    }

    /** Closes a connection that was not started. */
    void discard() {
        link.close();
    }

    void start(Listener listener) {
        Thread.ofVirtual().name("chaski-read-" + address).start(() -> run(() -> read(listener)));
        Thread.ofVirtual().name("chaski-write-" + address).start(() -> run(this::write));
    }

    ServerAddress address() {
        return address;
    }

    Agreement agreement() {
        return agreement;
    }

    /** Queues a command. */
    void send(byte[] command) {
        outbox.add(command);
    }

    /** Writes what is queued, and then lets the server close. What it sends until then is still heard. */
    void end() {
        isEnding = true;
        outbox.end();
    }

    /** Ends it at once. */
    void abort(Exception why) {
        cause.compareAndSet(null, why);
        link.abort();
        outbox.end();
    }

    /** Waits until both threads are through: then no method of the listener is called any more. */
    void awaitEnd() throws InterruptedException {
        running.await();
    }

    /** As {@link #awaitEnd()}, for a time. */
    boolean awaitEnd(long timeoutNs) throws InterruptedException {
        return running.await(Math.max(0, timeoutNs), TimeUnit.NANOSECONDS);
    }

    boolean hasEnded() {
        return hasEnded;
    }

    /** Why it ended. */
    Exception cause() {
        return Objects.requireNonNullElseGet(cause.get(), () -> new EOFException("the connection was closed"));
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private void run(Work work) {
        try {
            work.run();
        } catch (IOException | InterruptedException | RuntimeException e) {
            abort(e);
        } finally {
            hasEnded = true;
            if (users.decrementAndGet() == 0) {
                link.close();
            }
            running.countDown();
        }
    }

    private void read(Listener listener) throws IOException {
        try {
            readAll(listener);
        } finally {
            reading.countDown();
        }
    }

    private void readAll(Listener listener) throws IOException {
        try {
            while (true) {
                switch (frames.read()) {
                    case Frame.Response response -> respond(response.text(), listener);
                    case Frame.Failure failure -> listener.failed(failure.text());
                    case Frame.Delivery delivery -> listener.delivered(delivery);
                }
            }
        } catch (SocketTimeoutException e) {
            throw new SocketTimeoutException(
                    "nothing was heard of " + address + " for " + HEARTBEATS_MISSED_MAX + " heartbeats");
        } catch (EOFException e) {
            if (!isEnding) {
                throw e;
            }
            link.abort();
        }
    }

    private void respond(String text, Listener listener) throws IOException {
        if (!text.equals(Frame.HEARTBEAT)) {
            listener.responded(text);
            return;
        }
        long since = writingSinceNs;
        if (since != 0 && System.nanoTime() - since > heartbeat.toNanos() * HEARTBEATS_MISSED_MAX) {
            throw new SocketTimeoutException(address + " has not read for " + HEARTBEATS_MISSED_MAX + " heartbeats");
        }
        outbox.add(NOP);
    }

    private void write() throws IOException, InterruptedException {
        try {
            writeAll();
        } catch (IOException e) {
            // A server that refuses closes what it has not read to the end: what it said before is the better reason.
            cause.compareAndSet(null, e);
            hasEnded = true;
            outbox.end();
            reading.await(LAST_WORDS.toNanos(), TimeUnit.NANOSECONDS);
            throw e;
        }
    }

    private void writeAll() throws IOException, InterruptedException {
        for (List<byte[]> commands = outbox.take(); !commands.isEmpty(); commands = outbox.take()) {
            writingSinceNs = System.nanoTime() | 1;
            for (byte[] command : commands) {
                link.out().write(command);
            }
            link.out().flush();
            writingSinceNs = 0;
        }
        if (isEnding) {
            link.shutdownOutput();
        }
    }

    private static byte[] nop() {
        ByteBuffer nop = ByteBuffer.allocate(4);
        Commands.nop(nop);
        return nop.array();
    }
}
