package dev.chaski.engine;

import dev.chaski.log.ChangeLog;
import dev.chaski.log.LogException;
import dev.chaski.log.LogStore;
import dev.chaski.log.MessageBatch;
import dev.chaski.log.StreamLog;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Puts topics, channels and messages of another broker into a data folder that no broker runs on. Owned by one thread.
 *
 * <p>Messages go into streams of their own, of which nobody knows before {@link #commit} names all of them in one record
 * of the change log: after a crash, or a {@link #close} without it, the next start removes what came so far.
 */
public final class Importer implements AutoCloseable {
    private static final int RECORD_BYTES = 1 << 20;

    private final LogStore store;
    private final Map<String, TopicState> topics = new HashMap<>();
    private final List<ImportedTopic> imported = new ArrayList<>();
    private final Numbers numbers = new Numbers();
    /** One for all topics, of which there may be many thousand. */
    private final MessageBatch batch = new MessageBatch(ImportedTopic.BATCH_BYTES);

    private @Nullable ImportedTopic open;

    /** Which numbers were given. */
    static final class Numbers {
        private int lastTopic;
        private int lastChannel;

        int nextTopic() {
            return ++lastTopic;
        }

        int nextChannel() {
            return ++lastChannel;
        }
    }

    private Importer(LogStore store, Recovery recovery) {
        this.store = store;
        numbers.lastTopic = recovery.topicMax();
        numbers.lastChannel = recovery.channelMax();
        recovery.topics().values().forEach(topic -> topics.put(topic.name(), topic));
        for (int number : store.streams()) {
            numbers.lastTopic = Math.max(numbers.lastTopic, number);
            if (!recovery.topics().containsKey(number)) {
                store.delete(number); // of an import that came to no end
            }
        }
    }

    /**
     * Opens a data folder, making it when missing.
     *
     * @param config of the broker that is to run on it; message ids carry its node
     * @param surroundings disk and clocks
     * @return the importer
     * @throws LogException where the folder cannot be opened: LOCKED where a broker runs on it
     * @throws ImportException where its change log is damaged
     */
    public static Importer open(BrokerConfig config, Surroundings surroundings) throws LogException, ImportException {
        LogStore store = LogStore.open(config.log(), surroundings.disk(), surroundings.wallMs());
        try {
            Catalog catalog = new Catalog(surroundings.disk(), config.log().folder());
            Recovery recovery = Broker.replay(store, catalog);
            if (recovery.isFromCatalog()) {
                throw new ImportException("the change log of " + config.log().folder()
                        + " is damaged: start and stop a broker on the folder first, which recovers it");
            }
            return new Importer(store, recovery);
        } catch (LogException | ImportException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /**
     * Whether a topic was in the folder before.
     *
     * @param name its name
     * @return true where it was
     */
    public boolean hasTopic(String name) {
        return topics.containsKey(name);
    }

    /**
     * Begins a topic, which the folder must not have yet; the one before is complete.
     *
     * @param name a valid name that is not ephemeral
     * @param isPaused whether its channels are to get nothing more until somebody unpauses it
     * @return takes its channels and messages
     * @throws LogException where messages of the topic before cannot be written
     * @throws ImportException where the folder has the topic
     */
    public ImportedTopic topic(String name, boolean isPaused) throws LogException, ImportException {
        finishOpen();
        if (hasTopic(name)) {
            throw new ImportException("topic " + name + " is in the data folder already: delete it there,"
                    + " or import into another folder");
        }
        int number = numbers.nextTopic();
        if (imported.isEmpty()) {
            begin(number);
        }
        ImportedTopic topic = new ImportedTopic(number, name, isPaused, store.stream(number), numbers, batch);
        topics.put(name, new TopicState(number, name));
        imported.add(topic);
        open = topic;
        return topic;
    }

    /**
     * Writes something that changes nothing into the change log: streams that no topic claims are removed by a start that
     * can read the log, but kept where it is empty, as if lost.
     */
    private void begin(int unused) throws LogException {
        new LocalJournal(store.changes()).commit(new Change.DeleteTopic(unused));
        store.changes().sync();
    }

    /**
     * Makes all that was imported durable, then known, at one moment. The last call but {@link #close}.
     *
     * @throws LogException where it cannot be written; then nothing was imported
     * @throws ImportException where there are too many topics and channels for one import
     */
    public void commit() throws LogException, ImportException {
        finishOpen();
        for (ImportedTopic topic : imported) {
            sync(topic.log());
        }
        if (!imported.isEmpty()) {
            store.changes().append(record());
            store.changes().sync();
        }
        imported.clear();
    }

    private void finishOpen() throws LogException {
        ImportedTopic before = open;
        open = null;
        if (before != null) {
            before.finish();
        }
    }

    private static void sync(StreamLog log) throws LogException {
        CompletableFuture<@Nullable LogException> synced = new CompletableFuture<>();
        log.whenSynced(synced::complete);
        LogException failure = synced.join();
        if (failure != null) {
            throw failure;
        }
    }

    /** One record, since a record is there as a whole or not at all. */
    private ByteBuffer record() throws ImportException {
        ByteBuffer record = ByteBuffer.allocate(RECORD_BYTES);
        for (ImportedTopic topic : imported) {
            int bytes = topic.changesBytesMax();
            if (record.remaining() < bytes) {
                int needed = Math.addExact(record.position(), bytes);
                if (needed > ChangeLog.RECORD_BYTES_MAX) {
                    throw new ImportException("more topics and channels than one import can take: split nsqd.dat over"
                            + " several folders, and import one after the other");
                }
                int larger = Math.min(ChangeLog.RECORD_BYTES_MAX, 2 * needed);
                record = ByteBuffer.allocate(larger).put(record.flip());
            }
            topic.writeChanges(record);
        }
        return record.flip();
    }

    /** Gives the folder back. What was not committed is removed by the next start on it. */
    @Override
    public void close() {
        for (ImportedTopic topic : imported) {
            store.delete(topic.number());
        }
        store.close();
    }
}
