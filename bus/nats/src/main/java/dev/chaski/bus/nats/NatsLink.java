package dev.chaski.bus.nats;

import dev.chaski.bus.BusException;
import dev.chaski.bus.BusOptions;
import dev.chaski.bus.Link;
import dev.chaski.bus.Message;
import dev.chaski.bus.SubscribeOptions;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamOptions;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection, which comes back by itself, for publishing and all subscriptions. Any thread. */
final class NatsLink implements Link {
    private static final Logger LOG = LoggerFactory.getLogger(NatsLink.class);
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    /** How long the server's answer is waited for, also while the connection is lost. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);
    private static final Duration RECONNECT_WAIT = Duration.ofMillis(250);
    /** Beyond it, what is known of topics is forgotten, and found out again. */
    private static final int STREAMS_MAX = 10_000;

    private final Connection connection;
    private final TopicStreams streams;
    private final BusOptions options;
    private final Map<String, TopicStream> known = new ConcurrentHashMap<>();
    private final Set<NatsFeed> feeds = ConcurrentHashMap.newKeySet();

    private NatsLink(Connection connection, TopicStreams streams, BusOptions options) {
        this.connection = connection;
        this.streams = streams;
        this.options = options;
    }

    static NatsLink open(Options.Builder settings, BusOptions options, int pendingMax, int replicas) {
        Options complete = settings.connectionTimeout(CONNECT_LIMIT)
                .maxReconnects(-1)
                .reconnectWait(RECONNECT_WAIT)
                // The certificate names the host, not one of its addresses: this mode keeps the name.
                .hostnameResolveMode(Options.HostnameResolveMode.HappyEyeballs)
                .errorListener(new Listener())
                .connectionListener((connection, event) -> LOG.info("nats connection event={}", event))
                .build();
        String servers = String.valueOf(complete.getServers());
        Connection connection;
        try {
            connection = Nats.connect(complete);
        } catch (IOException e) {
            throw new BusException("no NATS answers at " + servers + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BusException("interrupted while connecting to " + servers, e);
        }
        try {
            JetStreamOptions limits =
                    JetStreamOptions.builder().requestTimeout(ANSWER_LIMIT).build();
            connection.jetStreamManagement(limits).getAccountStatistics();
            return new NatsLink(connection, new TopicStreams(connection, limits, pendingMax, replicas), options);
        } catch (IOException | JetStreamApiException e) {
            close(connection);
            throw new BusException("the NATS at " + servers + " has no JetStream for us: " + e.getMessage(), e);
        }
    }

    @Override
    public String address() {
        String server = connection.getConnectedUrl();
        return server == null ? "" : server.replaceFirst("^[a-z]+://", "");
    }

    private TopicStream stream(String topic) {
        if (known.size() > STREAMS_MAX) {
            known.clear();
        }
        return known.computeIfAbsent(topic, streams::of);
    }

    @Override
    public void publish(String topic, Message message) {
        byte[] bytes = options.codec().encode(message);
        try {
            stream(topic).publish(bytes);
        } catch (IOException | JetStreamApiException | IllegalArgumentException | IllegalStateException e) {
            throw new BusException("not published to " + topic + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Feed subscribe(String topic, SubscribeOptions subscribe, Receiver receiver) {
        try {
            NatsFeed feed = NatsFeed.open(stream(topic), subscribe, options.codec(), receiver);
            feeds.add(feed);
            return () -> {
                feeds.remove(feed);
                feed.close();
            };
        } catch (IOException | JetStreamApiException | IllegalArgumentException | IllegalStateException e) {
            throw new BusException("not subscribed to " + topic + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        feeds.forEach(NatsFeed::close);
        feeds.clear();
        close(connection);
    }

    private static void close(Connection connection) {
        try {
            if (connection.getStatus() == Connection.Status.CONNECTED) {
                connection.flush(CLOSE_LIMIT);
            }
            connection.close();
        } catch (TimeoutException e) {
            LOG.debug("nats connection closed with something unsent", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Feeds find out by themselves what does not work; the client's own listener fills the log of java.util.logging. */
    private static final class Listener implements ErrorListener {
        @Override
        public void errorOccurred(Connection connection, String error) {
            LOG.warn("nats error=\"{}\"", error);
        }

        @Override
        public void exceptionOccurred(Connection connection, Exception e) {
            LOG.debug("nats connection failed", e);
        }
    }
}
