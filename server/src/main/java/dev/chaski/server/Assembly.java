package dev.chaski.server;

import dev.chaski.engine.Broker;
import dev.chaski.log.LogException;
import dev.chaski.registry.lookup.LookupLimits;
import dev.chaski.registry.lookup.Lookupds;
import dev.chaski.registry.lookup.NodeIdentity;
import dev.chaski.server.auth.AuthServers;
import dev.chaski.server.clients.Clients;
import dev.chaski.server.config.HostPort;
import dev.chaski.server.config.Option;
import dev.chaski.server.config.OptionTable;
import dev.chaski.server.config.Options;
import dev.chaski.server.health.Readiness;
import dev.chaski.server.http.HttpServices;
import dev.chaski.server.loops.Loops;
import dev.chaski.server.nsq.NsqDoor;
import dev.chaski.server.stats.JvmMemory;
import dev.chaski.server.stats.NodeInfo;
import dev.chaski.server.stats.Stats;
import dev.chaski.server.tls.Certificates;
import dev.chaski.server.tls.TlsException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of one running broker, put together in order and taken apart in reverse; a part that is missing was not
 * reached. Owned by the thread that starts it, then by the one that closes it.
 */
final class Assembly {
    private static final Logger LOG = LoggerFactory.getLogger(Chaski.class);

    private final Options options;
    private final DoorConfigs configs;
    private final Clients clients = new Clients();
    private final Lookupds lookupds = new Lookupds(LookupLimits.defaults(), new Random(), System::nanoTime);
    private final Announcements announcements = new Announcements();
    private final StartClock clock = new StartClock();
    private final Readiness readiness = new Readiness();
    private @Nullable Loops loops;
    private @Nullable Broker broker;
    private @Nullable AuthServers auth;
    private @Nullable CertificateWatch certificateWatch;
    private final HttpParts http;
    private final OwnLookup lookup;
    private @Nullable JvmMemory memory;
    private @Nullable NsqDoor nsq;
    private @Nullable AdminAssembly administration;

    Assembly(Options options) {
        this.options = options;
        this.configs = new DoorConfigs(options);
        this.http = new HttpParts(configs);
        this.lookup = new OwnLookup(configs);
    }

