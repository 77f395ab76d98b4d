package dev.chaski.server.admin;

import dev.chaski.server.admin.Views.ChannelView;
import dev.chaski.server.admin.Views.ClientView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one node has, as it tells it.
 *
 * @param node host and HTTP port
 * @param health {@code OK}, or why not
 * @param startedAt milliseconds since 1970
 * @param topics those that were asked for
 * @param clients who is connected, where that was asked for
 */
record NodeFigures(String node, String health, long startedAt, List<TopicFigures> topics, List<ClientView> clients) {

    /**
     * A topic of one node.
     *
     * @param ownDepth messages given to no channel yet
     * @param backlogBytes bytes on disk, or null where the node does not tell
     */
    record TopicFigures(
            String name,
            boolean isPaused,
            long ownDepth,
            @Nullable Long backlogBytes,
            long messages,
            @Nullable Double publishedPerSecond,
            List<ChannelView> channels) {

        /** All that waits for somebody. */
        long depth() {
            long depth = ownDepth;
            for (ChannelView channel : channels) {
                depth += channel.depth();
            }
            return depth;
        }
    }

    /** A topic of this node, or null. */
    @Nullable
    TopicFigures topic(String name) {
        for (TopicFigures topic : topics) {
            if (topic.name().equals(name)) {
                return topic;
            }
        }
        return null;
    }
}
