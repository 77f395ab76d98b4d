package dev.chaski.engine;

import dev.chaski.log.ChangeLog;
import dev.chaski.log.LogException;
import dev.chaski.log.MessageBatch;
import dev.chaski.log.StreamLog;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A journal that is this machine's disk and nothing else. Any thread. */
final class LocalJournal implements Journal {
    private final ChangeLog changes;

    LocalJournal(ChangeLog changes) {
        this.changes = changes;
    }

    @Override
    public void append(StreamLog stream, MessageBatch batch) throws LogException {
        stream.append(batch);
    }

    @Override
    public void commit(Change change) throws LogException {
        ByteBuffer record = ByteBuffer.allocate(ChangeFormat.BYTES_MAX);
        ChangeFormat.write(record, change);
        changes.append(record.flip());
    }

    @Override
    public void commit(ByteBuffer record) throws LogException {
        changes.append(record);
    }

    @Override
    public void syncChanges() throws LogException {
        changes.sync();
    }

    @Override
    public void whenSafe(StreamLog stream, Consumer<@Nullable LogException> callback) {
        stream.whenSynced(callback);
    }
}
