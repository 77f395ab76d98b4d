package dev.chaski.server.config;

import dev.chaski.engine.BrokerConfig.Ack;
import dev.chaski.server.config.Choices.AuthMethod;
import dev.chaski.server.config.Choices.Experiment;
import dev.chaski.server.config.Choices.Level;
import dev.chaski.server.config.Option.Group;
import dev.chaski.server.config.Option.Relation;
import dev.chaski.server.tls.ClientAuthPolicy;
import dev.chaski.server.tls.TlsRequired;
import dev.chaski.server.tls.TlsVersion;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Every option there is. Flags, environment variables, the file's keys, the help, {@code /config} and the tables of the
 * documents are all made from this one. Names and defaults are nsqd's where nsqd has the option.
 */
public final class OptionTable {
    private static final Map<String, Option<?>> ALL = new LinkedHashMap<>();

    private static final Duration NO_LIMIT = Duration.ofDays(36_500);
    private static final Duration TICK = Duration.ofMillis(1);

    /** Where NSQ clients connect. */
    public static final Option<HostPort> TCP_ADDRESS = add(
            Group.ADDRESSES,
            "tcp-address",
            Kind.address(),
            new HostPort("0.0.0.0", 4150),
            "listen here for NSQ clients");

    /** Where HTTP clients connect. */
    public static final Option<HostPort> HTTP_ADDRESS =
            add(Group.ADDRESSES, "http-address", Kind.address(), new HostPort("0.0.0.0", 4151), "listen here for HTTP");

    /** Where HTTPS clients connect. */
    public static final Option<HostPort> HTTPS_ADDRESS = add(
            Group.ADDRESSES,
            "https-address",
            Kind.address(),
            new HostPort("0.0.0.0", 4152),
            "listen here for HTTPS, where there is a certificate");

    /** Where messages are kept. */
    public static final Option<String> DATA_PATH = unlike(
            add(Group.STORAGE, "data-path", Kind.text("folder"), "./data", "keep messages in this folder"),
            "the default is ./data, not the working folder");

    /** When a publish is answered. */
    public static final Option<Ack> ACK = own(
            Group.STORAGE,
            "ack",
            Kind.choice(Words.of(Map.entry("written", Ack.WRITTEN), Map.entry("synced", Ack.SYNCED))),
            Ack.WRITTEN,
            "answer a publish when it is in the operating system (written: survives the death of this process), or when"
                    + " it is on the disk (synced: survives a power cut)");

    /** How long written bytes wait for fsync. */
    public static final Option<Duration> SYNC_INTERVAL = own(
            Group.STORAGE,
            "sync-interval",
            Kind.duration(TICK, Duration.ofMinutes(1)),
            Duration.ofMillis(100),
            "fsync what was written at the latest after this long");

    /** Size of a topic's first segment. */
    public static final Option<Long> SEGMENT_SIZE_MIN = own(
            Group.STORAGE,
            "segment-size-min",
            Kind.size(64 << 10, 1 << 30),
            256L << 10,
            "size of a topic's first segment file");

    /** Size that segments grow to. */
    public static final Option<Long> SEGMENT_SIZE_MAX = own(
            Group.STORAGE,
            "segment-size-max",
            Kind.size(64 << 10, 1 << 30),
            64L << 20,
            "size that the segment files of a busy topic grow to");

    /** Freed segments kept for reuse. */
    public static final Option<Long> RECYCLED_SIZE_MAX = own(
            Group.STORAGE,
            "recycled-size-max",
            Kind.size(0, 1L << 40),
            256L << 20,
            "keep this much of freed segment files for reuse");

    /** Free space below which nothing is taken. */
    public static final Option<Long> DISK_LOW_WATER = own(
            Group.STORAGE,
            "disk-low-water",
            Kind.size(0, 1L << 50),
            64L << 20,
            "refuse to publish when the file system has less than this free");

    /** When an untouched topic gives back its descriptors. */
    public static final Option<Duration> IDLE_CLOSE = own(
            Group.STORAGE,
            "idle-close",
            Kind.duration(Duration.ofSeconds(1), Duration.ofDays(1)),
            Duration.ofSeconds(30),
            "give back the open files of a topic that was not touched for this long");

    /** When the full segments of a backlog that nobody reads are compressed. */
    public static final Option<Duration> COLD_AFTER = own(
            Group.STORAGE,
            "cold-after",
            Kind.duration(Duration.ZERO, Duration.ofDays(365)),
            Duration.ZERO,
            "compress what nobody has read for this long; 0 for never");

