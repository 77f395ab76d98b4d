package dev.chaski.engine;

import dev.chaski.engine.BrokerException.Reason;
import dev.chaski.log.LogException;
import dev.chaski.log.LogStore;
import dev.chaski.log.StreamLog;
import dev.chaski.wire.Names;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes, deletes, pauses and empties topics and channels: one change at a time, durable before it is seen. Any thread.
 *
 * <p>The lock is held over the write of the change, which is rare and one small positional write; never over a callback.
 */
final class Administration {
    private static final Logger LOG = LoggerFactory.getLogger(Administration.class);

    private final BrokerConfig config;
    private final Surroundings surroundings;
    private final LogStore store;
    private final Journal journal;
    private final List<LoopContext> contexts;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Topic> topics = new ConcurrentHashMap<>();
    private final List<TopicEvents> listeners = new CopyOnWriteArrayList<>();
    /** Set when the catalog on disk no longer says what there is. */
    private final AtomicBoolean isCatalogStale = new AtomicBoolean();

    private int lastTopic;
    private int lastChannel;
    private volatile boolean isExiting;

    Administration(
            BrokerConfig config,
            Surroundings surroundings,
            LogStore store,
            Journal journal,
            List<LoopContext> contexts) {
        this.config = config;
        this.surroundings = surroundings;
        this.store = store;
        this.journal = journal;
        this.contexts = contexts;
    }

    BrokerConfig config() {
        return config;
    }

    Journal journal() {
        return journal;
    }

    long nowMs() {
        return surroundings.wallMs().getAsLong();
    }

    int loopCount() {
        return contexts.size();
    }

    ReentrantLock lock() {
        return lock;
    }

    Map<String, Topic> topics() {
        return topics;
    }

    AtomicBoolean catalogStale() {
        return isCatalogStale;
    }

    void listen(TopicEvents events) {
        listeners.add(events);
    }

    /** Nothing is made or changed from now on. */
    void exit() {
        isExiting = true;
    }

    /** Takes over what was recovered; before anybody else calls. */
    void recover(Recovery recovery) throws LogException {
        lastTopic = recovery.topicMax();
        lastChannel = recovery.channelMax();
        for (TopicState state : recovery.topics().values()) {
            if (Names.isEphemeral(state.name())) {
                continue;
            }
            Topic topic = new Topic(this, state, store.stream(state.number()));
            state.channels().forEach((number, channel) -> recoverChannel(topic, number, channel));
            if (!topic.mustFreeze()) {
                topic.open();
            }
            topics.put(topic.name(), topic);
        }
        // The catalog may be of another time: messages were imported, or a backup put back.
        isCatalogStale.set(true);
        for (int number : store.streams()) {
            lastTopic = Math.max(lastTopic, number);
            TopicState state = recovery.topics().get(number);
            if (state == null || Names.isEphemeral(state.name())) {
                LOG.info("stream of a deleted topic removed stream={}", number);
                store.delete(number);
            }
        }
    }

    Topic createTopic(String name) throws BrokerException {
        if (!Names.isValid(name)) {
            throw new BrokerException(Reason.BAD_TOPIC, "topic name \"" + name + "\" is not valid");
        }
        Topic made;
        lock.lock();
        try {
            Topic found = topics.get(name);
            if (found != null) {
                return found;
            }
            refuseWhenExiting();
            if (topics.size() >= config.maxTopics()) {
                throw new BrokerException(
                        Reason.LIMIT, "topic " + name + ": this node has " + config.maxTopics() + " topics, its limit");
            }
            made = makeTopic(name);
        } finally {
            lock.unlock();
        }
        listeners.forEach(listener -> listener.topicCreated(name));
        askForChannels(made);
        return made;
    }

    Channel createChannel(Topic topic, String name) throws BrokerException {
        Channel made;
        lock.lock();
        try {
            Channel found = topic.findChannel(name);
            if (found != null) {
                return found;
            }
            refuseWhenExiting();
            refuseWhenDeleted(topic);
            made = makeChannel(topic, name);
        } finally {
            lock.unlock();
        }
        listeners.forEach(listener -> listener.channelCreated(topic.name(), name));
        return made;
    }

    CompletableFuture<Void> pauseTopic(Topic topic, boolean paused) {
        return locked(() -> {
            refuseWhenDeleted(topic);
            long offset = topic.startOffset();
            commit(topic, new Change.PauseTopic(topic.number(), paused, offset));
            topic.setPaused(paused);
            if (topic.mustFreeze()) {
                topic.freezeAt(offset);
            } else {
                topic.open();
            }
        });
    }

