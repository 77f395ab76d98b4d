package dev.chaski.server.admin;

import dev.chaski.server.admin.Figures.Gathered;
import dev.chaski.server.admin.NodeFigures.TopicFigures;
import dev.chaski.server.admin.Views.ChannelAtNode;
import dev.chaski.server.admin.Views.ChannelPage;
import dev.chaski.server.admin.Views.ChannelView;
import dev.chaski.server.admin.Views.ClientView;
import dev.chaski.server.admin.Views.TopicAtNode;
import dev.chaski.server.admin.Views.TopicRow;
import dev.chaski.server.admin.Views.TopicView;
import dev.chaski.server.admin.Views.TopicsPage;
import dev.chaski.server.http.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Topics and channels as the API shows them. Any thread but an event loop. */
final class TopicPages {
    private static final int PER_PAGE = 50;
    private static final int PER_PAGE_MAX = 1_000;
    private static final int PAGE_MAX = 1_000_000;

    private final Figures figures;
    private final OwnNode own;

    TopicPages(Figures figures, OwnNode own) {
        this.figures = figures;
        this.own = own;
    }

    TopicsPage topics(Request request) throws ApiException, InterruptedException {
        int perPage = Params.number(request, "per_page", PER_PAGE, 1, PER_PAGE_MAX);
        int page = Params.number(request, "page", 1, 1, PAGE_MAX);
        TopicRows.Sort sort = Params.word(request, "sort", TopicRows.Sort.NAME);
        TopicRows.Order order = Params.word(request, "order", TopicRows.Order.ASC);
        String search = Params.text(request, "search", "");
        Gathered gathered = figures.all(Scope.of(request, own.key()));
        List<TopicRow> rows = TopicRows.of(gathered.nodes(), search);
        TopicRows.sort(rows, sort, order);
        int from = (int) Math.min(rows.size(), (page - 1L) * perPage);
        int to = Math.min(rows.size(), from + perPage);
        return new TopicsPage(rows.size(), page, perPage, List.copyOf(rows.subList(from, to)), gathered.warnings());
    }

    TopicView topic(Request request) throws ApiException, InterruptedException {
        String name = Params.topic(request);
        Gathered gathered = figures.topic(Scope.of(request, own.key()), name, false);
        List<TopicRow> rows = TopicRows.of(gathered.nodes(), "");
        if (rows.isEmpty()) {
            throw noTopic(name, gathered);
        }
        TopicRow row = rows.getFirst();
        return new TopicView(
                row.name(),
                row.isEphemeral(),
                row.isPaused(),
                row.depth(),
                row.backlogBytes(),
                row.messages(),
                row.clients(),
                row.inFlight(),
                row.deferred(),
                row.publishedPerSecond(),
                channels(name, gathered.nodes()),
                atNodes(name, gathered),
                gathered.warnings());
    }

    private static ApiException noTopic(String name, Gathered gathered) {
        String warnings = gathered.warnings().isEmpty() ? "" : " (" + String.join("; ", gathered.warnings()) + ")";
        return ApiException.notFound("TOPIC_NOT_FOUND", "there is no topic " + name + warnings);
    }

    private static List<ChannelView> channels(String topic, List<NodeFigures> nodes) {
        Map<String, ChannelView> merged = new TreeMap<>();
        for (NodeFigures node : nodes) {
            TopicFigures found = node.topic(topic);
            if (found != null) {
                found.channels().forEach(channel -> merged.merge(channel.name(), channel, Sums::add));
            }
        }
        return new ArrayList<>(merged.values());
    }

    private static List<TopicAtNode> atNodes(String name, Gathered gathered) {
        List<TopicAtNode> rows = new ArrayList<>();
        for (NodeFigures node : gathered.nodes()) {
            TopicFigures topic = node.topic(name);
            if (topic != null) {
                boolean isTombstoned = gathered.others().stream()
                        .anyMatch(peer -> peer.node.equals(node.node()) && peer.tombstones.contains(name));
                rows.add(new TopicAtNode(
                        node.node(),
                        topic.depth(),
                        topic.messages(),
                        topic.isPaused(),
                        topic.channels().size(),
                        isTombstoned));
            }
        }
        return rows;
    }

    ChannelPage channel(Request request) throws ApiException, InterruptedException {
        String topic = Params.topic(request);
        String name = Params.channel(request);
        Gathered gathered = figures.topic(Scope.of(request, own.key()), topic, true);
        List<ChannelAtNode> rows = new ArrayList<>();
        List<ClientView> clients = new ArrayList<>();
        ChannelView sum = null;
        boolean isTopicKnown = false;
        for (NodeFigures node : gathered.nodes()) {
            TopicFigures found = node.topic(topic);
            isTopicKnown |= found != null;
            for (ChannelView channel : found == null ? List.<ChannelView>of() : found.channels()) {
                if (channel.name().equals(name)) {
                    sum = sum == null ? channel : Sums.add(sum, channel);
                    rows.add(atNode(node.node(), channel));
                }
            }
            node.clients().stream()
                    .filter(client -> name.equals(client.channel()))
                    .forEach(clients::add);
        }
        if (!isTopicKnown) {
            throw noTopic(topic, gathered);
        }
        if (sum == null) {
            throw ApiException.notFound("CHANNEL_NOT_FOUND", "topic " + topic + " has no channel " + name);
        }
        return page(topic, sum, clients, rows, gathered.warnings());
    }

    private static ChannelPage page(
            String topic, ChannelView sum, List<ClientView> clients, List<ChannelAtNode> rows, List<String> warnings) {
        return new ChannelPage(
                topic,
                sum.name(),
                sum.isEphemeral(),
                sum.isPaused(),
                sum.depth(),
                sum.inFlight(),
                sum.deferred(),
                sum.requeued(),
                sum.timedOut(),
                sum.messages(),
                sum.deliveredPerSecond(),
                sum.finishedPerSecond(),
                sum.latency(),
                clients,
                rows,
                warnings);
    }

    private static ChannelAtNode atNode(String node, ChannelView channel) {
        return new ChannelAtNode(
                node,
                channel.depth(),
                channel.inFlight(),
                channel.deferred(),
                channel.requeued(),
                channel.timedOut(),
                channel.messages(),
                channel.clients(),
                channel.isPaused());
    }
}
