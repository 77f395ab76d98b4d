package dev.chaski.engine;

import dev.chaski.log.Disk;
import dev.chaski.log.LogException;
import dev.chaski.log.inspect.Inspector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The topics and channels of a data folder, as its change log tells them, for those who only look. A running broker
 * writes there what consumers finish within 50 ms.
 */
public final class FolderTopics {
    private FolderTopics() {}

    /**
     * A topic.
     *
     * @param stream number of the stream that holds its messages
     * @param name its name
     * @param isPaused whether it releases nothing
     * @param channels its durable channels, by name
     */
    public record FoundTopic(int stream, String name, boolean isPaused, List<FoundChannel> channels) {}

    /** A channel. Immutable. */
    public static final class FoundChannel {
        private final String name;
        private final boolean isPaused;
        private final long readOffset;
        private final long unsettled;
        private final OffsetRanges passed;

        FoundChannel(TopicState.ChannelState state) {
            name = state.name;
            isPaused = state.isPaused;
            readOffset = state.cursor.readOffset();
            long[] count = {state.cursor.far().count()};
            state.cursor.forEachUnsettled((offset, attempts, dueMs) -> count[0]++);
            unsettled = count[0];
            passed = state.cursor.passed();
        }

        /**
         * Its name.
         *
         * @return a valid channel name
         */
        public String name() {
            return name;
        }

        /**
         * Whether it delivers nothing.
         *
         * @return true where it is paused
         */
        public boolean isPaused() {
            return isPaused;
        }

        /**
         * It has read what lies before.
         *
         * @return an offset
         */
        public long readOffset() {
            return readOffset;
        }

        /**
         * Messages that it has read and that are not finished: in flight, given back or deferred.
         *
         * @return 0 or more
         */
        public long unsettled() {
            return unsettled;
        }

        /**
         * How many offsets of a range it has still to read.
         *
         * @param firstOffset first offset of the range
         * @param endOffset one beyond the last offset of the range
         * @return 0 or more
         */
        public long unread(long firstOffset, long endOffset) {
            long from = Math.max(firstOffset, readOffset);
            return from >= endOffset ? 0 : endOffset - from - passed.width(from, endOffset);
        }
    }

    /**
     * Reads them.
     *
     * @param inspector the folder
     * @return topics, by name; where the change log is gone those that the catalog knows
     * @throws LogException where a file cannot be read
     */
    public static List<FoundTopic> read(Inspector inspector) throws LogException {
        Recovery recovery = new Recovery();
        inspector.changes(recovery::record);
        if (recovery.topics().isEmpty()) {
            new Catalog(Disk.readOnly(), inspector.root()).addMissing(recovery.topics());
        }
        List<FoundTopic> topics = new ArrayList<>();
        for (TopicState state : recovery.topics().values()) {
            List<FoundChannel> channels = state.channels().values().stream()
                    .map(FoundChannel::new)
                    .sorted(Comparator.comparing(FoundChannel::name))
                    .toList();
            topics.add(new FoundTopic(state.number(), state.name(), state.isPaused(), channels));
        }
        topics.sort(Comparator.comparing(FoundTopic::name));
        return topics;
    }
}
