package dev.chaski.server.admin;

import dev.chaski.engine.Broker;
import dev.chaski.engine.Channel;
import dev.chaski.engine.Topic;
import dev.chaski.server.admin.Cluster.Peer;
import dev.chaski.server.admin.Figures.Gathered;
import dev.chaski.server.admin.NodeFigures.TopicFigures;
import dev.chaski.server.admin.Views.ChannelView;
import dev.chaski.server.admin.Views.ClientView;
import dev.chaski.server.admin.Views.DiskView;
import dev.chaski.server.admin.Views.LatencyView;
import dev.chaski.server.admin.Views.MemoryView;
import dev.chaski.server.admin.Views.NodePage;
import dev.chaski.server.admin.Views.NodeRow;
import dev.chaski.server.admin.Views.NodesPage;
import dev.chaski.server.admin.Views.Overview;
import dev.chaski.server.admin.Views.Point;
import dev.chaski.server.admin.Views.TopicOfNode;
import dev.chaski.server.http.Request;
import dev.chaski.server.stats.NodeInfo;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The nodes, and the overview of them all. Any thread but an event loop. */
final class NodePages {
    private final AdminConfig config;
    private final AdminServices services;
    private final OwnNode own;
    private final Cluster cluster;
    private final Figures figures;
    private final Sampler sampler;
    private final NodeVersions versions;

    /** Stands on the parts of {@link AdminParts}. */
    NodePages(AdminParts parts) {
        config = parts.config();
        services = parts.services();
        own = parts.own();
        cluster = parts.cluster();
        figures = parts.figures();
        sampler = parts.sampler();
        versions = new NodeVersions(cluster);
    }

    NodesPage nodes(Request request) throws ApiException, InterruptedException {
        Gathered gathered = figures.all(Scope.of(request, own.key()));
        Map<String, NodeFigures> told = new HashMap<>();
        gathered.nodes().forEach(node -> told.put(node.node(), node));
        List<NodeRow> rows = new ArrayList<>();
        NodeFigures mine = told.get(own.key());
        if (mine != null) {
            rows.add(self(mine));
        }
        Map<String, String> chaskis = versions.of(gathered.nodes().stream()
                .filter(node -> !node.node().equals(own.key()))
                .toList());
        for (Peer peer : gathered.others()) {
            rows.add(other(peer, told.get(peer.node), chaskis.get(peer.node)));
        }
        return new NodesPage(rows, gathered.warnings());
    }

    private NodeRow self(NodeFigures mine) throws InterruptedException {
        NodeInfo info = own.info();
        Peer peer = cluster.find().peers().get(own.key());
        return new NodeRow(
                own.key(),
                info.hostname(),
                info.version(),
                config.version(),
                info.tcpPort(),
                info.httpPort(),
                true,
                mine.topics().size(),
                services.clients().count(),
                channels(mine),
                depth(mine),
                messages(mine),
                mine.health(),
                mine.startedAt(),
                peer == null ? List.of() : List.copyOf(peer.tombstones),
                peer == null ? List.of() : List.copyOf(peer.lookups));
    }

    private static NodeRow other(Peer peer, @Nullable NodeFigures told, @Nullable String chaskiVersion) {
        return new NodeRow(
                peer.node,
                peer.hostname,
                peer.version,
                chaskiVersion,
                peer.tcpPort,
                peer.httpPort,
                false,
                told == null ? null : told.topics().size(),
                told == null ? null : clients(told),
                told == null ? null : channels(told),
                told == null ? null : depth(told),
                told == null ? null : messages(told),
                told == null ? null : told.health(),
                told == null ? null : told.startedAt(),
                List.copyOf(peer.tombstones),
                List.copyOf(peer.lookups));
    }

    private static int channels(NodeFigures node) {
        return node.topics().stream().mapToInt(topic -> topic.channels().size()).sum();
    }

    private static int clients(NodeFigures node) {
        return (int) node.topics().stream()
                .flatMap(topic -> topic.channels().stream())
                .mapToLong(ChannelView::clients)
                .sum();
    }

    private static long depth(NodeFigures node) {
        return node.topics().stream().mapToLong(TopicFigures::depth).sum();
    }

    private static long messages(NodeFigures node) {
        return node.topics().stream().mapToLong(TopicFigures::messages).sum();
    }

    /** One node with its topics and its clients. */
    NodePage node(Request request) throws ApiException, InterruptedException {
        Scope scope = Scope.of(request.parameter("node"), own.key());
        return switch (scope.kind()) {
            case SELF -> {
                NodeFigures mine = own.all();
                yield page(self(mine), mine, own.clients(null), List.of());
            }
            case OTHER -> other(scope);
            case ALL -> throw ApiException.notFound("NODE_NOT_FOUND", "name a node: its host and its HTTP port");
        };
    }

