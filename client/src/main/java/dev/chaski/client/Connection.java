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
 * A connection that is ready for commands. Three virtual threads of its own: one reads frames, answers heartbeats and calls
 * the {@link Listener}; one writes what is queued, many commands in one write; one watches that the server is alive. The
 * other methods are for any thread.
 */
final class Connection {
    /** So many heartbeats may fail to come before the server counts as gone. */
    private static final int HEARTBEATS_MISSED_MAX = 2;

    /** How long what the server said is still read after nothing could be written to it. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private static final int THREADS = 3;
    private static final String MISSED = " for " + HEARTBEATS_MISSED_MAX + " heartbeats";

    private static final byte[] NOP = nop();

    /** Hears what the server sends. Called by the reading thread, which it must not hold up for long. */
    interface Listener {
        /** A reply that is no heartbeat. */
        void responded(String text) throws IOException;

        /** An error. */
        void failed(String text) throws IOException;

        /** A message, heard at a time of {@link System#nanoTime}. */
        void delivered(Frame.Delivery message, long heardNs) throws IOException;

        /** All that was read is told: the next may take a while to come. */
        void paused() throws IOException;
    }

    private final ServerAddress address;
    private final Link link;
    private final Agreement agreement;
    private final Duration heartbeat;
    private final FrameReader frames;
    private final Outbox outbox = new Outbox();
    private final AtomicInteger users = new AtomicInteger(THREADS);
    private final CountDownLatch running = new CountDownLatch(THREADS);
    private final CountDownLatch reading = new CountDownLatch(1);
    private final AtomicReference<@Nullable Exception> cause = new AtomicReference<>();
    /** When the reader began to wait for a frame, or 0 while it tells what came. */
    private volatile long silentSinceNs = System.nanoTime() | 1;
    /** When the writer began the write that it is in, or 0. */
    private volatile long writingSinceNs;

    private volatile @Nullable IOException writeFailure;
    private volatile boolean isEnding;
    private volatile boolean hasEnded;

    private Connection(ServerAddress address, Link link, Agreement agreement, ConnectionConfig config) {
        this.address = address;
        this.link = link;
        this.agreement = agreement;
        heartbeat = config.heartbeat();
        frames = FrameReader.ahead(link.in(), config.frameBytesMax());
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
            link.endReadTimeout();
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
        start(listener, Thread.ofVirtual());
    }

    /** As {@link #start(Listener)}, with a reading thread of this kind. */
    void start(Listener listener, Thread.Builder reader) {
        reader.name("chaski-read-" + address).start(() -> run(() -> read(listener)));
        Thread.ofVirtual().name("chaski-write-" + address).start(() -> run(this::write));
        Thread.ofVirtual().name("chaski-watch-" + address).start(() -> run(this::watch));
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

    /**
     * Queues a command that the caller writes itself, by {@link #writeNow}: where it waits for the answer in any case, that
     * saves waking another thread. For platform threads: to interrupt a virtual one that writes would close the connection.
     */
    void sendUnsignalled(byte[] command) {
        outbox.addUnsignalled(command);
    }

    /** Writes what is queued, unless somebody does. */
    void writeNow() {
        List<ByteBuffer> commands = outbox.takeNow();
        if (commands.isEmpty()) {
            return;
        }
        try {
            write(commands);
        } catch (IOException e) {
            // The writer ends the connection, as if it had failed itself.
            writeFailure = e;
            outbox.end();
        } finally {
            outbox.written();
        }
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

    /** Waits until its threads are through: then no method of the listener is called any more. */
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
                    case Frame.Delivery delivery -> listener.delivered(delivery, frames.heardNs());
                }
                if (!frames.hasNext()) {
                    silentSinceNs = 0;
                    listener.paused();
                    silentSinceNs = System.nanoTime() | 1;
                }
            }
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
        } else {
            outbox.add(NOP);
        }
    }

    /** Ends the connection when too many heartbeats are missed, on either side: so a read need not wake up for it. */
    private void watch() throws InterruptedException {
        long limitNs = heartbeat.toNanos() * HEARTBEATS_MISSED_MAX;
        long leftNs = limitNs;
        while (!reading.await(leftNs, TimeUnit.NANOSECONDS)) {
            long sinceNs = silentSinceNs;
            long writingNs = writingSinceNs;
            long nowNs = System.nanoTime();
            long silentNs = sinceNs == 0 ? 0 : nowNs - Math.max(sinceNs, frames.heardNs());
            long stuckNs = writingNs == 0 ? 0 : nowNs - writingNs;
            if (silentNs >= limitNs) {
                abort(new SocketTimeoutException("nothing was heard of " + address + MISSED));
                return;
            }
            if (stuckNs >= limitNs) {
                abort(new SocketTimeoutException(address + " has not read" + MISSED));
                return;
            }
            leftNs = limitNs - Math.max(silentNs, stuckNs);
        }
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
        for (List<ByteBuffer> commands = outbox.take(); !commands.isEmpty(); commands = outbox.take()) {
            try {
                write(commands);
            } finally {
                outbox.written();
            }
        }
        IOException failure = writeFailure;
        if (failure != null) {
            throw failure;
        }
        if (isEnding) {
            link.shutdownOutput();
        }
    }

    private void write(List<ByteBuffer> commands) throws IOException {
        writingSinceNs = System.nanoTime() | 1;
        for (ByteBuffer each : commands) {
            link.out().write(each.array(), each.arrayOffset(), each.position());
        }
        link.out().flush();
        writingSinceNs = 0;
    }

    private static byte[] nop() {
        ByteBuffer nop = ByteBuffer.allocate(4);
        Commands.nop(nop);
        return nop.array();
    }
}