    /** Number of this node in message ids. */
    public static final Option<Integer> NODE_ID = keyed(
            add(
                    Group.STORAGE,
                    "node-id",
                    Kind.nodeId(),
                    -1,
                    "number of this node in message ids, 0 to 1023; by default made from the host's name"),
            "id");

    /** Waiting messages of an ephemeral channel. */
    public static final Option<Long> MEM_QUEUE_SIZE = lesser(
            add(
                    Group.LIMITS,
                    "mem-queue-size",
                    Kind.number(0, Long.MAX_VALUE),
                    10_000L,
                    "messages that an #ephemeral channel lets wait before it skips"),
            "bounds what waits in #ephemeral channels only: all else is on disk at once, and nothing waits in memory");

    /** Longest message. */
    public static final Option<Long> MAX_MSG_SIZE =
            add(Group.LIMITS, "max-msg-size", Kind.size(1, 512L << 20), 1L << 20, "longest message, in bytes");

    /** Longest body of a command or request. */
    public static final Option<Long> MAX_BODY_SIZE = add(
            Group.LIMITS,
            "max-body-size",
            Kind.size(1, 1L << 30),
            5L << 20,
            "longest body of a command or request, in bytes");

    /** How long a message may be in flight. */
    public static final Option<Duration> MSG_TIMEOUT = add(
            Group.LIMITS,
            "msg-timeout",
            Kind.duration(TICK, NO_LIMIT),
            Duration.ofMinutes(1),
            "give a message to somebody else when it is not finished after this long");

    /** The longest time-out a client may ask for. */
    public static final Option<Duration> MAX_MSG_TIMEOUT = add(
            Group.LIMITS,
            "max-msg-timeout",
            Kind.duration(TICK, NO_LIMIT),
            Duration.ofMinutes(15),
            "the longest message time-out that a client may ask for");

    /** The longest deferral. */
    public static final Option<Duration> MAX_REQ_TIMEOUT = unlike(
            add(
                    Group.LIMITS,
                    "max-req-timeout",
                    Kind.duration(Duration.ZERO, NO_LIMIT),
                    Duration.ofHours(1),
                    "the longest that a message may be deferred, when published or requeued"),
            "may be raised to years: deferred messages are on disk");

    /** The longest heartbeat interval. */
    public static final Option<Duration> MAX_HEARTBEAT_INTERVAL = add(
            Group.LIMITS,
            "max-heartbeat-interval",
            Kind.duration(Duration.ofSeconds(1), NO_LIMIT),
            Duration.ofMinutes(1),
            "the longest heartbeat interval that a client may ask for");

    /** The highest RDY. */
    public static final Option<Long> MAX_RDY_COUNT = add(
            Group.LIMITS, "max-rdy-count", Kind.number(1, Integer.MAX_VALUE), 2_500L, "the highest RDY of a client");

    /** The largest output buffer. */
    public static final Option<Long> MAX_OUTPUT_BUFFER_SIZE = add(
            Group.LIMITS,
            "max-output-buffer-size",
            Kind.size(64, 64L << 20),
            64L << 10,
            "the largest output buffer that a client may ask for");

    /** The longest output buffer time-out. */
    public static final Option<Duration> MAX_OUTPUT_BUFFER_TIMEOUT = add(
            Group.LIMITS,
            "max-output-buffer-timeout",
            Kind.duration(TICK, Duration.ofHours(1)),
            Duration.ofSeconds(30),
            "the longest time between flushes that a client may ask for");

    /** The shortest output buffer time-out. */
    public static final Option<Duration> MIN_OUTPUT_BUFFER_TIMEOUT = add(
            Group.LIMITS,
            "min-output-buffer-timeout",
            Kind.duration(TICK, Duration.ofHours(1)),
            Duration.ofMillis(25),
            "the shortest time between flushes that a client may ask for");

    /** The default output buffer time-out. */
    public static final Option<Duration> OUTPUT_BUFFER_TIMEOUT = add(
            Group.LIMITS,
            "output-buffer-timeout",
            Kind.duration(TICK, Duration.ofHours(1)),
            Duration.ofMillis(250),
            "time between flushes of a client that asks for none");

    /** Consumers of one channel. */
    public static final Option<Integer> MAX_CHANNEL_CONSUMERS = add(
            Group.LIMITS,
            "max-channel-consumers",
            Kind.integer(0, Integer.MAX_VALUE),
            0,
            "consumers of one channel, 0 for any number");

    /** Topics of this node. */
    public static final Option<Integer> MAX_TOPICS =
            own(Group.LIMITS, "max-topics", Kind.integer(1, 10_000_000), 100_000, "topics of this node");

