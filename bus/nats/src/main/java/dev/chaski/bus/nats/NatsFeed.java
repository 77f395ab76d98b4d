package dev.chaski.bus.nats;

import dev.chaski.bus.BusException;
import dev.chaski.bus.Codec;
import dev.chaski.bus.Link;
import dev.chaski.bus.SubscribeOptions;
import dev.chaski.bus.Timers;
import io.nats.client.ConsumerContext;
import io.nats.client.FetchConsumeOptions;
import io.nats.client.FetchConsumer;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subscription. One virtual thread fetches as many messages as there is room for, another runs the handler, and a timer
 * tells the server of those that are still held here, so that it gives nobody else what a slow handler has.
 */
final class NatsFeed implements Link.Feed {
    private static final Logger LOG = LoggerFactory.getLogger(NatsFeed.class);
    private static final int FETCH_MS = 2_000;
    private static final int TEND_MS = 1_000;
    private static final int RETRY_MS = 200;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    private final TopicStream stream;
    private final SubscribeOptions options;
    private final String consumer;
    private final Codec codec;
    private final Link.Receiver receiver;
    private final Semaphore room;
    /** What was fetched and is not settled. */
    private final Set<Held> held = ConcurrentHashMap.newKeySet();
    /** What was fetched and waits for the handler; empty at the end. */
    private final BlockingQueue<Optional<Held>> waiting = new LinkedBlockingQueue<>();

    private final AtomicBoolean isClosed = new AtomicBoolean();
    private final AtomicBoolean isSweepDue = new AtomicBoolean();
    private final Thread fetcher;
    /** Written by the fetching thread alone. */
    private ConsumerContext context;

    private NatsFeed(
            TopicStream stream,
            SubscribeOptions options,
            String consumer,
            ConsumerContext context,
            Codec codec,
            Link.Receiver receiver) {
        this.stream = stream;
        this.options = options;
        this.consumer = consumer;
        this.context = context;
        this.codec = codec;
        this.receiver = receiver;
        this.room = new Semaphore(options.inFlightMax());
        this.fetcher =
                Thread.ofVirtual().name("bus-nats-fetch-" + stream.topic()).unstarted(this::fetchAll);
    }

    static NatsFeed open(TopicStream stream, SubscribeOptions options, Codec codec, Link.Receiver receiver)
            throws IOException, JetStreamApiException {
        String consumer = options.isBroadcast() ? "all-" + UUID.randomUUID() : NatsNames.consumer(options.queue());
        NatsFeed feed = new NatsFeed(stream, options, consumer, stream.attach(consumer, options), codec, receiver);
        feed.fetcher.start();
        Thread.ofVirtual().name("bus-nats-" + stream.topic()).start(feed::handleAll);
        feed.tendLater();
        return feed;
    }

    private void fetchAll() {
        try {
            while (!isClosed.get()) {
                room.acquire();
                fetch(1 + room.drainPermits());
            }
        } catch (InterruptedException e) {
            // That is how close() ends it.
            Thread.currentThread().interrupt();
        }
    }

    /** Takes as many messages as there is room for, and gives back the room that it did not need. */
    private void fetch(int wanted) throws InterruptedException {
        FetchConsumeOptions request = FetchConsumeOptions.builder()
                .maxMessages(wanted)
                .expiresIn(FETCH_MS)
                .build();
        long startNs = System.nanoTime();
        int got = 0;
        boolean isWrong = false;
        FetchConsumer fetch = null;
        try {
            fetch = context.fetch(request);
            for (Message message = fetch.nextMessage(); message != null; message = fetch.nextMessage()) {
                got++;
                take(message);
            }
            isWrong = got == 0 && System.nanoTime() - startNs < TimeUnit.MILLISECONDS.toNanos(FETCH_MS / 2);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            LOG.debug("fetch failed topic={}", stream.topic(), e);
            isWrong = true;
        } finally {
            room.release(wanted - got);
            end(fetch);
        }
        if (isWrong) {
            attachAgain();
        }
    }

