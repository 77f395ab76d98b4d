package dev.chaski.server;

import dev.chaski.engine.Broker;
import dev.chaski.server.admin.LookupHere;
import dev.chaski.server.config.HostName;
import dev.chaski.server.config.HostPort;
import dev.chaski.server.config.LookupOptions;
import dev.chaski.server.config.Option;
import dev.chaski.server.config.OptionTable;
import dev.chaski.server.config.Options;
import dev.chaski.server.config.Options.Source;
import dev.chaski.server.directory.Directory;
import dev.chaski.server.directory.DirectoryTimes;
import dev.chaski.server.directory.KnownNode;
import dev.chaski.server.directory.Peer;
import dev.chaski.server.loops.Loops;
import dev.chaski.server.stats.NodeInfo;
import dev.chaski.wire.Names;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lookup that a broker serves beside its messages, where it does. Owned by the thread that starts the broker, then by
 * the one that closes it; {@link #channels} is for any thread.
 */
final class OwnLookup {
    private static final Logger LOG = LoggerFactory.getLogger(Chaski.class);

    private final DoorConfigs configs;
    private final Options options;
    private volatile @Nullable LookupParts parts;

    OwnLookup(DoorConfigs configs) {
        this.configs = configs;
        this.options = configs.options();
    }

    /** Knows what was known before, where a lookup is wanted. Before the broker makes topics: they ask for channels. */
    void load() {
        if (isWanted()) {
            DirectoryTimes times = new DirectoryTimes(
                    options.get(LookupOptions.LOOKUP_INACTIVE_PRODUCER_TIMEOUT).toMillis(),
                    options.get(LookupOptions.LOOKUP_TOMBSTONE_LIFETIME).toMillis());
            parts = new LookupParts(times, LookupParts.fileIn(Path.of(options.get(OptionTable.DATA_PATH))));
        }
    }

    /** Who registers with others and says nothing of a lookup has one already. */
    private boolean isWanted() {
        boolean isOn = options.get(LookupOptions.LOOKUP_TCP_ADDRESS).isPresent()
                || options.get(LookupOptions.LOOKUP_HTTP_ADDRESS).isPresent();
        return isOn && (isAskedFor() || !configs.registersElsewhere());
    }

    private boolean isAskedFor() {
        return options.source(LookupOptions.LOOKUP_TCP_ADDRESS) != Source.DEFAULT
                || options.source(LookupOptions.LOOKUP_HTTP_ADDRESS) != Source.DEFAULT;
    }

    /**
     * Adds the channels that the lookup here knows to those that others know.
     *
     * @param topic a topic that is being made
     * @param elsewhere completed with names of channels
     */
    CompletableFuture<List<String>> channels(String topic, CompletableFuture<List<String>> elsewhere) {
        LookupParts known = parts;
        if (known == null) {
            return elsewhere;
        }
        return elsewhere.thenApply(names -> {
            Set<String> all = new LinkedHashSet<>(names);
            known.directory().view().channels(topic).stream()
                    .filter(channel -> !Names.isEphemeral(channel))
                    .forEach(all::add);
            return List.copyOf(all);
        });
    }

    /** Opens the doors, and registers the broker's own topics without one. */
    void open(Broker broker, NodeInfo node, InetSocketAddress tcp, Loops loops) throws StartException {
        LookupParts opened = parts;
        if (opened == null) {
            return;
        }
        Peer own = opened.directory().thisNode(known(node, tcp));
        LookupEvents.connect(
                broker,
                (topic, channel) -> tell(known -> known.register(own, topic, channel)),
                (topic, channel) -> tell(known -> known.unregister(own, topic, channel)));
        try {
            listen(opened, loops);
        } catch (StartException e) {
            if (isAskedFor()) {
                throw e;
            }
            LOG.warn(
                    "no lookup is served: {}. Where that is an nsqlookupd, register there by --lookupd-tcp-address;"
                            + " --lookup-tcp-address= --lookup-http-address= says that no lookup is wanted",
                    e.getMessage());
            close();
        }
    }

    /** Nobody, where the doors could not be opened. */
    private void tell(Consumer<Directory> change) {
        LookupParts known = parts;
        if (known != null) {
            change.accept(known.directory());
        }
    }

    private static KnownNode known(NodeInfo node, InetSocketAddress tcp) {
        InetAddress host = tcp.getAddress().isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : tcp.getAddress();
        return new KnownNode(
                node.broadcastAddress(),
                node.tcpPort(),
                node.httpPort(),
                node.version(),
                node.hostname(),
                new HostPort(host.getHostAddress(), tcp.getPort()).toString(),
                true,
                false);
    }

    private void listen(LookupParts opened, Loops loops) throws StartException {
        LookupParts.Terms terms = new LookupParts.Terms(
                options.get(OptionTable.BROADCAST_ADDRESS), HostName.get(), options.get(OptionTable.MAX_CONNECTIONS));
        listen(LookupOptions.LOOKUP_HTTP_ADDRESS, address -> opened.openHttp(address, terms, loops));
        listen(LookupOptions.LOOKUP_TCP_ADDRESS, address -> opened.openTcp(address, terms, loops));
    }

    private interface Opening {
        void at(InetSocketAddress address) throws IOException;
    }

    private void listen(Option<Optional<HostPort>> option, Opening opening) throws StartException {
        Optional<HostPort> wanted = options.get(option);
        if (wanted.isPresent()) {
            try {
                opening.at(DoorConfigs.listen(wanted.get()));
            } catch (IOException e) {
                throw Listening.failed(option, wanted.get(), e);
            }
        }
    }

    /** For the console of this broker: where it is asked, and what it knows; null where nobody can ask it. */
    @Nullable
    LookupHere here() {
        LookupParts known = parts;
        InetSocketAddress http = known == null ? null : known.httpAddress();
        if (known == null || http == null) {
            return null;
        }
        InetAddress host = http.getAddress().isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : http.getAddress();
        String address = new HostPort(host.getHostAddress(), http.getPort()).toString();
        return new LookupHere(address, known.directory().view());
    }

    /** Where nodes register, or null where they cannot. */
    @Nullable
    InetSocketAddress tcpAddress() {
        LookupParts known = parts;
        return known == null ? null : known.tcpAddress();
    }

    /** Where it is asked, or null where it cannot be. */
    @Nullable
    InetSocketAddress httpAddress() {
        LookupParts known = parts;
        return known == null ? null : known.httpAddress();
    }

    CompletableFuture<Void> drain() {
        LookupParts open = parts;
        return open == null ? CompletableFuture.completedFuture(null) : open.drain();
    }

    void close() {
        LookupParts open = parts;
        parts = null;
        if (open != null) {
            open.drain();
            open.close();
        }
    }
}
