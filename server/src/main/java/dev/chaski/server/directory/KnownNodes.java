package dev.chaski.server.directory;

import java.util.List;

/**
 * Who and what this node's lookup knows. Any thread; the answers are of this moment and come from memory, without asking
 * anybody.
 */
public interface KnownNodes {
    /**
     * The nodes that are there: registered, and heard of within the time of {@link DirectoryTimes#inactiveMs}.
     *
     * @return in the order of their coming
     */
    List<KnownNode> nodes();

    /**
     * All topics, also those that no node has any more.
     *
     * @return names in their order
     */
    List<String> topics();

    /**
     * The channels of a topic.
     *
     * @param topic name of the topic
     * @return names in their order; empty where nobody knows the topic
     */
    List<String> channels(String topic);

    /**
     * The nodes that have a topic and may be asked for it: those of {@link #nodes} without tombstones for it.
     *
     * @param topic name of the topic
     * @return in the order of their coming; empty where nobody knows the topic
     */
    List<KnownNode> nodesOf(String topic);
}
