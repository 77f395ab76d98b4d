package dev.chaski.engine;

import dev.chaski.log.LogException;
import dev.chaski.log.MessageBatch;
import dev.chaski.log.StreamLog;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one way by which the engine changes durable state. Everything that goes through it is decided before: ids come
 * with the granted block of a segment, times and offsets stand in the change. {@link LocalJournal} writes to this
 * machine's disk; a replicated one would propose the same commands to its peers. Any thread, but one writer per stream.
 */
interface Journal {
    /**
     * Appends messages to a topic's log and makes them readable: all or none.
     *
     * @param stream the topic's log, with one writer at a time
     * @param batch at least one message
     * @throws LogException where nothing was kept
     */
    void append(StreamLog stream, MessageBatch batch) throws LogException;

    /**
     * Makes a change durable; on return it survives the death of the process.
     *
     * @param change what changes
     * @throws LogException where it was not kept
     */
    void commit(Change change) throws LogException;

    /**
     * Makes changes durable that were written by {@link ChangeFormat} or {@link CursorFormat}.
     *
     * @param changes from position to limit
     * @throws LogException where they were not kept
     */
    void commit(ByteBuffer changes) throws LogException;

    /**
     * Makes all that was committed safe against a power cut. Blocks: not on an event loop.
     *
     * @throws LogException where it is not safe
     */
    void syncChanges() throws LogException;

    /**
     * Runs a callback when all that was appended to a stream is safe against a power cut.
     *
     * @param stream the topic's log
     * @param callback told null, or why it is not safe; on a thread that may block
     */
    void whenSafe(StreamLog stream, Consumer<@Nullable LogException> callback);
}
