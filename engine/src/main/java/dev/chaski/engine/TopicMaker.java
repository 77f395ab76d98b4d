package dev.chaski.engine;

import dev.chaski.log.LogException;
import dev.chaski.log.LogStore;
import dev.chaski.log.StreamLog;
import dev.chaski.wire.Names;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes topics and channels, new ones and those that were recovered. Under the administration's lock. */
final class TopicMaker {
    private static final Logger LOG = LoggerFactory.getLogger(TopicMaker.class);

    private final Administration administration;
    private final BrokerConfig config;
    private final Surroundings surroundings;
    private final LogStore store;
    private final Journal journal;
    private final List<LoopContext> contexts;
    private final Map<String, Topic> topics;
    private int lastTopic;
    private int lastChannel;

    TopicMaker(Administration administration, Surroundings surroundings, LogStore store, List<LoopContext> contexts) {
        this.administration = administration;
        this.config = administration.config();
        this.surroundings = surroundings;
        this.store = store;
        this.journal = administration.journal();
        this.contexts = contexts;
        this.topics = administration.topics();
    }

    /** The highest number that a topic was ever given. */
    int lastTopic() {
        return lastTopic;
    }

    /** Takes over what was recovered; before anybody else calls. */
    void recover(Recovery recovery) throws LogException {
        lastTopic = recovery.topicMax();
        lastChannel = recovery.channelMax();
        for (TopicState state : recovery.topics().values()) {
            if (Names.isEphemeral(state.name())) {
                continue;
            }
            Topic topic = new Topic(administration, state, store.stream(state.number()));
            state.channels().forEach((number, channel) -> recoverChannel(topic, number, channel));
            if (!topic.mustFreeze()) {
                topic.open();
            }
            topics.put(topic.name(), topic);
        }
        // The catalog may be of another time: messages were imported, or a backup put back.
        administration.catalogStale().set(true);
        for (int number : store.streams()) {
            lastTopic = Math.max(lastTopic, number);
            TopicState state = recovery.topics().get(number);
            if (state == null || Names.isEphemeral(state.name())) {
                LOG.info("stream of a deleted topic removed stream={}", number);
                store.delete(number);
            }
        }
    }

    /** Makes a topic that keeps everything back until it is known which channels it is to have. */
    Topic makeTopic(String name) throws BrokerException {
        int number = ++lastTopic;
        StreamLog log;
        try {
            log = store.stream(number);
            if (!Names.isEphemeral(name)) {
                journal.commit(new Change.CreateTopic(number, name));
            }
        } catch (LogException e) {
            throw Failures.of("cannot make topic " + name, e);
        }
        Topic topic = new Topic(administration, new TopicState(number, name), log);
        topic.setHeld(true);
        topics.put(name, topic);
        administration.catalogStale().set(true);
        LOG.info("topic created topic={}", name);
        return topic;
    }

    /** Makes a channel, durably, that starts where the topic stands. */
    Channel makeChannel(Topic topic, String name) throws BrokerException {
        int number = ++lastChannel;
        long start = topic.startOffset();
        if (!Names.isEphemeral(name) && !topic.isEphemeral()) {
            administration.commit(topic, new Change.CreateChannel(topic.number(), number, name, start));
        }
        Channel channel = new Channel(topic, name, number, new Cursor(start), parts(number));
        addChannel(topic, channel);
        if (topic.isFrozen() && !topic.mustFreeze()) { // only then: it wakes every channel that there is
            topic.open();
        }
        administration.catalogStale().set(true);
        LOG.info("channel created topic={} channel={}", topic.name(), name);
        return channel;
    }

    private void recoverChannel(Topic topic, int number, TopicState.ChannelState state) {
        Channel channel = new Channel(topic, state.name, number, state.cursor, parts(number));
        if (state.isPaused) {
            channel.startPaused();
        }
        addChannel(topic, channel);
    }

    private static void addChannel(Topic topic, Channel channel) {
        Channel[] before = topic.channelArray();
        Channel[] after = Arrays.copyOf(before, before.length + 1);
        after[before.length] = channel;
        topic.setChannels(after);
    }

    private ChannelParts parts(int channel) {
        LatencyWindow latency = config.e2ePercentiles().isEmpty()
                ? null
                : new LatencyWindow(config.e2ePercentiles(), config.e2eWindowMs(), surroundings.monotonicMs());
        LoopContext context = contexts.get(channel % contexts.size());
        return new ChannelParts(context, journal, surroundings, config.maxChannelConsumers(), latency);
    }
}
