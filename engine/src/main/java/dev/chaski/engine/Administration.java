package dev.chaski.engine;

import dev.chaski.engine.BrokerException.Reason;
import dev.chaski.log.LogException;
import dev.chaski.log.LogStore;
import dev.chaski.wire.Names;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may change topics and channels, and when: one change at a time, durable before it is seen. Makes them by a
 * {@link TopicMaker}, deletes them by {@link Deletions}. Any thread.
 *
 * <p>The lock is held over the write of the change, which is rare and one small positional write; never over a callback.
 */
final class Administration {
    private static final Logger LOG = LoggerFactory.getLogger(Administration.class);

    private final BrokerConfig config;
    private final Surroundings surroundings;
    private final Journal journal;
    private final int loopCount;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Topic> topics = new ConcurrentHashMap<>();
    private final List<TopicEvents> listeners = new CopyOnWriteArrayList<>();
    /** Set when the catalog on disk no longer says what there is. */
    private final AtomicBoolean isCatalogStale = new AtomicBoolean();

    private final TopicMaker maker;
    private final Deletions deletions;
    private volatile boolean isExiting;

    Administration(
            BrokerConfig config,
            Surroundings surroundings,
            LogStore store,
            Journal journal,
            List<LoopContext> contexts) {
        this.config = config;
        this.surroundings = surroundings;
        this.journal = journal;
        this.loopCount = contexts.size();
        this.maker = new TopicMaker(this, surroundings, store, contexts);
        this.deletions = new Deletions(this, store);
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
        return loopCount;
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

    /** Tells those who listen; not under the lock. */
    void tell(Consumer<TopicEvents> event) {
        listeners.forEach(event);
    }

    /** Nothing is made or changed from now on. */
    void exit() {
        isExiting = true;
    }

    /** Takes over what was recovered; before anybody else calls. */
    void recover(Recovery recovery) throws LogException {
        maker.recover(recovery);
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
            made = maker.makeTopic(name);
        } finally {
            lock.unlock();
        }
        tell(listener -> listener.topicCreated(name));
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
            made = maker.makeChannel(topic, name);
        } finally {
            lock.unlock();
        }
        tell(listener -> listener.channelCreated(topic.name(), name));
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

    /** Deletes topics and channels. */
    Deletions deletions() {
        return deletions;
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
        if (topics.values().stream().noneMatch(topic -> topic.number() == maker.lastTopic())) {
            journal.commit(new Change.DeleteTopic(maker.lastTopic())); // so that its number is not given again
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

    /** A topic that others know must have their channels before it releases its first message. */
    private void askForChannels(Topic topic) {
        knownChannels(topic.name()).whenComplete((names, failure) -> {
            try {
                if (failure == null) {
                    names.stream().filter(name -> !Names.isEphemeral(name)).forEach(name -> createKnown(topic, name));
                } else {
                    LOG.warn(
                            "channels of a new topic are not known topic={} error={}",
                            topic.name(),
                            failure.toString());
                }
            } finally {
                release(topic);
            }
        });
    }

    private CompletableFuture<List<String>> knownChannels(String topic) {
        try {
            return config.knownChannels().apply(topic);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void createKnown(Topic topic, String name) {
        try {
            topic.channel(name);
        } catch (BrokerException | RuntimeException e) {
            LOG.warn("known channel not made topic={} channel={} error={}", topic.name(), name, e.toString());
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

    /** Runs a change that {@link #repeatAll} is to find made or not begun, never halfway. */
    void exclusively(Channel.Step step) throws BrokerException {
        lock.lock();
        try {
            step.run();
        } finally {
            lock.unlock();
        }
    }

    void commit(Topic topic, Change change) throws BrokerException {
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

    static void refuseWhenDeleted(Topic topic) throws BrokerException {
        if (topic.isDeleted()) {
            throw new BrokerException(Reason.DELETED, "topic " + topic.name() + " is being deleted");
        }
    }

    /** Runs a change under the lock, unless the broker is going down. */
    CompletableFuture<Void> locked(Channel.Step step) {
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
