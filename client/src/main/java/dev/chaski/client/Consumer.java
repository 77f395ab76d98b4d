package dev.chaski.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes a channel, from one server or from all that have its topic. Each message goes to the handler, on a virtual
 * thread; it is finished when the handler returns, and requeued when it throws. All methods are for any thread; a handler
 * must not {@link #close} its own consumer.
 *
 * <p>Delivery is at least once: a message whose connection is lost, or that takes longer than the message time-out, comes
 * again. A consumer whose handler fails backs off: it asks for nothing for a while, longer with each failure, and then for
 * one message at a time until one succeeds.
 */
public final class Consumer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Consumer.class);
    /** How long handlers have to end once they are interrupted, and servers to close. */
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final ConsumerBuilder settings;
    private final FlowControl flow;
    private final Handlers handlers;
    private final Feeds feeds;
    private final @Nullable Lookup lookup;
    private final InFlight inFlight = new InFlight();
    private final AtomicBoolean isClosed = new AtomicBoolean();
    private final LongAdder received = new LongAdder();
    private final LongAdder finished = new LongAdder();
    private final LongAdder requeued = new LongAdder();
    private final LongAdder left = new LongAdder();
    private final LongAdder refusedAnswers = new LongAdder();
    private final Thread flowThread;
    private final @Nullable Thread lookupThread;

    private Consumer(ConsumerBuilder settings) {
        this.settings = settings;
        Shares shares =
                new Shares(settings.inFlightMax(), settings.grace(), RandomGenerator.getDefault(), System::nanoTime);
        flow = new FlowControl(shares, settings.backoffBase(), settings.backoffMax(), System::nanoTime);
        handlers = new Handlers(settings);
        feeds = new Feeds(settings, new Events());
        lookup = settings.lookups().isEmpty() ? null : new Lookup(settings, feeds::named);
        flowThread = Thread.ofVirtual().name("chaski-flow").unstarted(this::runFlow);
        lookupThread = lookup == null
                ? null
                : Thread.ofPlatform().daemon().name("chaski-lookup").unstarted(lookup::run);
    }

    /**
     * Begins a consumer.
     *
     * @param topic what to consume
     * @param channel whose messages to share
     * @return its settings
     * @throws IllegalArgumentException where a name is not valid
     */
    public static ConsumerBuilder builder(String topic, String channel) {
        return new ConsumerBuilder(topic, channel);
    }

    static Consumer start(ConsumerBuilder settings) {
        Consumer consumer = new Consumer(settings);
        consumer.handlers.start();
        consumer.flowThread.start();
        consumer.feeds.start();
        if (consumer.lookupThread != null) {
            consumer.lookupThread.start();
        }
        return consumer;
    }

    private void runFlow() {
        try {
            flow.run();
        } catch (InterruptedException e) {
            LOG.debug("the flow of {} was interrupted: the consumer is closing", settings.topic());
        }
    }

    /** Asks for no more messages, until {@link #resume}. Those in flight are handled. */
    public void pause() {
        flow.pause(true);
    }

    /** Asks for messages again, after {@link #pause}. */
    public void resume() {
        flow.pause(false);
    }

    /**
     * Changes the most messages that may be in flight.
     *
     * @param messages at least 1
     */
    public void inFlightMax(int messages) {
        if (messages < 1) {
            throw new IllegalArgumentException("a consumer needs room for a message in flight, not " + messages);
        }
        flow.inFlightMax(messages);
    }

    /**
     * How it stands.
     *
     * @return counts
     */
    public ConsumerStats stats() {
        return new ConsumerStats(
                received.sum(),
                finished.sum(),
                requeued.sum(),
                handlers.givenUp(),
                left.sum(),
                refusedAnswers.sum(),
                inFlight.count(),
                flow.connections(),
                flow.level());
    }

    /**
     * Whether some connection waits for messages to be settled before it brings more. Who holds messages back, in order to
     * do many at once, does them now.
     *
     * @return true where nearly all that a connection asked for is in flight
     */
    public boolean isStarved() {
        return feeds.subscriptions().stream().anyMatch(Subscription::isStarved);
    }

    /** The most messages that ever were in flight at a time, for tests. */
    int inFlightMost() {
        return inFlight.most();
    }

    /**
     * Stops: asks for no more messages, lets handlers finish what has come, for the close time-out at most, and closes the
     * connections. After that time, messages whose turn did not come are requeued, and handlers are interrupted.
     */
    @Override
    public void close() {
        if (!isClosed.compareAndSet(false, true)) {
            return;
        }
        boolean wasInterrupted = false;
        flow.stop();
        feeds.stop();
        List<Subscription> subscriptions = feeds.subscriptions();
        try {
            drain(subscriptions);
        } catch (InterruptedException e) {
            wasInterrupted = true;
        }
        handlers.stop();
        handlers.takeRest().forEach(message -> message.postpone(Duration.ZERO));
        try {
            if (!wasInterrupted) {
                handlers.awaitEnd(FAREWELL);
                handlers.takeRest().forEach(message -> message.postpone(Duration.ZERO));
                end(subscriptions);
            }
        } catch (InterruptedException e) {
            wasInterrupted = true;
        }
        subscriptions.forEach(Subscription::abort);
        try {
            stopThreads();
        } catch (InterruptedException e) {
            wasInterrupted = true;
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void drain(List<Subscription> subscriptions) throws InterruptedException {
        long endNs = System.nanoTime() + settings.closeTimeout().toNanos();
        subscriptions.forEach(Subscription::drain);
        for (Subscription each : subscriptions) {
            if (!each.awaitDrained(endNs - System.nanoTime())) {
                LOG.warn("{} did not answer CLS in time", each.address());
            }
        }
        if (!inFlight.awaitZero(endNs - System.nanoTime())) {
            LOG.warn("closing a consumer of {} with {} messages in flight", settings.topic(), inFlight.count());
        }
    }

    private static void end(List<Subscription> subscriptions) throws InterruptedException {
        subscriptions.forEach(Subscription::end);
        long endNs = System.nanoTime() + FAREWELL.toNanos();
        for (Subscription each : subscriptions) {
            each.awaitEnd(endNs - System.nanoTime());
        }
    }

    private void stopThreads() throws InterruptedException {
        flowThread.interrupt();
        flowThread.join();
        if (lookupThread != null) {
            lookupThread.interrupt();
            lookupThread.join();
        }
        feeds.awaitEnd();
    }

    /** What connections tell, on their threads. */
    private final class Events implements Feed.Owner {
        @Override
        public void subscribed(Subscription subscription) {
            LOG.info("consuming {}/{} from {}", settings.topic(), settings.channel(), subscription.address());
            flow.joined(subscription);
        }

        @Override
        public void left(Subscription subscription) {
            flow.left(subscription);
            if (lookup != null) {
                lookup.wake();
            }
        }

        @Override
        public void received(List<Message> messages) throws InterruptedException {
            received.add(messages.size());
            inFlight.add(messages.size());
            handlers.put(messages);
        }

        @Override
        public void settled(Message.Fate fate) {
            switch (fate) {
                case FINISHED -> finished.increment();
                case REQUEUED, POSTPONED -> requeued.increment();
                case LEFT -> left.increment();
            }
            // First: what it makes room for may come before this returns.
            inFlight.remove();
            flow.settled(fate);
        }

        @Override
        public void answerRefused(String text) {
            refusedAnswers.increment();
            LOG.debug("too late: {}", text);
        }

        @Override
        public Duration requeueDelay(int attempts) {
            return settings.requeueDelay(attempts);
        }

        @Override
        public void failed(ServerAddress address, Exception why) {
            if (settings.failureListener() == null) {
                return;
            }
            try {
                settings.failureListener().accept(why);
            } catch (RuntimeException e) {
                LOG.warn("the failure listener failed itself", e);
            }
        }
    }
}