    CompletableFuture<Void> emptyTopic(Topic topic) {
        return locked(() -> {
            refuseWhenDeleted(topic);
            if (topic.isFrozen()) {
                long end = topic.log().endOffset();
                commit(topic, new Change.EmptyTopic(topic.number(), topic.startOffset(), end));
                topic.empty(end);
                topic.forgetEmptied();
                topic.announce(true);
            }
        });
    }

    CompletableFuture<Void> deleteChannel(Topic topic, String name) {
        Channel channel = topic.findChannel(name);
        if (channel == null) {
            return CompletableFuture.failedFuture(new BrokerException(
                    Reason.CHANNEL_NOT_FOUND, "channel " + topic.name() + ":" + name + " does not exist"));
        }
        return locked(() -> removeChannel(topic, channel)).thenCompose(_ -> closed(channel));
    }

    CompletableFuture<Void> deleteTopic(String name) {
        Topic topic = topics.get(name);
        if (topic == null) {
            return CompletableFuture.failedFuture(
                    new BrokerException(Reason.TOPIC_NOT_FOUND, "topic " + name + " does not exist"));
        }
        return deleteTopic(topic, true);
    }

    private CompletableFuture<Void> deleteTopic(Topic topic, boolean isWanted) {
        String name = topic.name();
        if (!isWanted) {
            return CompletableFuture.completedFuture(null);
        }
        return locked(() -> removeTopic(topic)).thenCompose(_ -> {
            Channel[] channels = topic.channelArray();
            CompletableFuture<?>[] closing =
                    Arrays.stream(channels).map(this::closed).toArray(CompletableFuture[]::new);
            return CompletableFuture.allOf(closing).thenRun(() -> {
                for (Channel channel : channels) {
                    listeners.forEach(listener -> listener.channelDeleted(name, channel.name()));
                }
                listeners.forEach(listener -> listener.topicDeleted(name));
                store.delete(topic.number());
            });
        });
    }

    void deleteEphemeral(Topic topic, Channel channel) {
        if (topic.findChannel(channel.name()) != channel) {
            return;
        }
        CompletableFuture<Void> deleting = deleteChannel(topic, channel.name());
        if (topic.isEphemeral()) {
            deleting = deleting.thenCompose(_ -> deleteTopic(topic, topic.channelArray().length == 0));
        }
        deleting.whenComplete((_, failure) -> {
            if (failure != null) {
                LOG.debug("ephemeral channel not deleted topic={} channel={}", topic.name(), channel.name(), failure);
            }
        });
    }

