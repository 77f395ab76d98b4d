package dev.chaski.bus.redis;

import dev.chaski.bus.BusException;
import dev.chaski.bus.BusUri;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.providers.PooledConnectionProvider;

/**
 * What a URI says.
 *
 * @param server where it is
 * @param client who connects, and how
 * @param prefix what a stream's key begins with
 * @param pendingMax how many entries a stream may have
 * @param lease how long a member may be silent until its messages go to others
 * @param isDurable whether the server must keep an append-only file
 */
record RedisSettings(
        HostAndPort server,
        JedisClientConfig client,
        String prefix,
        int pendingMax,
        Duration lease,
        boolean isDurable) {
    private static final int PORT = 6379;
    private static final int CONNECT_LIMIT_MS = 2_000;
    private static final int ANSWER_LIMIT_MS = 5_000;
    /** More threads than that wait for one another. */
    private static final int CONNECTIONS_MAX = 32;

    private static final Duration POOL_LIMIT = Duration.ofSeconds(5);
    private static final int LEASE_MAX_S = 3_600;
    private static final Pattern DATABASE = Pattern.compile("/?(\\d{0,4})");

    static RedisSettings of(BusUri uri, boolean isSecure, @Nullable SSLContext sslContext) {
        uri.allow("prefix", "pending", "lease", "durable");
        if (uri.host().isEmpty()) {
            throw new BusException(
                    "bus:" + uri.scheme() + ": names no server; write bus:" + uri.scheme() + "://HOST:PORT");
        }
        int leaseS = uri.positive("lease", 10);
        String durable = uri.parameter("durable", "no");
        if (leaseS > LEASE_MAX_S || !durable.matches("yes|no")) {
            throw new BusException("lease must be 1 to " + LEASE_MAX_S + " seconds, durable yes or no");
        }
        return new RedisSettings(
                new HostAndPort(uri.host(), uri.port() < 0 ? PORT : uri.port()),
                client(uri, isSecure, sslContext),
                uri.parameter("prefix", "bus:"),
                uri.positive("pending", 100_000),
                Duration.ofSeconds(leaseS),
                durable.equals("yes"));
    }

    // Jedis prefers SslOptions, which read key stores from files; an SSLContext that stands goes this way only.
    @SuppressWarnings("deprecation")
    private static JedisClientConfig client(BusUri uri, boolean isSecure, @Nullable SSLContext sslContext) {
        Matcher database = DATABASE.matcher(uri.path());
        if (!database.matches()) {
            throw new BusException("\"" + uri.path() + "\" is no number of a database, such as /0");
        }
        String number = database.group(1);
        DefaultJedisClientConfig.Builder builder = DefaultJedisClientConfig.builder()
                .database(number.isEmpty() ? 0 : Integer.parseInt(number))
                .connectionTimeoutMillis(CONNECT_LIMIT_MS)
                .socketTimeoutMillis(ANSWER_LIMIT_MS)
                // No read blocks for longer than RedisFeed.LOOK_MS, or else the server is gone.
                .blockingSocketTimeoutMillis((int) RedisFeed.LOOK_MS + ANSWER_LIMIT_MS)
                .clientName("chaski-bus");
        if (!uri.user().isEmpty()) {
            builder.user(uri.user());
        }
        if (!uri.password().isEmpty()) {
            builder.password(uri.password());
        }
        if (isSecure) {
            // Jedis trusts any host's certificate unless it is told to look.
            SSLParameters parameters = new SSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            builder.ssl(true)
                    .sslSocketFactory(orJavas(sslContext).getSocketFactory())
                    .sslParameters(parameters);
        }
        return builder.build();
    }

    private static SSLContext orJavas(@Nullable SSLContext given) {
        try {
            return given != null ? given : SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new BusException("no TLS: " + e.getMessage(), e);
        }
    }

    String address() {
        return server.toString();
    }

    /** One connection, to be closed by the caller. */
    Jedis open() {
        return new Jedis(server, client);
    }

    /** A pool of connections, to be closed by the caller. */
    RedisClient openPool() {
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(CONNECTIONS_MAX);
        pool.setMaxIdle(CONNECTIONS_MAX);
        pool.setMaxWait(POOL_LIMIT);
        pool.setJmxEnabled(false);
        return RedisClient.builder()
                .connectionProvider(new PooledConnectionProvider(server, client, pool))
                .build();
    }

    /** Without who connects. */
    @Override
    public String toString() {
        return address();
    }
}
