package dev.chaski.server.directory;

import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * What a directory knows at one moment, to be kept over a restart. What the broker of this process has is not in it,
 * since the broker tells it anew.
 *
 * @param writtenMs when that was, in milliseconds since 1970
 * @param nodes who was there
 * @param topics what they had, and names that nobody had
 */
record Known(long writtenMs, List<KnownNode> nodes, List<Topic> topics) {
    /**
     * A topic.
     *
     * @param name its name
     * @param nodes places among the nodes of those who have it
     * @param channels those who have each channel, by its name
     */
    record Topic(String name, BitSet nodes, Map<String, BitSet> channels) {}

    boolean isEmpty() {
        return nodes.isEmpty() && topics.isEmpty();
    }

    /** Tells a directory, in which nobody has registered yet. */
    void tell(Directory directory, boolean withNodes) {
        List<Peer> peers = withNodes ? nodes.stream().map(directory::lastKnown).toList() : List.of();
        for (Topic topic : topics) {
            tell(directory, peers, topic.name(), "", topic.nodes());
            topic.channels().forEach((channel, having) -> tell(directory, peers, topic.name(), channel, having));
        }
    }

    private static void tell(Directory directory, List<Peer> peers, String topic, String channel, BitSet having) {
        if (peers.isEmpty() || having.isEmpty()) {
            directory.createUnlessEphemeral(topic, channel);
        } else {
            having.stream().forEach(place -> directory.register(peers.get(place), topic, channel));
        }
    }
}
