package dev.chaski.engine;

import dev.chaski.log.LogException;
import dev.chaski.log.MessageBatch;
import dev.chaski.log.StreamLog;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A topic on its way into a data folder: first each channel with the messages that only it is to get, then those that
 * all of them are to get. Owned by the importer's thread.
 *
 * <p>The messages of one channel lie side by side in the log, and the others are told to pass over them:
 *
 * <pre>
 *  0            billing's            audit's             everybody's
 *  +-----------------------+-----------------------+-----------------------+
 *  billing reads here       passes over             and here
 * </pre>
 */
public final class ImportedTopic {
    /** Batches of this size cost next to nothing per message. */
    static final int BATCH_BYTES = 1 << 20;

    private static final int BATCH_MESSAGES = 4096;

    private record ImportedChannel(int number, String name, boolean isPaused, long firstOffset) {}

    private final int number;
    private final String name;
    private final boolean isPaused;
    private final StreamLog log;
    private final Importer.Numbers numbers;
    private final MessageBatch batch;
    private final List<ImportedChannel> channels = new ArrayList<>();
    private long sharedOffset = -1;

    ImportedTopic(
            int number, String name, boolean isPaused, StreamLog log, Importer.Numbers numbers, MessageBatch batch) {
        this.number = number;
        this.name = name;
        this.isPaused = isPaused;
        this.log = log;
        this.numbers = numbers;
        this.batch = batch;
    }

    int number() {
        return number;
    }

    StreamLog log() {
        return log;
    }

    /**
     * Makes a channel. The messages that follow are for it alone, until the next channel or {@link #everybody}.
     *
     * @param channel a valid name that is not ephemeral, another than before
     * @param paused whether it is to deliver nothing until somebody unpauses it
     * @throws LogException where messages cannot be written
     */
    public void channel(String channel, boolean paused) throws LogException {
        if (sharedOffset >= 0) {
            throw new IllegalStateException("channels come before the messages for everybody");
        }
        flush();
        channels.add(new ImportedChannel(numbers.nextChannel(), channel, paused, log.endOffset()));
    }

    /**
     * The messages that follow are for every channel.
     *
     * @throws LogException where messages cannot be written
     */
    public void everybody() throws LogException {
        flush();
        sharedOffset = log.endOffset();
    }

    /**
     * Adds a message.
     *
     * @param body its body, from position to limit, neither of which moves
     * @param timestampNs when it was published, nanoseconds since 1970
     * @param attempts how often it was delivered before, 0 to 65,535
     * @throws LogException where it cannot be written
     */
    public void add(ByteBuffer body, long timestampNs, int attempts) throws LogException {
        if (channels.isEmpty() && sharedOffset < 0) {
            throw new IllegalStateException("a message for nobody");
        }
        batch.addOld(body, body.position(), body.remaining(), timestampNs, attempts);
        if (batch.count() >= BATCH_MESSAGES || batch.sizeBytes() >= BATCH_BYTES) {
            flush();
        }
    }

    private void flush() throws LogException {
        if (batch.count() > 0) {
            log.append(batch);
            batch.clear();
        }
    }

    /** Writes the last messages. */
    void finish() throws LogException {
        flush();
        if (sharedOffset < 0) {
            sharedOffset = log.endOffset();
        }
    }

    /** More than {@link #writeChanges} takes. */
    int changesBytesMax() {
        return ChangeFormat.BYTES_MAX * (2 + 3 * channels.size());
    }

    /** Writes the changes that make the topic. */
    void writeChanges(ByteBuffer target) {
        ChangeFormat.write(target, new Change.CreateTopic(number, name));
        ChangeFormat.write(target, new Change.PauseTopic(number, isPaused, sharedOffset));
        for (int i = 0; i < channels.size(); i++) {
            ImportedChannel channel = channels.get(i);
            long next = i + 1 < channels.size() ? channels.get(i + 1).firstOffset : sharedOffset;
            ChangeFormat.write(
                    target, new Change.CreateChannel(number, channel.number, channel.name, channel.firstOffset));
            ChangeFormat.write(target, new Change.PauseChannel(number, channel.number, channel.isPaused));
            writeCursor(target, channel, OffsetRanges.NONE.with(next, sharedOffset));
        }
    }

    private void writeCursor(ByteBuffer target, ImportedChannel channel, OffsetRanges passed) {
        int start = ChangeFormat.begin(target, ChangeFormat.MOVE_CURSOR);
        int flags = CursorFormat.FLAG_FULL | CursorFormat.FLAG_PASSED;
        new CursorFormat.Head(number, channel.number, 0, flags, channel.firstOffset, 0).write(target);
        passed.write(target);
        ChangeFormat.end(target, start);
    }
}
