package dev.chaski.engine;

import dev.chaski.log.LogException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts topics and channels together from a replay of the change log. One thread. */
final class Recovery {
    /** Names of topics whose own name is lost begin with this; the number of their stream follows. */
    private static final String ADOPTED_PREFIX = "recovered.";

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final Map<Integer, TopicState> topics = new TreeMap<>();
    private int topicMax;
    private final Set<Integer> deleted = new HashSet<>();
    private int channelMax;
    private boolean isFromCatalog;
    private boolean isEmpty = true;

    /** Takes one record of the log: one or more changes. What a newer version wrote cannot be taken (NEWER_FORMAT). */
    void record(long generation, ByteBuffer record) throws LogException {
        isEmpty = false;
        while (record.hasRemaining()) {
            int start = record.position();
            byte version = record.get(start + ChangeFormat.VERSION_OFFSET);
            byte type = record.get(start + ChangeFormat.TYPE_OFFSET);
            int length = record.getInt(start + ChangeFormat.LENGTH_OFFSET);
            ByteBuffer fields = record.slice(start + ChangeFormat.FIELDS_OFFSET, length);
            record.position(start + ChangeFormat.FIELDS_OFFSET + length);
            if (version != ChangeFormat.VERSION) {
                throw new LogException(
                        LogException.Kind.NEWER_FORMAT,
                        "generation " + generation + " of the change log has a change of version " + version
                                + ", this version reads up to " + ChangeFormat.VERSION
                                + ": start the version that wrote it, or a later one");
            }
            if (type == ChangeFormat.MOVE_CURSOR) {
                move(fields);
            } else {
                apply(ChangeFormat.read(type, fields));
            }
        }
    }

    /** The topics, by number. */
    Map<Integer, TopicState> topics() {
        return topics;
    }

    /** The greatest topic number that was ever used. */
    int topicMax() {
        return topicMax;
    }

    /** The greatest channel number that was ever used. */
    int channelMax() {
        return channelMax;
    }

    /** Whether the change log said nothing at all: then it is lost, or this is the first start. */
    boolean isEmpty() {
        return isEmpty;
    }

    /** Some topics or channels were added that the change log does not know. */
    void noteFromCatalog() {
        isFromCatalog = true;
    }

    /**
     * Gives a name to a stream that no topic claims, where the change log cannot be believed to know all topics: its
     * messages may be acknowledged ones. Not to one that is known to be deleted.
     *
     * @return the name, or null where the stream is known
     */
    @Nullable
    String adopt(int stream) {
        if (topics.containsKey(stream) || deleted.contains(stream)) {
            return null;
        }
        String name = ADOPTED_PREFIX + stream;
        topics.put(stream, new TopicState(stream, name));
        return name;
    }

    /** Whether the change log must be told of what was recovered. */
    boolean isFromCatalog() {
        return isFromCatalog;
    }

    /** Makes sure that the numbers of a topic and its channels are not given again. */
    void noteNumbers(TopicState topic) {
        topicMax = Math.max(topicMax, topic.number());
        for (int channel : topic.channels().keySet()) {
            channelMax = Math.max(channelMax, channel);
        }
    }

    private void apply(Change change) {
        switch (change) {
            case Change.CreateTopic c -> {
                topicMax = Math.max(topicMax, c.topic());
                topics.computeIfAbsent(c.topic(), number -> new TopicState(number, c.name()));
            }
            case Change.DeleteTopic c -> {
                topicMax = Math.max(topicMax, c.topic());
                topics.remove(c.topic());
                deleted.add(c.topic());
            }
            case Change.PauseTopic c -> topic(c.topic()).pause(c.isPaused(), c.releasedOffset());
            case Change.ReleaseTopic c -> topic(c.topic()).release(c.releasedOffset());
            case Change.EmptyTopic c -> topic(c.topic()).empty(c.fromOffset(), c.toOffset());
            case Change.CreateChannel c -> {
                channelMax = Math.max(channelMax, c.channel());
                topic(c.topic())
                        .channels()
                        .computeIfAbsent(c.channel(), _ -> new TopicState.ChannelState(c.name(), c.startOffset()));
            }
            case Change.DeleteChannel c -> topic(c.topic()).channels().remove(c.channel());
            case Change.PauseChannel c -> channel(c.topic(), c.channel()).isPaused = c.isPaused();
            case Change.EmptyChannel c -> channel(c.topic(), c.channel()).cursor.empty(c.epoch(), c.readOffset());
        }
    }

    private void move(ByteBuffer fields) {
        CursorFormat.Head head = CursorFormat.Head.read(fields);
        channel(head.topic(), head.channel()).cursor.move(head, fields);
    }

    /** What is said of a topic or channel that was deleted meanwhile is harmless, and goes to a state nobody keeps. */
    private TopicState topic(int number) {
        TopicState state = topics.get(number);
        if (state == null) {
            LOG.debug("change of a deleted topic passed over topic_number={}", number);
            return new TopicState(number, "");
        }
        return state;
    }

    private TopicState.ChannelState channel(int topicNumber, int number) {
        TopicState.ChannelState state = topic(topicNumber).channels().get(number);
        return state == null ? new TopicState.ChannelState("", 0) : state;
    }
}
