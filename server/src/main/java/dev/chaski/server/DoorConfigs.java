package dev.chaski.server;

import dev.chaski.engine.BrokerConfig;
import dev.chaski.log.LogConfig;
import dev.chaski.server.admin.AdminConfig;
import dev.chaski.server.admin.LookupHere;
import dev.chaski.server.auth.AuthConfig;
import dev.chaski.server.auth.AuthServers;
import dev.chaski.server.config.AdminOptions;
import dev.chaski.server.config.Choices.AuthMethod;
import dev.chaski.server.config.Choices.Experiment;
import dev.chaski.server.config.HostName;
import dev.chaski.server.config.HostPort;
import dev.chaski.server.config.Option;
import dev.chaski.server.config.OptionTable;
import dev.chaski.server.config.Options;
import dev.chaski.server.http.HttpDoorConfig;
import dev.chaski.server.http.HttpLimits;
import dev.chaski.server.nsq.NsqDoorConfig;
import dev.chaski.server.nsq.NsqFeatures;
import dev.chaski.server.nsq.NsqLimits;
import dev.chaski.server.stats.NodeInfo;
import dev.chaski.server.stats.StatsdConfig;
import dev.chaski.server.tls.Certificates;
import dev.chaski.server.tls.ClientAuthPolicy;
import dev.chaski.server.tls.TlsConfig;
import dev.chaski.server.tls.TlsException;
import dev.chaski.server.tls.TlsRequired;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Turns options into what the engine and each door is told. Immutable. */
final class DoorConfigs {
    /** The version of nsqd's behaviour that is kept to: libraries and nsqadmin compare it. */
    static final String NSQ_VERSION = "1.3.0";

    /** A heartbeat is due once in this many client time-outs, as in nsqd. */
    private static final Duration CLIENT_TIMEOUT = Duration.ofMinutes(1);

    private final Options options;

    DoorConfigs(Options options) {
        this.options = options;
    }

    Options options() {
        return options;
    }

    BrokerConfig broker(Function<String, CompletableFuture<List<String>>> knownChannels) {
        return new BrokerConfig(
                log(),
                options.get(OptionTable.ACK),
                options.get(OptionTable.MEM_QUEUE_SIZE),
                bytes(OptionTable.MAX_MSG_SIZE),
                options.get(OptionTable.MAX_CHANNEL_CONSUMERS),
                options.get(OptionTable.MAX_TOPICS),
                options.get(OptionTable.E2E_PERCENTILES),
                millis(OptionTable.E2E_WINDOW_TIME),
                knownChannels);
    }

    private LogConfig log() {
        return new LogConfig(
                Path.of(options.get(OptionTable.DATA_PATH)),
                options.get(OptionTable.NODE_ID),
                (int) millis(OptionTable.SYNC_INTERVAL),
                bytes(OptionTable.SEGMENT_SIZE_MIN),
                bytes(OptionTable.SEGMENT_SIZE_MAX),
                options.get(OptionTable.RECYCLED_SIZE_MAX),
                options.get(OptionTable.DISK_LOW_WATER),
                (int) millis(OptionTable.IDLE_CLOSE),
                millis(OptionTable.COLD_AFTER));
    }

    NsqDoorConfig nsq(@Nullable Certificates certificates, @Nullable AuthServers auth) {
        return new NsqDoorConfig(listen(OptionTable.TCP_ADDRESS), nsqLimits(), nsqFeatures(), certificates, auth);
    }

