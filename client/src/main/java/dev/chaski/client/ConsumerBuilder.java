package dev.chaski.client;

import dev.chaski.wire.Names;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The settings of a consumer. One thread. */
public final class ConsumerBuilder extends ClientBuilder<ConsumerBuilder> {
    private static final int IN_FLIGHT_MAX = 1 << 20;
    private static final int CONCURRENCY_MAX = 1 << 16;
    private static final int SAMPLE_RATE_MAX = 99;
    private static final int ATTEMPTS_MAX = 65_535;
    /** How long what a server was allowed may be on its way: servers hold messages back for 250 ms, to send several. */
    private static final Duration GRACE = Duration.ofMillis(500);

    private final String topic;
    private final String channel;
    private final List<ServerAddress> servers = new ArrayList<>();
    private final List<URI> lookups = new ArrayList<>();
    private Handlers.@Nullable Work work;
    private boolean finishes = true;
    private int batchMax = 1;
    private Duration batchWait = Duration.ZERO;
    private int concurrency = 1;
    private int inFlightMax;
    private int attemptsMax = 5;
    private @Nullable GiveUpHandler giveUp;
    private Duration requeueDelay = Duration.ofSeconds(90);
    private Duration requeueDelayMax = Duration.ofMinutes(15);
    private Duration backoffBase = Duration.ofSeconds(1);
    private Duration backoffMax = Duration.ofMinutes(2);
    private Duration lookupInterval = Duration.ofSeconds(60);
    private Duration lookupTimeout = Duration.ofSeconds(10);
    private Duration grace = GRACE;
    private java.util.function.@Nullable Consumer<Exception> failureListener;

    ConsumerBuilder(String topic, String channel) {
        if (!Names.isValid(topic)) {
            throw new IllegalArgumentException("not a valid name of a topic: \"" + topic + "\"");
        }
        if (!Names.isValid(channel)) {
            throw new IllegalArgumentException("not a valid name of a channel: \"" + channel + "\"");
        }
        this.topic = topic;
        this.channel = channel;
    }

    @Override
    ConsumerBuilder self() {
        return this;
    }

    /**
     * Adds servers to consume from, each and all the time.
     *
     * @param addresses {@code host:port}
     * @return this
     */
    public ConsumerBuilder servers(String... addresses) {
        for (String address : addresses) {
            servers.add(ServerAddress.parse(address));
        }
        return this;
    }

    /**
     * Adds a server, as {@link #servers}.
     *
     * @param address where it listens
     * @return this
     */
    public ConsumerBuilder server(ServerAddress address) {
        servers.add(address);
        return this;
    }

    /**
     * Adds nsqlookupds: all servers are consumed from that any of them names for the topic.
     *
     * @param addresses of their HTTP: {@code host:port}, or a URL
     * @return this
     */
    public ConsumerBuilder lookups(String... addresses) {
        for (String address : addresses) {
            lookups.add(Lookup.parse(address));
        }
        return this;
    }

    /**
     * How often lookups are asked, but for when a connection is lost: then at once.
     *
     * @param interval by default 60 s, to which up to 30 % are added at random
     * @return this
     */
    public ConsumerBuilder lookupInterval(Duration interval) {
        lookupInterval = time("the lookup interval", interval, Duration.ofMillis(10));
        return this;
    }

    /**
     * How long a lookup may take.
     *
     * @param timeout by default 10 s
     * @return this
     */
    public ConsumerBuilder lookupTimeout(Duration timeout) {
        lookupTimeout = time("the lookup time-out", timeout, Duration.ofMillis(1));
        return this;
    }

    /**
     * Handles each message. Finishes it when the handler returns, and requeues it when it throws.
     *
     * @param handler what to do
     * @return this
     */
    public ConsumerBuilder handler(MessageHandler handler) {
        return handler(messages -> handler.handle(messages.getFirst()), 1, Duration.ZERO, true);
    }

