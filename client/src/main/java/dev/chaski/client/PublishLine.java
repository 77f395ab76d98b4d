package dev.chaski.client;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a producer connected: one connection at a time, to one host after another, and decides what becomes of publishes
 * whose connection was lost. {@link #run} is a virtual thread of its own; answers come on the connection's reader; the
 * rest is for any thread.
 */
final class PublishLine {
    private static final Logger LOG = LoggerFactory.getLogger(PublishLine.class);
    /** A connection that lived so long, or was answered once, was a good one. */
    private static final long GOOD_NS = TimeUnit.SECONDS.toNanos(1);
    /** A publish with which so many connections were lost, the last ones alone, is not sent again. */
    static final int LOSSES_MAX = 3;

    private final Hosts hosts;
    private final ConnectionConfig config;
    private final boolean resends;
    private final PublishWindow window;
    private final Backoff backoff;
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder resent = new LongAdder();
    private final LongAdder connections = new LongAdder();
    private volatile @Nullable Connection connection;
    private volatile @Nullable Exception lastFailure;
    private volatile boolean isStopping;

    /** The hosts in their order, and which is next. Used by the line's thread. */
    private static final class Hosts {
        private final List<ServerAddress> addresses;
        private int next;

        Hosts(List<ServerAddress> addresses) {
            this.addresses = addresses;
        }

        ServerAddress current() {
            return addresses.get(next);
        }

        /** Goes on to the next; true where all have had their turn. */
        boolean advance() {
            next = (next + 1) % addresses.size();
            return next == 0;
        }
    }

    PublishLine(ProducerBuilder settings, PublishWindow window) {
        hosts = new Hosts(settings.hosts());
        config = settings.connectionConfig();
        resends = settings.resendsUnanswered();
        this.window = window;
        backoff = new Backoff(settings.reconnectLeast(), settings.reconnectMost(), RandomGenerator.getDefault());
    }

    /** Until it is interrupted. */
    void run() {
        try {
            while (!isStopping) {
                Connection ready = connect();
                if (ready != null) {
                    serve(ready);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("the connecting of a producer was interrupted: it is closing");
        }
    }

    private @Nullable Connection connect() throws InterruptedException {
        ServerAddress address = hosts.current();
        try {
            return Connection.open(address, config);
        } catch (IOException | RuntimeException e) {
            lastFailure = e;
            if (!isStopping) {
                LOG.warn("{} cannot be published to: {}", address, e.toString());
            }
            if (hosts.advance()) {
                TimeUnit.NANOSECONDS.sleep(backoff.failedNs());
            }
            return null;
        }
    }

    private void serve(Connection ready) throws InterruptedException {
        long startNs = System.nanoTime();
        Answers answers = new Answers();
        connections.increment();
        connection = ready;
        LOG.info("publishing to {}", ready.address());
        // One for each producer; a virtual one would wait for its answers through two more threads.
        ready.start(answers, Thread.ofPlatform().daemon());
        window.attach(ready);
        try {
            ready.awaitEnd();
        } catch (InterruptedException e) {
            ready.abort(e);
            throw e;
        } finally {
            connection = null;
            settle(ready, answers);
        }
        boolean wasGood = answers.count > 0 || System.nanoTime() - startNs > GOOD_NS;
        if (wasGood) {
            backoff.succeeded();
        }
        // After a refusal nothing is wrong with the host.
        boolean isRoundDone = !answers.wasRefused && hosts.advance();
        if (!wasGood && isRoundDone) {
            TimeUnit.NANOSECONDS.sleep(backoff.failedNs());
        }
    }

    /** The publishes whose answers will not come. */
    private void settle(Connection lost, Answers answers) {
        if (!isStopping) {
            lastFailure = lost.cause();
            LOG.warn(
                    "the connection to {} is lost: {}",
                    lost.address(),
                    lost.cause().toString());
        }
        long nowNs = System.nanoTime();
        boolean mayResend = resends || answers.wasRefused;
        if (!answers.wasRefused) {
            window.blameFirst();
        }
        List<Publish> given =
                window.detach(each -> mayResend && countResent(!each.isOverdue(nowNs) && each.losses() < LOSSES_MAX));
        given.forEach(each -> fail(each, lost(each, lost, nowNs)));
    }

    private static ClientException lost(Publish publish, Connection lost, long nowNs) {
        if (publish.isOverdue(nowNs)) {
            return new PublishTimeoutException(lost.address() + " did not answer in time", lost.cause());
        }
        String what = publish.losses() < LOSSES_MAX
                ? "the connection to " + lost.address() + " was lost before the answer came"
                : LOSSES_MAX + " connections were lost with this publish, the last one to " + lost.address()
                        + " when nothing else was sent: perhaps it is refused";
        return new ConnectionLostException(what, lost.cause());
    }

    private boolean countResent(boolean isResent) {
        if (isResent) {
            resent.increment();
        }
        return isResent;
    }

    /** Gives up what is overdue, and a connection whose next answer is. For a thread of its own. */
    void watch() {
        try {
            while (true) {
                window.awaitOverdue();
                long nowNs = System.nanoTime();
                for (Publish each : window.takeOverdue(nowNs)) {
                    fail(each, overdue(each));
                }
                Connection stuck = window.overdueConnection(nowNs);
                if (stuck != null) {
                    // Answers come in order: without this one there is none for those behind it.
                    stuck.abort(new PublishTimeoutException(stuck.address() + " did not answer in time", null));
                    stuck.awaitEnd();
                    window.awaitDetached(stuck);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("the watching of a producer was interrupted: it is closing");
        }
    }

    private ClientException overdue(Publish publish) {
        return publish.wasSent()
                ? new PublishTimeoutException("no answer came in time, after the connection was lost", lastFailure)
                : new NotSentException("no server could be reached in time", lastFailure);
    }

    void fail(Publish publish, ClientException why) {
        failed.increment();
        publish.fail(why);
    }

    /** Tells why there is no connection, or was none the last time. */
    @Nullable
    Exception lastFailure() {
        return lastFailure;
    }

    /** The present connection. */
    @Nullable
    Connection connection() {
        return connection;
    }

    /** No connection after the present one. */
    void stop() {
        isStopping = true;
    }

    ProducerStats stats() {
        Connection present = connection;
        return new ProducerStats(
                acknowledged.sum(),
                failed.sum(),
                resent.sum(),
                connections.sum(),
                window.count(),
                window.bytes(),
                Optional.ofNullable(present).map(Connection::address));
    }

    /** Brings the answers of one connection to what they answer. Used by its reader, and by the line after its end. */
    private final class Answers implements Connection.Listener {
        private final Completions completions = new Completions();
        private long count;
        /** The last answer refused a publish for what it was: the server stopped there, and did nothing after it. */
        private boolean wasRefused;

        @Override
        public void responded(String text) throws IOException {
            if (!text.equals(Frame.OK)) {
                throw new ProtocolException("OK was expected, not " + text);
            }
            wasRefused = false;
            Publish answered = next(text);
            acknowledged.increment();
            completions.add(answered);
        }

        @Override
        public void failed(String text) throws IOException {
            ServerErrorException refusal = new ServerErrorException(text);
            fail(next(text), refusal);
            wasRefused = !refusal.isRetriable();
        }

        @Override
        public void delivered(Frame.Delivery message, long heardNs) throws IOException {
            throw new ProtocolException("a message came to a producer");
        }

        @Override
        public void paused() {
            completions.start();
        }

        private Publish next(String text) throws ProtocolException {
            Publish next = window.answered();
            if (next == null) {
                throw new ProtocolException("an answer without a question: " + text);
            }
            count++;
            return next;
        }
    }
}