    /** Connections of this node. */
    public static final Option<Integer> MAX_CONNECTIONS = own(
            Group.LIMITS,
            "max-connections",
            Kind.integer(1, 10_000_000),
            100_000,
            "connections over all doors; further ones are closed at once");

    /** Event loops. */
    public static final Option<Integer> LOOPS = own(
            Group.LIMITS,
            "loops",
            Kind.integer(0, 1_024),
            0,
            "threads that serve connections and channels, 0 for one per processor");

    /** How long a drain may take. */
    public static final Option<Duration> DRAIN_TIMEOUT = own(
            Group.LIMITS,
            "drain-timeout",
            Kind.duration(Duration.ZERO, Duration.ofHours(1)),
            Duration.ofSeconds(5),
            "how long to answer what was received, when told to stop");

    /** Whether deflate may be negotiated. */
    public static final Option<Boolean> DEFLATE =
            add(Group.FEATURES, "deflate", Kind.bool(), true, "let clients negotiate deflate");

    /** The highest deflate level. */
    public static final Option<Integer> MAX_DEFLATE_LEVEL = add(
            Group.FEATURES,
            "max-deflate-level",
            Kind.integer(1, 9),
            6,
            "the highest deflate level that a client may ask for");

    /** Whether snappy may be negotiated. */
    public static final Option<Boolean> SNAPPY =
            add(Group.FEATURES, "snappy", Kind.bool(), true, "let clients negotiate snappy");

    /** Behaviours switched on by name. */
    public static final Option<List<Experiment>> ENABLE_EXPERIMENT = add(
            Group.FEATURES,
            "enable-experiment",
            Kind.list(Kind.choice(
                    Words.of(Map.entry("topology-aware-consumption", Experiment.TOPOLOGY_AWARE_CONSUMPTION)))),
            List.of(),
            "switch a behaviour on by its name: consumers in this zone, then in this region, are served first");

    /** The certificate's file. */
    public static final Option<String> TLS_CERT =
            add(Group.TLS, "tls-cert", Kind.text("file"), "", "certificate chain, PEM; read again when it changes");

    /** The private key's file. */
    public static final Option<String> TLS_KEY =
            add(Group.TLS, "tls-key", Kind.text("file"), "", "private key of the certificate, PEM");

    /** What is asked of a client's certificate. */
    public static final Option<ClientAuthPolicy> TLS_CLIENT_AUTH_POLICY = add(
            Group.TLS,
            "tls-client-auth-policy",
            Kind.choice(Words.of(
                    Map.entry("", ClientAuthPolicy.NONE),
                    Map.entry("none", ClientAuthPolicy.NONE),
                    Map.entry("require", ClientAuthPolicy.REQUIRE),
                    Map.entry("require-verify", ClientAuthPolicy.REQUIRE_VERIFY))),
            ClientAuthPolicy.NONE,
            "ask clients for a certificate: any (require), or one that --tls-root-ca-file vouches for (require-verify)");

    /** Certificates that vouch for clients. */
    public static final Option<String> TLS_ROOT_CA_FILE = add(
            Group.TLS, "tls-root-ca-file", Kind.text("file"), "", "certificates that vouch for those of clients, PEM");

    /** Who must encrypt. */
    public static final Option<TlsRequired> TLS_REQUIRED = add(
            Group.TLS,
            "tls-required",
            Kind.switchChoice(Words.of(
                    Map.entry("false", TlsRequired.NO),
                    Map.entry("true", TlsRequired.EVERYWHERE),
                    Map.entry("tcp-https", TlsRequired.TCP_ONLY))),
            TlsRequired.NO,
            "refuse connections without TLS: all of them (true), or those of TCP clients (tcp-https)");

    /** The oldest TLS version. */
    public static final Option<TlsVersion> TLS_MIN_VERSION = lesser(
            add(
                    Group.TLS,
                    "tls-min-version",
                    Kind.choice(Words.of(
                            Map.entry("tls1.0", TlsVersion.TLS_1_0),
                            Map.entry("tls1.1", TlsVersion.TLS_1_1),
                            Map.entry("tls1.2", TlsVersion.TLS_1_2),
                            Map.entry("tls1.3", TlsVersion.TLS_1_3),
                            Map.entry("ssl3.0", TlsVersion.TLS_1_0))),
                    TlsVersion.TLS_1_0,
                    "the oldest version of TLS to speak"),
            "versions before 1.2 are accepted as a value but not spoken: the Java platform has them switched off");

