package dev.chaski.client;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Publishes. Keeps one connection, on which many publishes may wait for their answers; where it is lost, the next host is
 * tried. All methods are for any thread; those that wait may be called on virtual threads.
 *
 * <p>When a publish returns, the message is stored. A {@link ServerErrorException} or a {@link NotSentException} says that
 * it is not; a {@link ConnectionLostException} or a {@link PublishTimeoutException} that it may be. With
 * {@link ProducerBuilder#resendUnanswered} the producer itself sends again what was not answered: then nothing is lost with a
 * connection, and a message may be stored twice.
 */
public final class Producer implements AutoCloseable {
    /** How long a server may take to close a connection that has nothing more to say. */
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final PublishWindow window;
    private final PublishLine line;
    private final ProducerBuilder settings;
    private final Thread connecting;
    private final Thread watching;

    Producer(ProducerBuilder settings) {
        this.settings = settings;
        window = new PublishWindow(settings.inFlightMax(), settings.bufferBytes());
        line = new PublishLine(settings, window);
        connecting = Thread.ofVirtual().name("chaski-producer").start(line::run);
        watching = Thread.ofVirtual().name("chaski-producer-watch").start(line::watch);
    }

    /**
     * Begins a producer.
     *
     * @return its settings
     */
    public static ProducerBuilder builder() {
        return new ProducerBuilder();
    }

    /**
     * A producer for these hosts, otherwise as it comes.
     *
     * @param hosts {@code host:port}, in the order in which they are tried
     * @return the producer, which connects while this returns
     */
    public static Producer of(String... hosts) {
        return builder().hosts(hosts).build();
    }

    /**
     * Publishes a message and waits until it is stored.
     *
     * @param topic where to
     * @param body the message, at least one byte
     * @throws ClientException where it is not stored, or may not be
     * @throws IllegalArgumentException where the topic's name is not valid, the body empty or larger than the buffer
     */
    public void publish(String topic, byte[] body) {
        await(submit(PublishCommands.pub(topic, body), true));
    }

    /**
     * Publishes a message. Waits only while the buffer is full.
     *
     * @param topic where to
     * @param body the message, at least one byte; not looked at any more after the return
     * @return completes when the message is stored, or with a {@link ClientException}; what depends on it runs on a
     *     virtual thread
     * @throws IllegalArgumentException as {@link #publish}
     */
    public CompletableFuture<@Nullable Void> publishAsync(String topic, byte[] body) {
        return submitAsync(PublishCommands.pub(topic, body));
    }

    /**
     * Publishes messages, all or none, and waits until they are stored. They go in one command (MPUB), which the server
     * takes up to a size: by default 5 MiB.
     *
     * @param topic where to
     * @param bodies the messages, at least one, each of at least one byte
     * @throws ClientException where they are not stored, or may not be
     * @throws IllegalArgumentException as {@link #publish}
     */
    public void publishAll(String topic, List<byte[]> bodies) {
        await(submit(PublishCommands.mpub(topic, bodies), true));
    }

    /**
     * As {@link #publishAll}, without waiting for the answer.
     *
     * @param topic where to
     * @param bodies the messages; not looked at any more after the return
     * @return as of {@link #publishAsync}
     * @throws IllegalArgumentException as {@link #publish}
     */
    public CompletableFuture<@Nullable Void> publishAllAsync(String topic, List<byte[]> bodies) {
        return submitAsync(PublishCommands.mpub(topic, bodies));
    }

    /**
     * Publishes a message that is not to be delivered before a delay has passed, and waits until it is stored.
     *
     * @param topic where to
     * @param body the message, at least one byte
     * @param delay 0 to what the server allows, by default an hour; parts of a millisecond are rounded up
     * @throws ClientException where it is not stored, or may not be
     * @throws IllegalArgumentException as {@link #publish}, and for a negative delay
     */
    public void publishDeferred(String topic, byte[] body, Duration delay) {
        await(submit(PublishCommands.dpub(topic, body, delay), true));
    }

    /**
     * As {@link #publishDeferred}, without waiting for the answer.
     *
     * @param topic where to
     * @param body the message; not looked at any more after the return
     * @param delay as there
     * @return as of {@link #publishAsync}
     * @throws IllegalArgumentException as {@link #publishDeferred}
     */
    public CompletableFuture<@Nullable Void> publishDeferredAsync(String topic, byte[] body, Duration delay) {
        return submitAsync(PublishCommands.dpub(topic, body, delay));
    }

    /**
     * Asks whether a server answers: the one that is published to, or else the first that does. NSQ has no command for
     * it, so this makes a connection of its own, with TLS, compression and AUTH, and closes it.
     *
     * @throws NotConnectedException where none answers
     * @throws ServerErrorException where a server refuses, and none answers
     */
    public void ping() {
        Set<ServerAddress> addresses = new LinkedHashSet<>();
        line.stats().server().ifPresent(addresses::add);
        addresses.addAll(settings.hosts());
        Exception last = null;
        for (ServerAddress address : addresses) {
            try {
                Connection.open(address, settings.connectionConfig()).discard();
                return;
            } catch (IOException | ServerErrorException e) {
                last = e;
            }
        }
        if (last instanceof ServerErrorException refusal) {
            throw refusal;
        }
        throw new NotConnectedException("none of " + addresses + " answers", last);
    }

    /**
     * How it stands.
     *
     * @return counts, and the present connection
     */
    public ProducerStats stats() {
        return line.stats();
    }

    /**
     * Takes no more publishes, waits until all that were handed over are answered, for the close time-out at most, and
     * closes the connection. What is then not answered fails.
     */
    @Override
    public void close() {
        boolean wasInterrupted = false;
        if (window.close()) {
            try {
                window.awaitEmpty(settings.closeTimeout().toNanos());
                stopThreads();
            } catch (InterruptedException e) {
                wasInterrupted = true;
                stopAtOnce();
            }
            for (Publish each : window.drain()) {
                line.fail(
                        each,
                        each.wasSent()
                                ? new ConnectionLostException("the producer was closed before the answer came", null)
                                : new ClientClosedException("the producer was closed before it was sent", null));
            }
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void stopThreads() throws InterruptedException {
        line.stop();
        Connection last = line.connection();
        if (last != null) {
            last.end();
            if (!last.awaitEnd(FAREWELL.toNanos())) {
                last.abort(new ClientClosedException("the producer was closed", null));
            }
        }
        connecting.interrupt();
        watching.interrupt();
        connecting.join();
        watching.join();
    }

    private void stopAtOnce() {
        line.stop();
        Connection last = line.connection();
        if (last != null) {
            last.abort(new ClientClosedException("the producer was closed", null));
        }
        connecting.interrupt();
        watching.interrupt();
    }

    private Publish submit(byte[] command, boolean isAwaited) {
        if (command.length > settings.bufferBytes()) {
            throw new IllegalArgumentException("a command of " + command.length + " bytes is larger than the buffer of "
                    + settings.bufferBytes() + " bytes");
        }
        long deadlineNs = System.nanoTime() + settings.publishTimeout().toNanos();
        Publish publish = new Publish(command, isAwaited, deadlineNs);
        try {
            if (!window.add(publish)) {
                throw new NotSentException("the buffer was full for " + settings.publishTimeout(), line.lastFailure());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedClientException("interrupted while the buffer was full", e);
        }
        return publish;
    }

    private CompletableFuture<@Nullable Void> submitAsync(byte[] command) {
        try {
            return submit(command, false).answer();
        } catch (ClientException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static void await(Publish publish) {
        try {
            publish.answer().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedClientException("interrupted while waiting for the answer to a publish", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ClientException why) {
                throw why;
            }
            throw new IllegalStateException("a publish ended in an unforeseen way", e);
        }
    }
}