    /**
     * Handles each message. The handler, or who it gives the message to, finishes or requeues it; touches it if that takes
     * longer than the message time-out. It is requeued when the handler throws.
     *
     * @param handler what to do
     * @return this
     */
    public ConsumerBuilder manualHandler(MessageHandler handler) {
        return handler(messages -> handler.handle(messages.getFirst()), 1, Duration.ZERO, false);
    }

    /**
     * Handles several messages at a time. Finishes them when the handler returns, and requeues them when it throws.
     *
     * @param sizeMax the most messages at a time, at least 1; no more than may be in flight will come
     * @param wait how long to wait for the last of them after the first
     * @param handler what to do
     * @return this
     */
    public ConsumerBuilder batchHandler(int sizeMax, Duration wait, BatchHandler handler) {
        range("the size of a batch", sizeMax, 1, IN_FLIGHT_MAX);
        return handler(
                messages -> handler.handle(List.copyOf(messages)),
                sizeMax,
                time("the wait for a batch", wait, Duration.ZERO),
                true);
    }

    private ConsumerBuilder handler(Handlers.Work does, int most, Duration wait, boolean isFinishing) {
        if (work != null) {
            throw new IllegalStateException("a consumer has one handler, and one is set");
        }
        work = does;
        batchMax = most;
        batchWait = wait;
        finishes = isFinishing;
        return this;
    }

    /**
     * How many handlers may run at a time, each on a virtual thread.
     *
     * @param handlers by default 1
     * @return this
     */
    public ConsumerBuilder concurrency(int handlers) {
        range("the concurrency", handlers, 1, CONCURRENCY_MAX);
        concurrency = handlers;
        return this;
    }

    /**
     * The most messages that may be in flight, over all connections. What waits for a handler counts, and its message
     * time-out runs: allow as many as the handlers do in a fraction of that.
     *
     * @param messages by default twice what the handlers can take at a time
     * @return this
     */
    public ConsumerBuilder inFlightMax(int messages) {
        range("the most messages in flight", messages, 1, IN_FLIGHT_MAX);
        inFlightMax = messages;
        return this;
    }

    /**
     * How long a message may be in flight before the server gives it to somebody else.
     *
     * @param timeout 1 s to what the server allows (15 minutes); by default what the server is set to (60 s)
     * @return this
     */
    public ConsumerBuilder messageTimeout(Duration timeout) {
        return number(
                "msg_timeout",
                time("the message time-out", timeout, Duration.ofSeconds(1)).toMillis());
    }

    /**
     * Takes a part of the messages; the others are finished unseen.
     *
     * @param percent 1 to 99
     * @return this
     */
    public ConsumerBuilder sampleRate(int percent) {
        range("the sample rate", percent, 1, SAMPLE_RATE_MAX);
        return number("sample_rate", percent);
    }

    /**
     * Lets the server collect messages before it sends them.
     *
     * @param bytes 64 to what the server allows (64 KiB)
     * @param wait 25 ms to what the server allows (30 s)
     * @return this
     */
    public ConsumerBuilder outputBuffer(int bytes, Duration wait) {
        number("output_buffer_size", bytes);
        grace = GRACE.plus(wait);
        return number("output_buffer_timeout", wait.toMillis());
    }

    /**
     * Lets the server send each message at once.
     *
     * @return this
     */
    public ConsumerBuilder noOutputBuffer() {
        number("output_buffer_size", -1);
        return number("output_buffer_timeout", -1);
    }

    /**
     * Where this consumer is, for servers that prefer the near.
     *
     * @param zone of the region
     * @param region by any name that the servers use, too
     * @return this
     */
    public ConsumerBuilder topology(String zone, String region) {
        text("topology_zone", zone);
        return text("topology_region", region);
    }

    /**
     * How often a message is attempted. One that comes again after that is given up: finished without the handler.
     *
     * @param attempts by default 5; 0: without end
     * @return this
     */
    public ConsumerBuilder attemptsMax(int attempts) {
        range("the most attempts", attempts, 0, ATTEMPTS_MAX);
        attemptsMax = attempts;
        return this;
    }