    /** Authorization servers. */
    public static final Option<List<String>> AUTH_HTTP_ADDRESS = keyed(
            add(
                    Group.AUTH,
                    "auth-http-address",
                    Kind.list(Kind.text("host:port|url")),
                    List.of(),
                    "ask this server who may do what (may be repeated)"),
            "auth_http_addresses");

    /** How authorization servers are asked. */
    public static final Option<AuthMethod> AUTH_HTTP_REQUEST_METHOD = add(
            Group.AUTH,
            "auth-http-request-method",
            Kind.choice(Words.of(Map.entry("get", AuthMethod.GET), Map.entry("post", AuthMethod.POST))),
            AuthMethod.GET,
            "how the authorization server is asked");

    /** How long a connection to an HTTP server may take. */
    public static final Option<Duration> HTTP_CLIENT_CONNECT_TIMEOUT = add(
            Group.AUTH,
            "http-client-connect-timeout",
            Kind.duration(TICK, Duration.ofMinutes(5)),
            Duration.ofSeconds(2),
            "how long connecting to an authorization server or a lookupd may take");

    /** How long an answer of an HTTP server may take. */
    public static final Option<Duration> HTTP_CLIENT_REQUEST_TIMEOUT = add(
            Group.AUTH,
            "http-client-request-timeout",
            Kind.duration(TICK, Duration.ofMinutes(5)),
            Duration.ofSeconds(5),
            "how long an answer of an authorization server or a lookupd may take");

    /** Where to register. */
    public static final Option<List<HostPort>> LOOKUPD_TCP_ADDRESS = keyed(
            add(
                    Group.DISCOVERY,
                    "lookupd-tcp-address",
                    Kind.list(Kind.address()),
                    List.of(),
                    "register at this nsqlookupd (may be repeated)"),
            "nsqlookupd_tcp_addresses");

    /** Where the node announces itself. */
    public static final Option<List<URI>> REGISTRY = own(
            Group.DISCOVERY,
            "registry",
            Kind.uris(),
            List.of(),
            "announce this node in a registry (may be repeated): mdns:/, etcd://HOST:2379, nsqlookupd://HOST:4161");

    /** What consumers are told to connect to. */
    public static final Option<String> BROADCAST_ADDRESS = add(
            Group.DISCOVERY,
            "broadcast-address",
            Kind.text("host"),
            "",
            "the address under which consumers reach this node; by default the host's name");

    /** The TCP port that consumers are told. */
    public static final Option<Integer> BROADCAST_TCP_PORT = add(
            Group.DISCOVERY,
            "broadcast-tcp-port",
            Kind.integer(0, 65_535),
            0,
            "the TCP port that consumers are told, 0 for the one listened on");

    /** The HTTP port that others are told. */
    public static final Option<Integer> BROADCAST_HTTP_PORT = add(
            Group.DISCOVERY,
            "broadcast-http-port",
            Kind.integer(0, 65_535),
            0,
            "the HTTP port that others are told, 0 for the one listened on");

    /** Region of this node. */
    public static final Option<String> TOPOLOGY_REGION =
            add(Group.DISCOVERY, "topology-region", Kind.text("name"), "", "region that this node is in");

    /** Zone of this node. */
    public static final Option<String> TOPOLOGY_ZONE =
            add(Group.DISCOVERY, "topology-zone", Kind.text("name"), "", "zone that this node is in");

    /** Where figures are sent. */
    public static final Option<Optional<HostPort>> STATSD_ADDRESS = add(
            Group.METRICS,
            "statsd-address",
            Kind.optionalAddress(),
            Optional.empty(),
            "send figures to this statsd over UDP");

    /** What every figure's name begins with. */
    public static final Option<String> STATSD_PREFIX = add(
            Group.METRICS,
            "statsd-prefix",
            Kind.text("prefix"),
            "nsq.%s",
            "begin the names of figures with this; %s stands for this host");

    /** How often figures are sent. */
    public static final Option<Duration> STATSD_INTERVAL = add(
            Group.METRICS,
            "statsd-interval",
            Kind.duration(Duration.ofMillis(100), Duration.ofDays(1)),
            Duration.ofMinutes(1),
            "time between two sendings");

    /** Whether memory figures are sent. */
    public static final Option<Boolean> STATSD_MEM_STATS = unlike(
            add(Group.METRICS, "statsd-mem-stats", Kind.bool(), true, "send figures of memory and garbage collection"),
            "the figures are the Java heap's, under nsqd's names");

    /** Longest packet of figures. */
    public static final Option<Integer> STATSD_UDP_PACKET_SIZE = add(
            Group.METRICS,
            "statsd-udp-packet-size",
            Kind.integer(64, 65_507),
            508,
            "longest UDP packet of figures, in bytes");

