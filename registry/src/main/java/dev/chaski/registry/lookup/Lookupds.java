package dev.chaski.registry.lookup;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers this node's topics and channels at nsqlookupd instances, and asks them for the channels of new topics. Any
 * thread; nothing here waits for the network.
 */
public final class Lookupds implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lookupds.class);

    private final LookupLimits limits;
    private final RandomGenerator random;
    private final LongSupplier clockNs;
    private final Registrations registrations = new Registrations();
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private volatile List<LookupdPeer> peers = List.of();
    private @Nullable NodeIdentity identity;
    private List<InetSocketAddress> addresses = List.of();
    private @Nullable ChannelQuery query;
    private boolean isClosed;

    /**
     * Nobody is registered with yet.
     *
     * @param limits how long things may take
     * @param random spreads the attempts to connect again
     * @param clockNs a clock that only rises, in nanoseconds
     */
    public Lookupds(LookupLimits limits, RandomGenerator random, LongSupplier clockNs) {
        this.limits = limits;
        this.random = random;
        this.clockNs = clockNs;
    }

    /**
     * Says who this node is, once its ports are known, and starts registering.
     *
     * @param self how it introduces itself
     */
    public synchronized void start(NodeIdentity self) {
        identity = self;
        connect();
        started.complete(null);
    }

    /**
     * Sets where to register; what is left out forgets this node.
     *
     * @param wanted TCP addresses of lookupds, unresolved
     */
    public synchronized void addresses(List<InetSocketAddress> wanted) {
        addresses = List.copyOf(wanted);
        connect();
    }

    /**
     * Where it registers now.
     *
     * @return TCP addresses
     */
    public synchronized List<InetSocketAddress> addresses() {
        return addresses;
    }

    /**
     * A topic or a channel is there.
     *
     * @param topic name of the topic
     * @param channel name of the channel, empty for the topic itself
     */
    public void register(String topic, String channel) {
        registrations.add(new Registration(topic, channel));
        peers.forEach(LookupdPeer::wake);
    }

    /**
     * A topic or a channel is gone.
     *
     * @param topic name of the topic
     * @param channel name of the channel, empty for the topic itself
     */
    public void unregister(String topic, String channel) {
        registrations.remove(new Registration(topic, channel));
        peers.forEach(LookupdPeer::wake);
    }

    /**
     * Asks every lookupd that can be reached for a topic's channels.
     *
     * @param topic its name
     * @return completed within {@link LookupLimits#knownChannelsMs}, never exceptionally, with the names of all channels
     *     that somebody knows, ephemeral ones left out
     */
    public CompletableFuture<List<String>> channels(String topic) {
        if (addresses().isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        // A copy, so that giving up here does not look like a start to others who wait.
        return started.copy()
                .orTimeout(limits.knownChannelsMs(), TimeUnit.MILLISECONDS)
                .exceptionally(e -> null)
                .thenCompose(begun -> askAll(topic));
    }

    private CompletableFuture<List<String>> askAll(String topic) {
        List<CompletableFuture<List<String>>> answers = new ArrayList<>();
        for (LookupdPeer peer : peers) {
            answers.add(ask(peer, topic));
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(done -> {
                    Set<String> channels = new TreeSet<>();
                    answers.forEach(answer -> channels.addAll(answer.join()));
                    return List.copyOf(channels);
                });
    }

    private CompletableFuture<List<String>> ask(LookupdPeer peer, String topic) {
        return peer.httpAddress()
                // Off the peer's thread, which completes the address.
                .thenComposeAsync(http -> http == null
                        ? CompletableFuture.completedFuture(List.<String>of())
                        : ask(http, peer.address(), topic))
                .orTimeout(limits.knownChannelsMs(), TimeUnit.MILLISECONDS)
                .exceptionally(e -> {
                    LOG.warn(
                            "channels unknown topic={} lookupd={} error=\"{}\"; channels that only it knows will"
                                    + " miss what is published before they are made here",
                            topic,
                            peer.address(),
                            e.toString());
                    return List.of();
                });
    }

    /** A lookupd may announce a name that does not resolve here; then the host that it is registered with serves. */
    private CompletableFuture<List<String>> ask(InetSocketAddress http, InetSocketAddress tcp, String topic) {
        ChannelQuery client = query();
        InetSocketAddress sameHost = InetSocketAddress.createUnresolved(tcp.getHostString(), http.getPort());
        CompletableFuture<List<String>> answer = client.ask(http, topic);
        return sameHost.equals(http) ? answer : answer.exceptionallyCompose(e -> client.ask(sameHost, topic));
    }

    private synchronized ChannelQuery query() {
        ChannelQuery present = query;
        if (present == null) {
            present = new ChannelQuery(limits);
            query = present;
        }
        return present;
    }

    private void connect() {
        NodeIdentity self = identity;
        if (self == null || isClosed) {
            return;
        }
        Set<InetSocketAddress> missing = new LinkedHashSet<>(addresses);
        List<LookupdPeer> kept = new ArrayList<>();
        for (LookupdPeer peer : peers) {
            if (missing.remove(peer.address())) {
                kept.add(peer);
            } else {
                peer.close();
            }
        }
        for (InetSocketAddress address : missing) {
            LookupdPeer peer = new LookupdPeer(address, self, registrations, limits, random, clockNs);
            kept.add(peer);
            peer.start();
        }
        peers = List.copyOf(kept);
    }

    /** Ends all connections, by which the lookupds forget this node. */
    @Override
    public synchronized void close() {
        isClosed = true;
        peers.forEach(LookupdPeer::close);
        peers = List.of();
        if (query != null) {
            query.close();
        }
    }
}
