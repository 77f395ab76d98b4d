package dev.chaski.engine;

import dev.chaski.engine.BrokerException.Reason;
import dev.chaski.log.StreamLog;
import dev.chaski.wire.Names;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A named stream of messages and its channels. Any thread. */
public final class Topic {
    private static final long OPEN = Long.MAX_VALUE;
    private static final Channel[] NO_CHANNELS = {};
    /** Some seconds: many times what a sync takes. */
    private static final int KEEPING_ROUNDS = 40;

    private final Administration administration;
    private final int number;
    private final String name;
    private final StreamLog log;
    private final TopicWriter writer;
    private final boolean keepsPublishTimes;
    private final boolean showsWhenSynced;
    /** What each loop has staged; a slot is touched by its own loop only. */
    private final @Nullable PublishBatch[] staged;

    private final LongAdder messageCount = new LongAdder();
    private final LongAdder messageBytes = new LongAdder();
    /** Copied on change, under the administration's lock. */
    private volatile Channel[] channels = NO_CHANNELS;
    /** Where a frozen topic's channels stop; {@link #OPEN} when it is not frozen. */
    private volatile long released;
    /** What was dropped before it was released; changed under the administration's lock. */
    private volatile OffsetRanges emptied;

    private final LongAdder emptiedCount = new LongAdder();
    /** What has been fsynced, where answers wait for that. */
    private volatile long shown;

    /** Whether something happened that may have made segments free. */
    private volatile boolean isStirred = true;
    /** Rounds for which the keeper still looks; the keeper's own. */
    private int keepingRounds;
    /** The released offset that the change log knows while no channel is durable; the keeper's own. */
    long notedRelease;

    private final AtomicBoolean hasNews = new AtomicBoolean(true);
    private volatile boolean isPaused;
    private volatile boolean isHeld;
    private volatile boolean isDeleted;

    Topic(Administration administration, TopicState state, StreamLog log) {
        this.administration = administration;
        this.number = state.number();
        this.name = state.name();
        this.log = log;
        BrokerConfig config = administration.config();
        this.showsWhenSynced = config.ack() == BrokerConfig.Ack.SYNCED;
        this.writer = new TopicWriter(this, administration.journal(), showsWhenSynced);
        this.keepsPublishTimes = !config.e2ePercentiles().isEmpty();
        this.staged = new PublishBatch[administration.loopCount()];
        this.isPaused = state.isPaused();
        this.released = state.releasedOffset();
        this.emptied = state.emptied();
        this.shown = log.endOffset();
    }

    /**
     * Its name.
     *
     * @return a valid topic name
     */
    public String name() {
        return name;
    }

    /**
     * A channel, made (durably) when missing: at the topic's released offset.
     *
     * @param channel its name
     * @return the channel
     * @throws BrokerException BAD_CHANNEL, DELETED, EXITING, DISK_FULL or DISK_FAILED
     */
    public Channel channel(String channel) throws BrokerException {
        Channel found = findChannel(channel);
        if (found != null) {
            return found;
        }
        if (!Names.isValid(channel)) {
            throw new BrokerException(Reason.BAD_CHANNEL, "channel name \"" + channel + "\" is not valid");
        }
        return administration.createChannel(this, channel);
    }

    /**
     * A channel that exists.
     *
     * @param channel its name
     * @return the channel, or null
     */
    public @Nullable Channel findChannel(String channel) {
        for (Channel candidate : channels) {
            if (candidate.name().equals(channel)) {
                return candidate;
            }
        }
        return null;
    }

    /**
     * The channels.
     *
     * @return a snapshot, sorted by name
     */
    public List<Channel> channels() {
        List<Channel> sorted = new ArrayList<>(List.of(channels));
        sorted.sort(Comparator.comparing(Channel::name));
        return sorted;
    }

    /**
     * Deletes a channel; its consumers are closed.
     *
     * @param channel its name
     * @return completed when it is gone durably; exceptionally with a {@link BrokerException} (CHANNEL_NOT_FOUND …)
     */
    public CompletableFuture<Void> deleteChannel(String channel) {
        return administration.deletions().deleteChannel(this, channel);
    }

    /**
     * Stops or starts the release of new messages to the channels, durably.
     *
     * @param paused true to stop
     * @return completed when it holds; exceptionally with a {@link BrokerException}
     */
    public CompletableFuture<Void> pause(boolean paused) {
        return administration.pauseTopic(this, paused);
    }

    /**
     * Drops what is not yet released to channels.
     *
     * @return completed when it holds; exceptionally with a {@link BrokerException}
     */
    public CompletableFuture<Void> empty() {
        return administration.emptyTopic(this);
    }

    /**
     * The figures.
     *
     * @return a snapshot
     */
    public TopicStats stats() {
        return new TopicStats(frozenDepth(), messageCount.sum(), messageBytes.sum(), log.sizeBytes(), isPaused);
    }

    /**
     * Starts to look at what is published from now on, and changes nothing by it.
     *
     * @return confined to the thread that uses it, not a loop
     */
    public TopicTail tail() {
        return new TopicTail(this);
    }

    int number() {
        return number;
    }

    StreamLog log() {
        return log;
    }

    TopicWriter writer() {
        return writer;
    }

    boolean keepsPublishTimes() {
        return keepsPublishTimes;
    }