    /** What ephemeral channels alone were given is not kept for the next durable one: says so to the change log. */
    void noteReleased(Topic topic) throws LogException {
        long end = topic.log().endOffset();
        if (end == topic.notedRelease || !topic.isOpenToEphemeralOnly()) {
            return;
        }
        lock.lock();
        try {
            if (topic.isOpenToEphemeralOnly() && !topic.isDeleted()) {
                journal.commit(new Change.ReleaseTopic(topic.number(), end));
                topic.notedRelease = end;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Repeats everything that exists at the head of a new generation of the change log; under the lock. */
    void repeatAll() throws LogException {
        if (topics.values().stream().noneMatch(topic -> topic.number() == lastTopic)) {
            journal.commit(new Change.DeleteTopic(lastTopic)); // so that its number is not given again
        }
        for (Topic topic : topics.values()) {
            if (topic.isEphemeral()) {
                continue;
            }
            journal.commit(new Change.CreateTopic(topic.number(), topic.name()));
            topic.forgetEmptied();
            for (Change change : topic.emptied().changes(topic.number())) {
                journal.commit(change);
            }
            journal.commit(new Change.PauseTopic(topic.number(), topic.isPausedNow(), topic.startOffset()));
            for (Channel channel : topic.channelArray()) {
                if (!channel.isEphemeral()) {
                    journal.commit(new Change.CreateChannel(
                            topic.number(), channel.number(), channel.name(), channel.shownReadOffset()));
                    journal.commit(new Change.PauseChannel(topic.number(), channel.number(), channel.isPausedNow()));
                }
            }
        }
    }

    private Topic makeTopic(String name) throws BrokerException {
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
        Topic topic = new Topic(this, new TopicState(number, name), log);
        topic.setHeld(true);
        topics.put(name, topic);
        isCatalogStale.set(true);
        LOG.info("topic created topic={}", name);
        return topic;
    }

    private Channel makeChannel(Topic topic, String name) throws BrokerException {
        int number = ++lastChannel;
        long start = topic.startOffset();
        if (!Names.isEphemeral(name) && !topic.isEphemeral()) {
            commit(topic, new Change.CreateChannel(topic.number(), number, name, start));
        }
        Channel channel = new Channel(topic, name, number, new Cursor(start), parts(number));
        addChannel(topic, channel);
        if (topic.isFrozen() && !topic.mustFreeze()) { // only then: it wakes every channel that there is
            topic.open();
        }
        isCatalogStale.set(true);
        LOG.info("channel created topic={} channel={}", topic.name(), name);
        return channel;
    }

    private void removeChannel(Topic topic, Channel channel) throws BrokerException {
        if (topic.findChannel(channel.name()) != channel) {
            throw new BrokerException(
                    Reason.CHANNEL_NOT_FOUND, "channel " + topic.name() + ":" + channel.name() + " does not exist");
        }
        boolean isLast = topic.channelArray().length == 1;
        long offset = topic.startOffset();
        if (!topic.isEphemeral()) {
            if (isLast) {
                // First: as long as there is a channel it means nothing, and after that it is not to be missed.
                commit(topic, new Change.ReleaseTopic(topic.number(), offset));
            }
            if (!channel.isEphemeral()) {
                commit(topic, new Change.DeleteChannel(topic.number(), channel.number()));
            }
        }
        Channel[] left = Arrays.stream(topic.channelArray())
                .filter(other -> other != channel)
                .toArray(Channel[]::new);
        topic.setChannels(left);
        if (isLast) {
            topic.freezeAt(offset);
        }
        isCatalogStale.set(true);
        LOG.info("channel deleted topic={} channel={}", topic.name(), channel.name());
        listeners.forEach(listener -> listener.channelDeleted(topic.name(), channel.name()));
    }

    private void removeTopic(Topic topic) throws BrokerException {
        refuseWhenDeleted(topic);
        if (!topic.isEphemeral()) {
            commit(topic, new Change.DeleteTopic(topic.number()));
        }
        topic.setDeleted();
        topics.remove(topic.name(), topic);
        isCatalogStale.set(true);
        LOG.info("topic deleted topic={}", topic.name());
    }

    private CompletableFuture<Void> closed(Channel channel) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        channel.loop().execute(() -> {
            channel.close();
            done.complete(null);
        });
        return done;
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

    /** A topic that others know must have their channels before it releases its first message. */
    private void askForChannels(Topic topic) {
        config.knownChannels().apply(topic.name()).whenComplete((names, failure) -> {
            if (failure != null) {
                LOG.warn("channels of a new topic are not known topic={} error={}", topic.name(), failure.toString());
            } else {
                names.stream().filter(name -> !Names.isEphemeral(name)).forEach(name -> createKnown(topic, name));
            }
            release(topic);
        });
    }

    private void createKnown(Topic topic, String name) {
        try {
            topic.channel(name);
        } catch (BrokerException e) {
            LOG.warn("known channel not made topic={} channel={} error={}", topic.name(), name, e.getMessage());
        }
    }

    private void release(Topic topic) {
        lock.lock();
        try {
            topic.setHeld(false);
            if (!topic.mustFreeze()) {
                topic.open();
            }
        } finally {
            lock.unlock();
        }
    }

    private void commit(Topic topic, Change change) throws BrokerException {
        try {
            journal.commit(change);
        } catch (LogException e) {
            throw Failures.of("cannot change topic " + topic.name(), e);
        }
    }

    private void refuseWhenExiting() throws BrokerException {
        if (isExiting) {
            throw new BrokerException(Reason.EXITING, "the broker is going down");
        }
    }

    private static void refuseWhenDeleted(Topic topic) throws BrokerException {
        if (topic.isDeleted()) {
            throw new BrokerException(Reason.DELETED, "topic " + topic.name() + " is being deleted");
        }
    }

    private CompletableFuture<Void> locked(Channel.Step step) {
        lock.lock();
        try {
            refuseWhenExiting();
            step.run();
            return CompletableFuture.completedFuture(null);
        } catch (BrokerException e) {
            return CompletableFuture.failedFuture(e);
        } finally {
            lock.unlock();
        }
    }

    /** A topic that exists, or null. */
    @Nullable
    Topic find(String name) {
        return topics.get(name);
    }
}