    /** Whether ephemeral topics and channels are left out. */
    public static final Option<Boolean> STATSD_EXCLUDE_EPHEMERAL = add(
            Group.METRICS,
            "statsd-exclude-ephemeral",
            Kind.bool(),
            false,
            "leave #ephemeral topics and channels out of the figures");

    /** Percentiles of the time from publish to finish. */
    public static final Option<List<Double>> E2E_PERCENTILES = keyed(
            add(
                    Group.METRICS,
                    "e2e-processing-latency-percentile",
                    Kind.list(Kind.percentile()),
                    List.of(),
                    "keep this percentile of the time from publish to finish (may be repeated)"),
            "e2e_processing_latency_percentiles");

    /** Over how long percentiles are kept. */
    public static final Option<Duration> E2E_WINDOW_TIME = add(
            Group.METRICS,
            "e2e-processing-latency-window-time",
            Kind.duration(Duration.ofSeconds(1), Duration.ofDays(1)),
            Duration.ofMinutes(10),
            "over how long these percentiles are kept");

    /** How much is logged. */
    public static final Option<Level> LOG_LEVEL = add(
            Group.LOGGING,
            "log-level",
            Kind.choice(Words.ofNames(Level.class)),
            Level.INFO,
            "how much is logged; changeable at run time through /config/log_level");

    static {
        registerAll(AdminOptions.all());
        registerAll(LookupOptions.all());
        without("log-prefix", Kind.text("text"), "[nsqd] ", "log lines are key=value; a prefix would break them");
        without("max-bytes-per-file", Kind.size(1, Long.MAX_VALUE), 100L << 20, "see --segment-size-max");
        without("sync-every", Kind.number(1, Long.MAX_VALUE), 2_500L, "every publish is written at once; see --ack");
        without("sync-timeout", Kind.duration(TICK, NO_LIMIT), Duration.ofSeconds(2), "see --sync-interval");
        without(
                "queue-scan-worker-pool-max",
                Kind.integer(1, Integer.MAX_VALUE),
                4,
                "time-outs are kept in order of their time; nothing is scanned");
        without(
                "queue-scan-selection-count",
                Kind.integer(1, Integer.MAX_VALUE),
                20,
                "time-outs are kept in order of their time; nothing is scanned");
        without("verbose", Kind.bool(), false, "given up by nsqd too; see --log-level");
        without("worker-id", Kind.number(0, Long.MAX_VALUE), 0L, "given up by nsqd too; see --node-id");
    }

    /** All options of a broker. */
    public static final OptionSet SET = new OptionSet(ALL.values());

    private OptionTable() {}

    /**
     * The options.
     *
     * @return all of them, group by group
     */
    public static List<Option<?>> all() {
        return List.copyOf(ALL.values());
    }

    /**
     * The option of a flag.
     *
     * @param name the flag without dashes before it
     * @return the option, or null
     */
    public static @Nullable Option<?> ofFlag(String name) {
        return ALL.get(name);
    }

    /**
     * The option of a key in the file.
     *
     * @param key its key
     * @return the option, or null
     */
    public static @Nullable Option<?> ofKey(String key) {
        return ALL.values().stream()
                .filter(option -> option.key().equals(key))
                .findFirst()
                .orElse(null);
    }

    private static <T> Option<T> add(Group group, String name, Kind<T> kind, T defaultValue, String description) {
        return register(
                new Option<>(group, name, name.replace('-', '_'), kind, defaultValue, description, Relation.SAME));
    }

    private static <T> Option<T> own(Group group, String name, Kind<T> kind, T defaultValue, String description) {
        return register(add(group, name, kind, defaultValue, description).own());
    }

    private static <T> Option<T> unlike(Option<T> option, String how) {
        return register(option.unlike(how, false));
    }

    private static <T> Option<T> lesser(Option<T> option, String how) {
        return register(option.unlike(how, true));
    }

    private static <T> Option<T> keyed(Option<T> option, String key) {
        return register(option.keyed(key));
    }

    private static <T> void without(String name, Kind<T> kind, T defaultValue, String why) {
        register(add(Group.WITHOUT_EFFECT, name, kind, defaultValue, why).unlike("has no effect: " + why, true));
    }

    private static void registerAll(List<Option<?>> options) {
        for (Option<?> option : options) {
            register(option);
        }
    }

    /** What is registered again under the same name takes the place of what was there. */
    private static <T> Option<T> register(Option<T> option) {
        ALL.put(option.name(), option);
        return option;
    }
}