    boolean isDeleted() {
        return isDeleted;
    }

    boolean isPausedNow() {
        return isPaused;
    }

    boolean isEphemeral() {
        return Names.isEphemeral(name);
    }

    @Nullable
    PublishBatch staged(int publisher) {
        return staged[publisher];
    }

    void stage(int publisher, @Nullable PublishBatch batch) {
        staged[publisher] = batch;
    }

    /** Counts messages that were stored. By the topic's writer. */
    void countPublished(int messages, int bodyBytes) {
        messageCount.add(messages);
        messageBytes.add(bodyBytes);
        stir();
    }

    /** Messages that channels were given, all told; only differences mean something. */
    long releasedCount() {
        return messageCount.sum() - frozenDepth() - emptiedCount.sum();
    }

    /** Lets channels read up to an offset that is safe. */
    void showUpTo(long endOffset) {
        shown = Math.max(shown, endOffset);
    }

    /** Tells the channels that there is more to read. */
    void announce(boolean hasDeferred) {
        for (Channel channel : channels) {
            channel.announce(hasDeferred);
        }
    }

    /** Channels read below this offset only. */
    long limit() {
        return showsWhenSynced ? Math.min(released, shown) : released;
    }

    /** One more than the last offset that is as safe as producers are told; paused or not. */
    long acknowledgedEnd() {
        return showsWhenSynced ? Math.min(shown, log.endOffset()) : log.endOffset();
    }

    /** Messages that are kept back from the channels. */
    long frozenDepth() {
        long from = released;
        return from == OPEN ? 0 : log.messageCount(from, log.endOffset());
    }

    /** Messages released to a channel that has read up to an offset, not read by it and not to be passed over. */
    long unread(long readOffset, OffsetRanges passed) {
        long end = Math.min(limit(), log.endOffset());
        OffsetRanges dropped = emptied;
        return log.messageCount(readOffset, end)
                - dropped.count(log, readOffset, end)
                - passed.countBeside(dropped, log, readOffset, end);
    }

    /** What channels pass over. */
    OffsetRanges emptied() {
        return emptied;
    }

    /** Drops what is kept back, up to an offset; under the administration's lock. */
    void empty(long endOffset) {
        emptiedCount.add(log.messageCount(released, endOffset));
        emptied = emptied.with(released, endOffset);
        freezeAt(endOffset);
    }

    /** Forgets ranges that all channels are beyond; under the administration's lock. */
    void forgetEmptied() {
        long first = Long.MAX_VALUE;
        for (Channel channel : channels) {
            first = Math.min(first, channel.shownReadOffset());
        }
        emptied = emptied.after(first);
    }

    /** Whether what it releases leaves nothing behind, since no channel of it is durable. */
    boolean isOpenToEphemeralOnly() {
        if (isFrozen() || isEphemeral()) {
            return false;
        }
        for (Channel channel : channels) {
            if (!channel.isEphemeral()) {
                return false;
            }
        }
        return true;
    }

    /** Where the next channel starts. */
    long startOffset() {
        long from = released;
        return from == OPEN ? log.endOffset() : from;
    }

    boolean isFrozen() {
        return released != OPEN;
    }

    Channel[] channelArray() {
        return channels;
    }

    /** Changes the set of channels; under the administration's lock. */
    void setChannels(Channel[] next) {
        channels = next;
        noteNews();
        stir();
    }

    /** The change log was told of the topic or of a channel, which may not be safe yet. */
    void noteNews() {
        hasNews.set(true);
    }

    /** Whether there is something in the change log that must be synced; once. Any thread. */
    boolean takeNews() {
        return hasNews.get() && hasNews.getAndSet(false);
    }

    /** Something moved: what it lets go of is looked for. Any thread. */
    void stir() {
        if (!isStirred) {
            isStirred = true;
        }
    }

    /**
     * Whether something may have become free. For some rounds after the last movement, since what was just sealed is
     * freed when it has been synced. The keeper's thread.
     */
    boolean isWorthKeeping() {
        return isStirred || keepingRounds > 0;
    }

    /** Counts a round of the keeper. Before it looks, so that what moves meanwhile is looked at again. Its thread. */
    void countKeeping() {
        if (isStirred) {
            isStirred = false;
            keepingRounds = KEEPING_ROUNDS;
        }
        keepingRounds--;
    }

    /** Keeps everything back while it is found out which channels there should be. */
    void setHeld(boolean held) {
        isHeld = held;
    }

    void setPaused(boolean paused) {
        isPaused = paused;
    }

    void setDeleted() {
        isDeleted = true;
    }

    /** Whether what is published now must wait. */
    boolean mustFreeze() {
        return isPaused || isHeld || channels.length == 0;
    }

    /** Keeps back what lies at or after an offset; under the administration's lock. */
    void freezeAt(long offset) {
        released = offset;
        stir();
    }

    /** Releases everything; under the administration's lock. */
    void open() {
        released = OPEN;
        announce(true);
    }

    /** Runs a change of a channel that a new generation of the change log repeats. Any thread. */
    void exclusively(Channel.Step step) throws BrokerException {
        administration.exclusively(step);
    }

    /** Deletes an ephemeral channel that lost its last consumer, and the topic where it is ephemeral too. */
    void deleteEphemeral(Channel channel) {
        administration.deletions().deleteEphemeral(this, channel);
    }
}
