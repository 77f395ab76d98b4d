package dev.chaski.bus.rabbitmq;

import com.rabbitmq.client.ConnectionFactory;
import dev.chaski.bus.BusException;
import dev.chaski.bus.BusUri;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What a URI says.
 *
 * @param factory opens connections
 * @param exchange where to publish
 * @param isDurable whether the exchange outlives the server
 * @param isQuorum whether queues are replicated
 */
record Settings(ConnectionFactory factory, String exchange, boolean isDurable, boolean isQuorum) {
    private static final int PORT = 5672;
    private static final int PORT_TLS = 5671;
    private static final int CONNECT_LIMIT_MS = 2_000;
    private static final int ANSWER_LIMIT_MS = 10_000;
    private static final int HEARTBEAT_S = 10;

    static Settings of(BusUri uri, boolean isSecure, @Nullable SSLContext sslContext) {
        uri.allow("exchange", "durable", "queues");
        if (uri.host().isEmpty()) {
            throw new BusException(
                    "bus:" + uri.scheme() + ": names no server; write bus:" + uri.scheme() + "://HOST:PORT");
        }
        String durable = uri.parameter("durable", "yes");
        String queues = uri.parameter("queues", "classic");
        if (!durable.matches("yes|no") || !queues.matches("classic|quorum")) {
            throw new BusException("durable must be yes or no, queues classic or quorum");
        }
        return new Settings(
                factory(uri, isSecure, sslContext),
                uri.parameter("exchange", "micro"),
                durable.equals("yes"),
                queues.equals("quorum"));
    }

    private static ConnectionFactory factory(BusUri uri, boolean isSecure, @Nullable SSLContext sslContext) {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(uri.host());
        factory.setPort(uri.port() >= 0 ? uri.port() : isSecure ? PORT_TLS : PORT);
        if (!uri.user().isEmpty()) {
            factory.setUsername(uri.user());
            factory.setPassword(uri.password());
        }
        if (uri.path().length() > 1) {
            factory.setVirtualHost(uri.path().substring(1));
        }
        factory.setConnectionTimeout(CONNECT_LIMIT_MS);
        factory.setHandshakeTimeout(ANSWER_LIMIT_MS);
        factory.setChannelRpcTimeout(ANSWER_LIMIT_MS);
        factory.setRequestedHeartbeat(HEARTBEAT_S);
        // The client opens connections again, but no channel that the server closed, and no consumer that it cancelled:
        // Connector and RabbitMqFeed do all of it.
        factory.setAutomaticRecoveryEnabled(false);
        factory.setSharedExecutor(Executors.newVirtualThreadPerTaskExecutor());
        if (isSecure) {
            factory.useSslProtocol(orJavas(sslContext));
            factory.enableHostnameVerification();
        }
        return factory;
    }

    private static SSLContext orJavas(@Nullable SSLContext given) {
        try {
            return given != null ? given : SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new BusException("no TLS: " + e.getMessage(), e);
        }
    }

    String address() {
        return factory.getHost() + ":" + factory.getPort();
    }

    /** What a queue that stays is declared with: nothing, so that others can declare it the same way, or its type. */
    Map<String, Object> queueArguments() {
        return isQuorum ? Map.of("x-queue-type", "quorum") : Map.of();
    }

    /** Without who connects. */
    @Override
    public String toString() {
        return address();
    }
}
