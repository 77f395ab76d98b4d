package dev.chaski.server.admin;

import dev.chaski.server.admin.NodeFigures.TopicFigures;
import dev.chaski.server.admin.Views.ChannelView;
import dev.chaski.server.admin.Views.TopicRow;
import dev.chaski.wire.Names;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The topics of several nodes as one list. */
final class TopicRows {
    private TopicRows() {}

    /** What a list is sorted by. */
    enum Sort {
        NAME,
        DEPTH,
        PUBLISHED,
        MESSAGES,
        CHANNELS
    }

    /** One way or the other. */
    enum Order {
        ASC,
        DESC
    }

    /** Those whose names hold a text, in any case; in no order. */
    static List<TopicRow> of(List<NodeFigures> nodes, String search) {
        String wanted = search.toLowerCase(Locale.ROOT);
        Map<String, Sum> sums = new LinkedHashMap<>();
        for (NodeFigures node : nodes) {
            for (TopicFigures topic : node.topics()) {
                if (wanted.isEmpty() || topic.name().toLowerCase(Locale.ROOT).contains(wanted)) {
                    sums.computeIfAbsent(topic.name(), Sum::new).add(node.node(), topic);
                }
            }
        }
        List<TopicRow> rows = new ArrayList<>(sums.size());
        sums.values().forEach(sum -> rows.add(sum.row()));
        return rows;
    }

    static void sort(List<TopicRow> rows, Sort by, Order order) {
        Comparator<TopicRow> comparator = switch (by) {
            case NAME -> Comparator.comparing(TopicRow::name);
            case DEPTH -> Comparator.comparingLong(TopicRow::depth);
            case PUBLISHED -> Comparator.comparingDouble(row -> orZero(row.publishedPerSecond()));
            case MESSAGES -> Comparator.comparingLong(TopicRow::messages);
            case CHANNELS -> Comparator.comparingInt(TopicRow::channels);
        };
        // Those that are equal stand by name, whichever way the list is turned.
        rows.sort((order == Order.DESC ? comparator.reversed() : comparator).thenComparing(TopicRow::name));
    }

    private static double orZero(@Nullable Double value) {
        return value == null ? 0 : value;
    }

    /** A topic over all nodes. */
    private static final class Sum {
        private final String name;
        private final List<String> nodes = new ArrayList<>(1);
        private List<ChannelView> firstChannels = List.of();
        private @Nullable Map<String, ChannelView> channels;
        private boolean isPaused;
        private long depth;
        private @Nullable Long backlogBytes;
        private long messages;
        private long clients;
        private long inFlight;
        private long deferred;
        private @Nullable Double published;

        private Sum(String name) {
            this.name = name;
        }

        private void add(String node, TopicFigures topic) {
            if (nodes.isEmpty()) {
                firstChannels = topic.channels();
            } else {
                noteNames(topic.channels());
            }
            nodes.add(node);
            isPaused |= topic.isPaused();
            depth += topic.depth();
            backlogBytes = Sums.add(backlogBytes, topic.backlogBytes());
            messages += topic.messages();
            published =
                    nodes.size() == 1 ? topic.publishedPerSecond() : Sums.whole(published, topic.publishedPerSecond());
            for (ChannelView channel : topic.channels()) {
                clients += channel.clients();
                inFlight += channel.inFlight();
                deferred += channel.deferred();
            }
        }

        /** Channels of the same name on several nodes are one; most topics are on one node, and need no map. */
        private void noteNames(List<ChannelView> more) {
            Map<String, ChannelView> names = channels;
            if (names == null) {
                names = new LinkedHashMap<>();
                channels = names;
                for (ChannelView channel : firstChannels) {
                    names.put(channel.name(), channel);
                }
            }
            for (ChannelView channel : more) {
                names.putIfAbsent(channel.name(), channel);
            }
        }

        private TopicRow row() {
            int count = channels == null ? firstChannels.size() : channels.size();
            return new TopicRow(
                    name,
                    Names.isEphemeral(name),
                    isPaused,
                    depth,
                    backlogBytes,
                    messages,
                    count,
                    clients,
                    inFlight,
                    deferred,
                    published,
                    nodes);
        }
    }
}
