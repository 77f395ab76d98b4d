package dev.chaski.client;

import dev.chaski.wire.Json;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What producers and consumers have in common: how to talk to a server. One thread. Times are rounded to milliseconds.
 *
 * @param <B> the builder itself
 */
public abstract sealed class ClientBuilder<B extends ClientBuilder<B>> permits ProducerBuilder, ConsumerBuilder {
    private static final int DEFLATE_LEVEL_MAX = 9;
    private static final int FRAME_BYTES_MAX = 64 << 20;
    private static final Duration HEARTBEAT_MIN = Duration.ofSeconds(1);
    /** Longer times are a mistake of units. */
    private static final Duration TIME_MAX = Duration.ofDays(1);

    /** The fields of IDENTIFY, as JSON. */
    private final Map<String, String> fields = new LinkedHashMap<>();

    private @Nullable SSLContext tls;
    private boolean checksHostName = true;
    private Compression compression = Compression.NONE;
    private int deflateLevel = 6;
    private @Nullable String authSecret;
    private Duration heartbeat = Duration.ofSeconds(30);
    private Duration connectTimeout = Duration.ofSeconds(5);
    private int frameBytesMax = FRAME_BYTES_MAX;
    private Duration closeTimeout = Duration.ofSeconds(30);
    private Duration reconnectLeast = Duration.ofMillis(100);
    private Duration reconnectMost = Duration.ofSeconds(30);

    ClientBuilder() {
        String host = localHost();
        fields.put("client_id", Json.quoted(host.indexOf('.') < 0 ? host : host.substring(0, host.indexOf('.'))));
        fields.put("hostname", Json.quoted(host));
        fields.put("user_agent", Json.quoted("chaski-client"));
    }

    private static String localHost() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    abstract B self();

    /**
     * What the server calls this client in its statistics.
     *
     * @param clientId by default the first part of the host's name
     * @return this
     */
    public B clientId(String clientId) {
        return text("client_id", clientId);
    }

    /**
     * The host that the server shows in its statistics.
     *
     * @param hostname by default the name of this machine
     * @return this
     */
    public B hostname(String hostname) {
        return text("hostname", hostname);
    }

    /**
     * The kind of client that the server shows in its statistics.
     *
     * @param userAgent by default {@code chaski-client}
     * @return this
     */
    public B userAgent(String userAgent) {
        return text("user_agent", userAgent);
    }

    /**
     * Encrypts, and trusts what the JDK trusts. A server without TLS is then not spoken to.
     *
     * @return this
     */
    public B tls() {
        try {
            return tls(SSLContext.getDefault());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no TLS that works", e);
        }
    }

    /**
     * Encrypts. A server without TLS is then not spoken to.
     *
     * @param context the keys to show and the certificates to trust
     * @return this
     */
    public B tls(SSLContext context) {
        tls = context;
        return self();
    }

    /**
     * Whether a server's certificate must be for the host that was asked for.
     *
     * @param checks by default true
     * @return this
     */
    public B tlsHostNameCheck(boolean checks) {
        checksHostName = checks;
        return self();
    }

    /**
     * Compresses with Snappy where the server can; takes the place of {@link #deflate}.
     *
     * @return this
     */
    public B snappy() {
        compression = Compression.SNAPPY;
        return self();
    }

    /**
     * Compresses with deflate where the server can; takes the place of {@link #snappy}.
     *
     * @param level 1 (fast) to 9 (small); a server takes at most what it is set to, by default 6
     * @return this
     */
    public B deflate(int level) {
        range("the level of deflate", level, 1, DEFLATE_LEVEL_MAX);
        compression = Compression.DEFLATE;
        deflateLevel = level;
        return self();
    }

    /**
     * The secret to show to a server that asks for one (AUTH).
     *
     * @param secret as the authorization server knows it
     * @return this
     */
    public B authSecret(String secret) {
        authSecret = secret;
        return self();
    }

    /**
     * How often the server is to send a heartbeat. Where two do not come, the connection counts as lost.
     *
     * @param interval by default 30 s, from 1 s to what the server allows (60 s); for a producer also zero, which means
     *     none: then a dead server is noticed by a time-out only
     * @return this
     */
    public B heartbeatInterval(Duration interval) {
        if (!interval.isZero()) {
            time("the heartbeat interval", interval, HEARTBEAT_MIN);
        }
        heartbeat = interval;
        return self();
    }

    /**
     * How long connecting may take, and after it each step until the connection is ready.
     *
     * @param timeout by default 5 s
     * @return this
     */
    public B connectTimeout(Duration timeout) {
        connectTimeout = time("the connect time-out", timeout, Duration.ofMillis(1));
        return self();
    }

    /**
     * How long {@code close()} waits for what is under way.
     *
     * @param timeout by default 30 s
     * @return this
     */
    public B closeTimeout(Duration timeout) {
        closeTimeout = time("the close time-out", timeout, Duration.ZERO);
        return self();
    }

    /**
     * How long to wait between tries to connect: doubled with each failure, with up to half taken off at random.
     *
     * @param least by default 100 ms
     * @param most by default 30 s
     * @return this
     */
    public B reconnectBackoff(Duration least, Duration most) {
        reconnectLeast = time("the least back-off", least, Duration.ofMillis(1));
        reconnectMost = time("the most back-off", most, least);
        return self();
    }

    /**
     * The longest frame to take from a server.
     *
     * @param bytes by default 64 MiB
     * @return this
     */
    public B frameBytesMax(int bytes) {
        range("the longest frame", bytes, 1, Integer.MAX_VALUE - 64);
        frameBytesMax = bytes;
        return self();
    }

    /** Puts a text into IDENTIFY. */
    final B text(String field, String value) {
        fields.put(field, Json.quoted(value));
        return self();
    }

    /** Puts a number into IDENTIFY. */
    final B number(String field, long value) {
        fields.put(field, Long.toString(value));
        return self();
    }

    static void range(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + " is " + value + ", not within " + least + " to " + most);
        }
    }

    static Duration time(String what, Duration value, Duration least) {
        if (value.compareTo(least) < 0 || value.compareTo(TIME_MAX) > 0) {
            throw new IllegalArgumentException(
                    what + " is " + value.toMillis() + " ms, not within " + least.toMillis() + " ms to a day");
        }
        return value;
    }

    final Duration heartbeat() {
        return heartbeat;
    }

    final Duration closeTimeout() {
        return closeTimeout;
    }

    final Duration reconnectLeast() {
        return reconnectLeast;
    }

    final Duration reconnectMost() {
        return reconnectMost;
    }

    final ConnectionConfig connectionConfig() {
        Map<String, String> all = new LinkedHashMap<>(fields);
        all.put("feature_negotiation", "true");
        all.put("heartbeat_interval", heartbeat.isZero() ? "-1" : Long.toString(heartbeat.toMillis()));
        all.put("tls_v1", Boolean.toString(tls != null));
        all.put("snappy", Boolean.toString(compression == Compression.SNAPPY));
        all.put("deflate", Boolean.toString(compression == Compression.DEFLATE));
        if (compression == Compression.DEFLATE) {
            all.put("deflate_level", Integer.toString(deflateLevel));
        }
        String identify = all.entrySet().stream()
                .map(field -> Json.quoted(field.getKey()) + ":" + field.getValue())
                .collect(Collectors.joining(",", "{", "}"));
        return new ConnectionConfig(
                identify,
                tls,
                checksHostName,
                compression,
                deflateLevel,
                authSecret,
                heartbeat,
                connectTimeout,
                frameBytesMax);
    }
}
