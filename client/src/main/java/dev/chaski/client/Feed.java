package dev.chaski.client;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a consumer subscribed at one server: connects, again and again, as long as the server is wanted. {@link #run} is a
 * virtual thread of its own; the rest is for any thread.
 */
final class Feed {
    private static final Logger LOG = LoggerFactory.getLogger(Feed.class);
    /** A subscription that lived so long was a good one. */
    private static final long GOOD_NS = TimeUnit.SECONDS.toNanos(1);

    /** What feeds of one consumer share. */
    interface Owner extends Subscription.Owner {
        void left(Subscription subscription);

        void failed(ServerAddress address, Exception why);
    }

    /** Who is to be consumed from, as far as lookups have said. */
    interface Guide {
        /** Whether this server is. */
        boolean isWanted();

        /** How often lookups have answered. */
        long answers();

        /** Waits, not for long, until they have answered more often than that. */
        void awaitAnswerAfter(long answers) throws InterruptedException;
    }

    private final ServerAddress address;
    private final ConsumerBuilder settings;
    private final ConnectionConfig config;
    private final Owner owner;
    private final Guide guide;
    private final Backoff backoff;
    private volatile @Nullable Subscription subscription;
    private volatile boolean isStopping;

    Feed(ServerAddress address, ConsumerBuilder settings, Owner owner, Guide guide) {
        this.address = address;
        this.settings = settings;
        config = settings.connectionConfig();
        this.owner = owner;
        this.guide = guide;
        backoff = new Backoff(settings.reconnectLeast(), settings.reconnectMost(), RandomGenerator.getDefault());
    }

    /** Until it is stopped or interrupted, or the server is not wanted and not connected. */
    void run() {
        try {
            while (!isStopping && guide.isWanted()) {
                if (!subscribeOnce() && !isStopping) {
                    TimeUnit.NANOSECONDS.sleep(backoff.failedNs());
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("the feed of {} was interrupted: the consumer is closing", address);
        }
    }

    /** True where the next try need not wait. */
    private boolean subscribeOnce() throws InterruptedException {
        Connection connection;
        try {
            connection = Connection.open(address, config);
        } catch (IOException | RuntimeException e) {
            LOG.warn("{} cannot be consumed from: {}", address, e.toString());
            owner.failed(address, e);
            return false;
        }
        long startNs = System.nanoTime();
        Subscription present = new Subscription(connection, owner);
        subscription = present;
        long answers;
        try {
            present.run(settings.topic(), settings.channel());
        } finally {
            subscription = null;
            answers = guide.answers();
            owner.left(present); // has lookups asked
        }
        if (!isStopping) {
            LOG.warn(
                    "the connection to {} is lost: {}", address, present.cause().toString());
            owner.failed(address, present.cause());
            guide.awaitAnswerAfter(answers); // a topic that was deleted is not to be made again by us
        }
        boolean wasGood = System.nanoTime() - startNs > GOOD_NS;
        if (wasGood) {
            backoff.succeeded();
        }
        return wasGood;
    }

    /** Connects no more. */
    void stop() {
        isStopping = true;
    }

    ServerAddress address() {
        return address;
    }

    /** The present one. */
    @Nullable
    Subscription subscription() {
        return subscription;
    }
}