    private NsqLimits nsqLimits() {
        return new NsqLimits(
                bytes(OptionTable.MAX_MSG_SIZE),
                bytes(OptionTable.MAX_BODY_SIZE),
                Math.toIntExact(options.get(OptionTable.MAX_RDY_COUNT)),
                CLIENT_TIMEOUT.toMillis(),
                millis(OptionTable.MAX_HEARTBEAT_INTERVAL),
                bytes(OptionTable.MAX_OUTPUT_BUFFER_SIZE),
                millis(OptionTable.MIN_OUTPUT_BUFFER_TIMEOUT),
                millis(OptionTable.MAX_OUTPUT_BUFFER_TIMEOUT),
                millis(OptionTable.OUTPUT_BUFFER_TIMEOUT),
                millis(OptionTable.MSG_TIMEOUT),
                millis(OptionTable.MAX_MSG_TIMEOUT),
                millis(OptionTable.MAX_REQ_TIMEOUT),
                NsqLimits.STALL_TIMEOUT_MS,
                options.get(OptionTable.MAX_CONNECTIONS));
    }

    private NsqFeatures nsqFeatures() {
        return new NsqFeatures(
                NSQ_VERSION,
                tlsRequired().onTcp(),
                options.get(OptionTable.DEFLATE),
                options.get(OptionTable.MAX_DEFLATE_LEVEL),
                options.get(OptionTable.SNAPPY),
                options.get(OptionTable.ENABLE_EXPERIMENT).contains(Experiment.TOPOLOGY_AWARE_CONSUMPTION),
                options.get(OptionTable.TOPOLOGY_ZONE),
                options.get(OptionTable.TOPOLOGY_REGION));
    }

    /** Of this broker, as its jar says; classes that were not packaged do not know. */
    private static String version() {
        String version = DoorConfigs.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }

    /** The console asks the lookups that it is told of, and the one here, where there is one. */
    AdminConfig admin(Supplier<@Nullable LookupHere> ownLookup) {
        return new AdminConfig(
                options.get(AdminOptions.ADMIN_USER),
                options.get(AdminOptions.CONSOLE_READ_ONLY),
                version(),
                () -> lookups(ownLookup.get()),
                ownLookup,
                millis(OptionTable.HTTP_CLIENT_CONNECT_TIMEOUT),
                millis(OptionTable.HTTP_CLIENT_REQUEST_TIMEOUT),
                options.get(AdminOptions.CONSOLE_STREAMS_MAX),
                options.get(OptionTable.DISK_LOW_WATER));
    }

    private List<String> lookups(@Nullable LookupHere own) {
        List<String> all = new ArrayList<>();
        if (own != null) {
            all.add(own.address());
        }
        options.get(AdminOptions.LOOKUPD_HTTP_ADDRESS).forEach(address -> all.add(address.toString()));
        return all;
    }

    HttpDoorConfig http(@Nullable InetSocketAddress https) {
        // Where plain HTTP is refused the answer names the HTTPS port; 0 means that there is none.
        IntSupplier httpsPort = () -> https == null ? 0 : https.getPort();
        return new HttpDoorConfig(
                listen(OptionTable.HTTP_ADDRESS),
                httpLimits(),
                null,
                tlsRequired().onHttp() ? httpsPort : null);
    }

    HttpDoorConfig https(Certificates certificates) {
        return new HttpDoorConfig(listen(OptionTable.HTTPS_ADDRESS), httpLimits(), certificates, null);
    }

    private HttpLimits httpLimits() {
        HttpLimits defaults = HttpLimits.defaults();
        return new HttpLimits(
                bytes(OptionTable.MAX_MSG_SIZE),
                bytes(OptionTable.MAX_BODY_SIZE),
                millis(OptionTable.MAX_REQ_TIMEOUT),
                defaults.maxUriBytes(),
                defaults.maxHeadersBytes(),
                options.get(OptionTable.MAX_CONNECTIONS),
                defaults.timeouts());
    }