    private void end(@Nullable FetchConsumer fetch) {
        try {
            if (fetch != null) {
                fetch.close();
            }
        } catch (Exception e) {
            LOG.debug("fetch not closed topic={}", stream.topic(), e);
        }
    }

    /** The consumer, or its stream, may have been deleted, or the server is not ready yet. */
    private void attachAgain() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(RETRY_MS);
        if (!stream.isConnected()) {
            return;
        }
        try {
            context = stream.attach(consumer, options);
        } catch (IOException | JetStreamApiException | IllegalStateException e) {
            LOG.warn("not subscribed topic={} error=\"{}\"; trying again", stream.topic(), e.toString());
        }
    }

    private void take(Message message) {
        Held taken = new Held(message);
        held.add(taken);
        waiting.add(Optional.of(taken));
    }

    private void handleAll() {
        try {
            for (Optional<Held> next = waiting.take(); next.isPresent(); next = waiting.take()) {
                handle(next.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void handle(Held taken) {
        if (isClosed.get()) {
            return;
        }
        dev.chaski.bus.Message decoded;
        try {
            decoded = codec.decode(taken.message.getData());
        } catch (RuntimeException e) {
            // It would be the same the next time; whoever wants such messages takes Codecs.RAW.
            LOG.error(
                    "message dropped topic={} error=\"{}\"; it was not written as {}",
                    stream.topic(),
                    e.toString(),
                    codec.name());
            taken.ack();
            return;
        }
        receiver.receive(decoded, taken);
    }

    private void tendLater() {
        Timers.after(TEND_MS, this::tend);
    }

    private void tend() {
        if (isClosed.get()) {
            return;
        }
        try {
            if (stream.isConnected()) {
                held.forEach(Held::keep);
                sweepIfDue();
            }
        } catch (IOException | JetStreamApiException | IllegalStateException e) {
            LOG.debug("sweep failed topic={}", stream.topic(), e);
            isSweepDue.set(true);
        } finally {
            tendLater();
        }
    }

    private void sweepIfDue() throws IOException, JetStreamApiException {
        if (isSweepDue.compareAndSet(true, false)) {
            stream.sweep();
        }
    }

    @Override
    public void close() {
        if (!isClosed.compareAndSet(false, true)) {
            return;
        }
        fetcher.interrupt();
        try {
            fetcher.join(CLOSE_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        waiting.add(Optional.empty());
        if (!stream.isConnected()) {
            return;
        }
        try {
            held.forEach(taken -> taken.requeue(0));
            sweepIfDue();
            if (options.isBroadcast()) {
                stream.delete(consumer);
            }
        } catch (IOException | JetStreamApiException | IllegalStateException e) {
            LOG.debug("subscription not ended in order topic={}", stream.topic(), e);
        }
    }

    /** A message that was fetched. Any thread. */
    private final class Held implements Link.Settlement {
        private static final long KEEP_NS = TopicStream.ACK_WAIT.toNanos() / 3;

        private final Message message;
        private volatile long keptNs = System.nanoTime();

        Held(Message message) {
            this.message = message;
        }

        void keep() {
            if (System.nanoTime() - keptNs > KEEP_NS) {
                keptNs = System.nanoTime();
                message.inProgress();
            }
        }

        @Override
        public void ack() {
            if (release()) {
                tell(message::ack);
                isSweepDue.set(true);
            }
        }

        @Override
        public void requeue(long delayMs) {
            if (release()) {
                tell(() -> message.nakWithDelay(delayMs));
            }
        }

        private boolean release() {
            boolean wasHeld = held.remove(this);
            if (wasHeld) {
                room.release();
            }
            return wasHeld;
        }

        private void tell(Runnable word) {
            try {
                word.run();
            } catch (IllegalStateException e) {
                throw new BusException("NATS was not told, and gives the message again: " + e.getMessage(), e);
            }
        }
    }
}