    void start() throws StartException {
        try {
            startParts();
        } catch (StartException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private void startParts() throws StartException {
        Certificates certificates = openTls();
        announcements.open(options.get(OptionTable.REGISTRY));
        lookupds.addresses(lookupdAddresses());
        lookup.load();
        Broker openedBroker = openBroker();
        Loops startedLoops = Objects.requireNonNull(loops);
        broker = openedBroker;
        LookupEvents.connect(openedBroker, lookupds::register, lookupds::unregister);
        clock.passed("broker");
        HttpServices services = services(openedBroker, startedLoops);
        nsq = openNsq(certificates, openedBroker, startedLoops);
        http.open(services, certificates);
        clock.passed("doors");
        NodeInfo node = services.node().get();
        lookup.open(openedBroker, node, tcpAddress(), startedLoops);
        clock.passed("lookup");
        tellWhereItListens();
        http.push(services);
        lookupds.start(new NodeIdentity(
                node.broadcastAddress(), node.tcpPort(), node.httpPort(), node.version(), node.hostname()));
        InetSocketAddress https = httpsAddress();
        announcements.begin(NodeRecord.of(node, https == null ? 0 : https.getPort()));
        clock.passed("registries");
        readiness.reach(Readiness.Stage.SERVING);
        clock.report();
    }

    private @Nullable Certificates openTls() throws StartException {
        try {
            if (!options.get(OptionTable.TLS_CERT).isEmpty()) {
                HeadStart.awaitNetty(); // which reads certificates
            }
            Certificates certificates = configs.certificates();
            auth = configs.authServers();
            if (certificates != null) {
                certificateWatch = CertificateWatch.start(certificates);
            }
            return certificates;
        } catch (TlsException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    /** A body grows by doubling: where it is copied, the old one and the new one are there. */
    private void warnOfBodies(long memoryBytes) {
        for (Option<Long> option : List.of(OptionTable.MAX_MSG_SIZE, OptionTable.MAX_BODY_SIZE)) {
            if (2 * options.get(option) > memoryBytes) {
                LOG.warn(
                        "bodies as long as {}={} may be refused, all that are half received have {} bytes together;"
                                + " CHASKI_JAVA_OPTS=-XX:MaxDirectMemorySize=... gives more",
                        option,
                        options.get(option),
                        memoryBytes);
            }
        }
    }

    private int loopCount() {
        int count = options.get(OptionTable.LOOPS);
        return count == 0 ? Runtime.getRuntime().availableProcessors() : count;
    }

    private Loops startLoops() {
        clock.passed("log");
        HeadStart.awaitNetty();
        Loops started = Loops.start(loopCount());
        loops = started;
        warnOfBodies(started.bodyMemory().bytesMax());
        clock.passed("loops");
        return started;
    }

    private Broker openBroker() throws StartException {
        try {
            return Broker.open(
                    configs.broker(topic -> lookup.channels(topic, lookupds.channels(topic))),
                    () -> startLoops().all());
        } catch (LogException e) {
            throw new StartException(
                    OptionTable.DATA_PATH + "=" + options.get(OptionTable.DATA_PATH) + ": " + e.getMessage(), e);
        }
    }

    private NsqDoor openNsq(@Nullable Certificates certificates, Broker openedBroker, Loops startedLoops)
            throws StartException {
        try {
            return NsqDoor.open(configs.nsq(certificates, auth), openedBroker, startedLoops, clients);
        } catch (IOException e) {
            throw Listening.failed(OptionTable.TCP_ADDRESS, options.get(OptionTable.TCP_ADDRESS), e);
        }
    }

    private HttpServices services(Broker openedBroker, Loops startedLoops) {
        InstantSource time = InstantSource.system();
        long startTimeS = time.instant().getEpochSecond();
        Supplier<NodeInfo> node =
                () -> configs.node(tcpAddress().getPort(), httpAddress().getPort(), startTimeS);
        JvmMemory watched = JvmMemory.watch();
        memory = watched;
        List<Double> percentiles = options.get(OptionTable.E2E_PERCENTILES);
        Stats stats = new Stats(openedBroker, clients, node, watched, percentiles, time);
        AdminAssembly made = new AdminAssembly(configs, readiness, lookup::here);
        administration = made;
        return made.services(openedBroker, startedLoops, clients, stats, new LiveSettings(options, lookupds), node);
    }

    private void tellWhereItListens() {
        LOG.info("listening door=nsq address={}", text(tcpAddress()));
        LOG.info("listening door=http address={}", text(httpAddress()));
        tellUnlessNull("https", httpsAddress());
        tellUnlessNull("lookup", lookupTcpAddress());
        tellUnlessNull("lookup-http", lookupHttpAddress());
    }

    private static void tellUnlessNull(String door, @Nullable InetSocketAddress address) {
        if (address != null) {
            LOG.info("listening door={} address={}", door, text(address));
        }
    }

    private static String text(InetSocketAddress address) {
        return new HostPort(address.getAddress().getHostAddress(), address.getPort()).toString();
    }

    private List<InetSocketAddress> lookupdAddresses() throws StartException {
        List<InetSocketAddress> addresses = new ArrayList<>(Announcements.lookupds(options.get(OptionTable.REGISTRY)));
        for (HostPort address : options.get(OptionTable.LOOKUPD_TCP_ADDRESS)) {
            addresses.add(InetSocketAddress.createUnresolved(address.host(), address.port()));
        }
        return addresses;
    }

    InetSocketAddress tcpAddress() {
        return Objects.requireNonNull(nsq, "not started").address();
    }

    InetSocketAddress httpAddress() {
        return http.address();
    }

    @Nullable
    InetSocketAddress httpsAddress() {
        return http.httpsAddress();
    }

    @Nullable
    InetSocketAddress lookupTcpAddress() {
        return lookup.tcpAddress();
    }

    @Nullable
    InetSocketAddress lookupHttpAddress() {
        return lookup.httpAddress();
    }

    Broker broker() {
        return Objects.requireNonNull(broker, "not started");
    }

    Path dataPath() {
        return Path.of(options.get(OptionTable.DATA_PATH));
    }

    /** Finishes what was promised, in the order in which the promises depend on each other. */
    void close() {
        long startNs = System.nanoTime();
        readiness.reach(Readiness.Stage.DRAINING);
        // Nobody is to find this node any more, and nobody gets in.
        announcements.close();
        lookupds.close();
        CompletableFuture<Void> drained = CompletableFuture.completedFuture(null);
        http.closeAcceptors();
        if (nsq != null) {
            nsq.closeAcceptor();
            drained = nsq.drain();
        }
        await(CompletableFuture.allOf(drained, http.drain(), lookup.drain()));
        lookup.close();
        http.close();
        if (nsq != null) {
            nsq.close();
        }
        if (administration != null) {
            administration.close();
        }
        if (broker != null) {
            broker.close();
        }
        if (certificateWatch != null) {
            certificateWatch.close();
        }
        if (auth != null) {
            auth.close();
        }
        if (memory != null) {
            memory.close();
        }
        if (loops != null) {
            loops.close();
        }
        LOG.debug("closed millis={}", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs));
    }

    private void await(CompletableFuture<Void> drained) {
        Duration limit = options.get(OptionTable.DRAIN_TIMEOUT);
        try {
            drained.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn("drain took too long, connections are cut limit={} connections={}", limit, clients.count());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            LOG.warn("drain failed", e.getCause());
        }
    }
}
