package dev.chaski.client;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
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

    private final ServerAddress address;
    private final ConsumerBuilder settings;
    private final ConnectionConfig config;
    private final Owner owner;
    private final BooleanSupplier isWanted;
    private final Backoff backoff;
    private volatile @Nullable Subscription subscription;
    private volatile boolean isStopping;

    Feed(ServerAddress address, ConsumerBuilder settings, Owner owner, BooleanSupplier isWanted) {
        this.address = address;
        this.settings = settings;
        config = settings.connectionConfig();
        this.owner = owner;
        this.isWanted = isWanted;
        backoff = new Backoff(settings.reconnectLeast(), settings.reconnectMost(), RandomGenerator.getDefault());
    }

    /** Until it is stopped or interrupted, or the server is not wanted and not connected. */
    void run() {
        try {
            while (!isStopping && isWanted.getAsBoolean()) {
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
        try {
            present.run(settings.topic(), settings.channel());
        } finally {
            subscription = null;
            owner.left(present);
        }
        if (!isStopping) {
            LOG.warn(
                    "the connection to {} is lost: {}", address, present.cause().toString());
            owner.failed(address, present.cause());
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