    private NodePage other(Scope scope) throws ApiException, InterruptedException {
        Peer peer = cluster.others(scope, own.key()).getFirst();
        try {
            NodeFigures told = figures.of(peer);
            String version = versions.of(List.of(told)).get(peer.node);
            return page(other(peer, told, version), told, told.clients(), List.of());
        } catch (IOException e) {
            String warning = "node " + peer.node + ": " + NodeClient.text(e);
            return new NodePage(other(peer, null, null), List.of(), List.of(), List.of(warning));
        }
    }

    private static NodePage page(NodeRow row, NodeFigures told, List<ClientView> clients, List<String> warnings) {
        List<TopicOfNode> topics = new ArrayList<>();
        for (TopicFigures topic : told.topics()) {
            topics.add(new TopicOfNode(
                    topic.name(),
                    topic.depth(),
                    topic.messages(),
                    topic.channels().size(),
                    topic.isPaused(),
                    row.tombstones().contains(topic.name())));
        }
        return new NodePage(row, topics, clients, warnings);
    }

    /** Everything in a few figures: sums over the nodes; disk and memory of this one. */
    Overview overview(Request request) throws ApiException, InterruptedException, IOException {
        Scope scope = Scope.of(request, own.key());
        Gathered gathered = figures.all(scope);
        Totals totals = new Totals(own.key());
        gathered.nodes().forEach(totals::add);
        int others = gathered.others().size();
        Point mine = scope.hasSelf() ? sampler.latest() : null;
        int ownClients = scope.hasSelf() ? services.clients().count() - (int) totals.clientsOf(own.key()) : 0;
        return new Overview(
                gathered.nodes().size(),
                others + (scope.hasSelf() ? 1 : 0),
                totals.topics.size(),
                totals.channels.size(),
                (int) totals.clients + ownClients,
                totals.depth,
                totals.inFlight,
                totals.deferred,
                totals.messages,
                Sums.add(mine == null ? null : mine.publishedPerSecond(), totals.published),
                mine == null || others > 0 ? null : mine.deliveredPerSecond(),
                Sums.add(mine == null ? null : mine.finishedPerSecond(), totals.finished),
                latency(),
                disk(),
                memory(),
                services.stats().health(),
                TimeUnit.SECONDS.toMillis(own.info().startTimeS()),
                gathered.warnings());
    }

    private static final class Totals {
        private final Set<String> topics = new TreeSet<>();
        private final Set<String> channels = new TreeSet<>();
        private final Map<String, Long> clientsByNode = new HashMap<>();
        private long clients;
        private long depth;
        private long inFlight;
        private long deferred;
        private long messages;
        /** Of others than this node, whose own rates come all at once. */
        private @Nullable Double published;

        private @Nullable Double finished;
        private final String self;

        private Totals(String self) {
            this.self = self;
        }

        private void add(NodeFigures node) {
            boolean isOther = !node.node().equals(self);
            for (TopicFigures topic : node.topics()) {
                topics.add(topic.name());
                published = Sums.add(published, isOther ? topic.publishedPerSecond() : null);
                messages += topic.messages();
                depth += topic.depth();
                for (ChannelView channel : topic.channels()) {
                    channels.add(topic.name() + "/" + channel.name());
                    clients += channel.clients();
                    clientsByNode.merge(node.node(), channel.clients(), Long::sum);
                    inFlight += channel.inFlight();
                    deferred += channel.deferred();
                    finished = Sums.add(finished, isOther ? channel.finishedPerSecond() : null);
                }
            }
        }

        private long clientsOf(String node) {
            return clientsByNode.getOrDefault(node, 0L);
        }
    }

    /** Of this node, over the channels that have finished anything lately; at most a hundred of them. */
    private @Nullable LatencyView latency() {
        if (!services.stats().keepsLatency()) {
            return null;
        }
        List<Channel> channels = new ArrayList<>();
        for (Topic topic : own.broker().topics()) {
            channels.addAll(topic.channels());
        }
        channels.sort((one, other) -> Long.compare(other.finishedCount(), one.finishedCount()));
        return Latencies.highest(channels.subList(0, Math.min(channels.size(), Sampler.LATENCY_CHANNELS_MAX)));
    }

    private DiskView disk() throws IOException {
        Broker broker = own.broker();
        long used = 0;
        for (Topic topic : broker.topics()) {
            used += topic.stats().sizeBytes();
        }
        FileStore store = Files.getFileStore(services.dataPath());
        return new DiskView(
                used,
                store.getUsableSpace(),
                store.getTotalSpace(),
                config.diskLowWaterBytes(),
                broker.unhealthy() == null);
    }

    private static MemoryView memory() {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        return new MemoryView(heap.getUsed(), heap.getMax(), Math.max(0, PlatformDependent.usedDirectMemory()));
    }
}
