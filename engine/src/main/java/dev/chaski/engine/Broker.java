package dev.chaski.engine;

import dev.chaski.log.ChangeLog;
import dev.chaski.log.LogException;
import dev.chaski.log.LogStore;
import dev.chaski.log.StoreFigures;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All topics of one node: what the doors stand on. Any thread, but for {@link #publisher}. */
public final class Broker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Broker.class);

    private final LogStore store;
    private final Administration administration;
    private final List<LoopContext> contexts;
    private final Keeper keeper;
    private final AtomicBoolean isClosed = new AtomicBoolean();

    private Broker(LogStore store, Administration administration, List<LoopContext> contexts, Keeper keeper) {
        this.store = store;
        this.administration = administration;
        this.contexts = contexts;
        this.keeper = keeper;
    }

    /**
     * Opens the data folder, recovers and starts.
     *
     * @param config what it is told
     * @param loops at least one; channels are spread over them
     * @return the broker
     * @throws LogException where the folder cannot be opened
     */
    public static Broker open(BrokerConfig config, List<? extends Loop> loops) throws LogException {
        return open(config, loops, Surroundings.real());
    }

    /**
     * Opens the data folder, recovers and starts.
     *
     * @param config what it is told
     * @param loops asked for when the log is open: at least one; channels are spread over them
     * @return the broker
     * @throws LogException where the folder cannot be opened
     */
    public static Broker open(BrokerConfig config, Supplier<List<Loop>> loops) throws LogException {
        return open(config, loops, Surroundings.real());
    }

    /**
     * Opens the data folder, recovers and starts, on a disk and clocks of the caller's.
     *
     * @param config what it is told
     * @param loops at least one; channels are spread over them
     * @param surroundings disk and clocks
     * @return the broker
     * @throws LogException where the folder cannot be opened
     */
    public static Broker open(BrokerConfig config, List<? extends Loop> loops, Surroundings surroundings)
            throws LogException {
        return open(config, () -> loops, surroundings);
    }

    private static Broker open(
            BrokerConfig config, Supplier<? extends List<? extends Loop>> loops, Surroundings surroundings)
            throws LogException {
        LogStore store = LogStore.open(config.log(), surroundings.disk(), surroundings.wallMs());
        try {
            return start(config, loops, surroundings, store);
        } catch (LogException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /**
     * A topic, made (durably) when missing. Cheap where it exists.
     *
     * @param name its name
     * @return the topic
     * @throws BrokerException BAD_TOPIC, LIMIT, EXITING, DISK_FULL or DISK_FAILED
     */
    public Topic topic(String name) throws BrokerException {
        Topic topic = administration.find(name);
        return topic == null ? administration.createTopic(name) : topic;
    }

    /**
     * A topic that exists.
     *
     * @param name its name
     * @return the topic, or null
     */
    public @Nullable Topic findTopic(String name) {
        return administration.find(name);
    }

    /**
     * The topics.
     *
     * @return a snapshot, sorted by name
     */
    public List<Topic> topics() {
        List<Topic> sorted = new ArrayList<>(administration.topics().values());
        sorted.sort(Comparator.comparing(Topic::name));
        return sorted;
    }

    /**
     * Deletes a topic with its channels and messages; their consumers are closed.
     *
     * @param name its name
     * @return completed when it is gone durably; exceptionally with a {@link BrokerException}
     */
    public CompletableFuture<Void> deleteTopic(String name) {
        return administration.deletions().deleteTopic(name);
    }

    /**
     * The publisher of a loop: the same object for the same loop.
     *
     * @param loop one of those given to {@link #open}
     * @return its publisher
     */
    @SuppressWarnings("ReferenceEquality") // a loop is itself
    public Publisher publisher(Loop loop) {
        for (LoopContext context : contexts) {
            if (context.loop == loop) {
                return context.publisher;
            }
        }
        throw new IllegalArgumentException("a loop that the broker was not opened with");
    }

    /**
     * Tells a listener of topics and channels that come and go from now on.
     *
     * @param events told of them
     */
    public void listen(TopicEvents events) {
        administration.listen(events);
    }

    /**
     * Whether the broker can take messages.
     *
     * @return null when it can, else one line for the operator
     */
    public @Nullable String unhealthy() {
        return store.unhealthy();
    }

    /**
     * What the log's background threads have done since the broker started.
     *
     * @return counters that go on
     */
    public StoreFigures storeFigures() {
        return store.figures();
    }

    /** Closes every consumer, makes all cursors durable, syncs and closes the data folder. Blocks; not on a loop. */
    @Override
    public void close() {
        if (!isClosed.compareAndSet(false, true)) {
            return;
        }
        administration.exit();
        onEachChannel(Channel::closeConsumers);
        try {
            keeper.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // The cursors are safe: nothing reads the log any more, and what is mapped of it can be given back.
        onEachChannel(Channel::close);
        store.close();
    }

    private static Broker start(
            BrokerConfig config,
            Supplier<? extends List<? extends Loop>> loops,
            Surroundings surroundings,
            LogStore store)
            throws LogException {
        Catalog catalog = new Catalog(surroundings.disk(), config.log().folder());
        Recovery recovery = replay(store, catalog);
        List<LoopContext> contexts = new ArrayList<>();
        for (Loop loop : loops.get()) {
            Publisher publisher = new Publisher(contexts.size(), loop, surroundings.wallMs());
            contexts.add(new LoopContext(
                    loop, publisher, new ChunkPool(!config.e2ePercentiles().isEmpty())));
        }
        Journal journal = new LocalJournal(store.changes());
        Administration administration = new Administration(config, surroundings, store, journal, contexts);
        administration.recover(recovery);
        if (recovery.isFromCatalog()) {
            // Else the next start would know them from nowhere, and remove their messages.
            administration.repeatAll();
        }
        CursorFlusher flusher = new CursorFlusher(administration, store.changes(), contexts);
        SnapshotTaker snapshots = new SnapshotTaker(store, administration, flusher);
        Keeper keeper = new Keeper(administration, flusher, catalog, snapshots);
        keeper.start();
        return new Broker(store, administration, List.copyOf(contexts), keeper);
    }

    /** What the change log says, and the catalog where that is damaged. */
    static Recovery replay(LogStore store, Catalog catalog) throws LogException {
        Recovery recovery = new Recovery();
        ChangeLog.Damage damage = store.changes().replay(recovery::record);
        if (damage != null || recovery.isEmpty()) {
            int added = catalog.addMissing(recovery.topics());
            if (damage != null) {
                LOG.error("change log damaged: {}; what it said after that is lost", damage.message());
            }
            if (added > 0) {
                recovery.noteFromCatalog();
                LOG.error(
                        "{} topics and channels are known from the catalog only; their channels start again at the"
                                + " earliest message",
                        added);
            }
            adoptUnknown(recovery, store);
        }
        recovery.topics().values().forEach(recovery::noteNumbers);
        return recovery;
    }

    private static void adoptUnknown(Recovery recovery, LogStore store) {
        for (int stream : store.streams()) {
            String name = recovery.adopt(stream);
            if (name != null) {
                recovery.noteFromCatalog();
                LOG.error("the name of a topic is lost, its messages are kept as topic={}", name);
            }
        }
    }

    /** Runs a step of each channel on its loop, and waits for all of them. */
    private void onEachChannel(Consumer<Channel> step) {
        List<CompletableFuture<Void>> closing = new ArrayList<>();
        for (Topic topic : administration.topics().values()) {
            for (Channel channel : topic.channelArray()) {
                CompletableFuture<Void> done = new CompletableFuture<>();
                channel.loop().execute(() -> {
                    try {
                        step.accept(channel);
                    } finally {
                        done.complete(null);
                    }
                });
                closing.add(done);
            }
        }
        closing.forEach(CompletableFuture::join);
    }
}