    /**
     * What to do with messages that are given up, before they are finished.
     *
     * @param handler by default they are logged
     * @return this
     */
    public ConsumerBuilder onGiveUp(GiveUpHandler handler) {
        giveUp = handler;
        return this;
    }

    /**
     * How long a message waits after a failure: the delay times its attempts.
     *
     * @param delay by default 90 s
     * @param most by default 15 minutes; servers allow up to an hour
     * @return this
     */
    public ConsumerBuilder requeueDelay(Duration delay, Duration most) {
        requeueDelay = time("the requeue delay", delay, Duration.ZERO);
        requeueDelayMax = time("the longest requeue delay", most, delay);
        return this;
    }

    /**
     * How long the consumer asks for nothing after failures: the base, doubled with each failure.
     *
     * @param base by default 1 s, so that the first wait is 2 s
     * @param most by default 2 minutes; zero: it does not back off
     * @return this
     */
    public ConsumerBuilder backoff(Duration base, Duration most) {
        backoffBase = time("the base of the back-off", base, Duration.ofMillis(1));
        backoffMax = time("the longest back-off", most, Duration.ZERO);
        return this;
    }

    /**
     * Hears of servers that cannot be reached or refuse, and of connections that are lost. All are tried again; this is
     * for those who want to know more than the log says.
     *
     * @param listener called on the thread that connects: must not block
     * @return this
     */
    public ConsumerBuilder onFailure(java.util.function.Consumer<Exception> listener) {
        failureListener = listener;
        return this;
    }

    /**
     * Makes the consumer, which connects while this returns.
     *
     * @return the consumer
     * @throws IllegalStateException where no handler, or no server and no lookup, is set, or heartbeats are off
     */
    public Consumer build() {
        if (work == null) {
            throw new IllegalStateException("a consumer needs a handler");
        }
        if (servers.isEmpty() && lookups.isEmpty()) {
            throw new IllegalStateException("a consumer needs a server or a lookup");
        }
        if (heartbeat().isZero()) {
            throw new IllegalStateException("a consumer needs heartbeats");
        }
        return Consumer.start(this);
    }

    String topic() {
        return topic;
    }

    String channel() {
        return channel;
    }

    List<ServerAddress> servers() {
        return servers;
    }

    List<URI> lookups() {
        return lookups;
    }

    Duration lookupInterval() {
        return lookupInterval;
    }

    Duration lookupTimeout() {
        return lookupTimeout;
    }

    Handlers.Work work() {
        return java.util.Objects.requireNonNull(work);
    }

    boolean finishes() {
        return finishes;
    }

    int batchMax() {
        return batchMax;
    }

    Duration batchWait() {
        return batchWait;
    }

    int concurrency() {
        return concurrency;
    }

    int inFlightMax() {
        long twice = 2L * concurrency * batchMax;
        return inFlightMax > 0 ? inFlightMax : (int) Math.min(twice, IN_FLIGHT_MAX);
    }

    /** How long after a smaller RDY a server may still send what the larger one allowed. */
    Duration grace() {
        return grace;
    }

    /** Changes that, for tests on machines that stand still for long. */
    ConsumerBuilder grace(Duration time) {
        grace = time;
        return this;
    }

    int attemptsMax() {
        return attemptsMax;
    }

    @Nullable
    GiveUpHandler giveUp() {
        return giveUp;
    }

    Duration requeueDelay(int attempts) {
        Duration delay = requeueDelay.multipliedBy(attempts);
        return delay.compareTo(requeueDelayMax) < 0 ? delay : requeueDelayMax;
    }

    Duration backoffBase() {
        return backoffBase;
    }

    Duration backoffMax() {
        return backoffMax;
    }

    java.util.function.@Nullable Consumer<Exception> failureListener() {
        return failureListener;
    }
}