    NodeInfo node(int tcpPort, int httpPort, long startTimeS) {
        int broadcastTcpPort = options.get(OptionTable.BROADCAST_TCP_PORT);
        int broadcastHttpPort = options.get(OptionTable.BROADCAST_HTTP_PORT);
        return new NodeInfo(
                NSQ_VERSION,
                options.get(OptionTable.BROADCAST_ADDRESS),
                HostName.get(),
                broadcastHttpPort == 0 ? httpPort : broadcastHttpPort,
                broadcastTcpPort == 0 ? tcpPort : broadcastTcpPort,
                startTimeS,
                options.get(OptionTable.MAX_HEARTBEAT_INTERVAL).toNanos(),
                options.get(OptionTable.MAX_OUTPUT_BUFFER_SIZE),
                options.get(OptionTable.MAX_OUTPUT_BUFFER_TIMEOUT).toNanos(),
                options.get(OptionTable.MAX_DEFLATE_LEVEL),
                options.get(OptionTable.TOPOLOGY_ZONE),
                options.get(OptionTable.TOPOLOGY_REGION));
    }

    Optional<StatsdConfig> statsd(NodeInfo node) {
        return options.get(OptionTable.STATSD_ADDRESS)
                .map(address -> new StatsdConfig(
                        address.host(),
                        address.port(),
                        StatsdConfig.prefix(
                                options.get(OptionTable.STATSD_PREFIX), node.broadcastAddress(), node.httpPort()),
                        millis(OptionTable.STATSD_INTERVAL),
                        options.get(OptionTable.STATSD_UDP_PACKET_SIZE),
                        options.get(OptionTable.STATSD_MEM_STATS),
                        options.get(OptionTable.STATSD_EXCLUDE_EPHEMERAL)));
    }

    /** Whoever asks clients for certificates wants TLS from everybody, as in nsqd. */
    TlsRequired tlsRequired() {
        TlsRequired required = options.get(OptionTable.TLS_REQUIRED);
        boolean asksClients = options.get(OptionTable.TLS_CLIENT_AUTH_POLICY) != ClientAuthPolicy.NONE;
        return required == TlsRequired.NO && asksClients ? TlsRequired.EVERYWHERE : required;
    }

    @Nullable
    Certificates certificates() throws TlsException {
        Path certificate = file(OptionTable.TLS_CERT);
        Path key = file(OptionTable.TLS_KEY);
        if (certificate == null || key == null) {
            return null;
        }
        return Certificates.load(new TlsConfig(
                certificate,
                key,
                options.get(OptionTable.TLS_CLIENT_AUTH_POLICY),
                file(OptionTable.TLS_ROOT_CA_FILE),
                options.get(OptionTable.TLS_MIN_VERSION)));
    }

    @Nullable
    AuthServers authServers() throws TlsException {
        List<String> addresses = options.get(OptionTable.AUTH_HTTP_ADDRESS);
        if (addresses.isEmpty()) {
            return null;
        }
        Path rootCa = file(OptionTable.TLS_ROOT_CA_FILE);
        return new AuthServers(new AuthConfig(
                addresses,
                options.get(OptionTable.AUTH_HTTP_REQUEST_METHOD) == AuthMethod.POST,
                millis(OptionTable.HTTP_CLIENT_CONNECT_TIMEOUT),
                millis(OptionTable.HTTP_CLIENT_REQUEST_TIMEOUT),
                rootCa == null ? null : Trust.in(rootCa)));
    }

    /** Whether lookups elsewhere are told of this node. */
    boolean registersElsewhere() {
        return !options.get(OptionTable.LOOKUPD_TCP_ADDRESS).isEmpty()
                || options.get(OptionTable.REGISTRY).stream().anyMatch(Announcements::isLookupd);
    }

    private InetSocketAddress listen(Option<HostPort> option) {
        return listen(options.get(option));
    }

    static InetSocketAddress listen(HostPort address) {
        return address.host().isEmpty()
                ? new InetSocketAddress(address.port())
                : new InetSocketAddress(address.host(), address.port());
    }

    private @Nullable Path file(Option<String> option) {
        String name = options.get(option);
        return name.isEmpty() ? null : Path.of(name);
    }

    private int bytes(Option<Long> option) {
        return Math.toIntExact(options.get(option));
    }

    private long millis(Option<Duration> option) {
        return options.get(option).toMillis();
    }
}
