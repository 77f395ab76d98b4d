package dev.chaski.engine;

import dev.chaski.log.LogException;
import dev.chaski.log.LogStore;
import dev.chaski.log.SnapshotMoment;
import java.util.concurrent.TimeUnit;

/**
 * Takes the snapshots that a backup asks for. At their moment nothing is published, delivered, finished or changed, and
 * the change log knows every cursor; after it, files are linked while everything goes on. The keeper's thread, so that
 * nothing is freed and the change log is not shortened meanwhile.
 */
final class SnapshotTaker {
    private static final int TRIES = 20;
    private static final long LOCK_MS = 500;

    private final LogStore store;
    private final Administration administration;
    private final CursorFlusher flusher;

    SnapshotTaker(LogStore store, Administration administration, CursorFlusher flusher) {
        this.store = store;
        this.administration = administration;
        this.flusher = flusher;
    }

    /** Takes those that are asked for. */
    void answer() throws LogException, InterruptedException {
        store.answerSnapshots(this::during);
    }

    private void during(SnapshotMoment.Step step) throws LogException, InterruptedException {
        for (Topic topic : administration.topics().values()) {
            administration.noteReleased(topic);
        }
        for (int i = 0; i < TRIES; i++) {
            if (flusher.atRest(() -> isUnchanged(step))) {
                return;
            }
        }
        throw new LogException(
                LogException.Kind.IO, "the event loops did not come to rest: the machine is too busy, try again later");
    }

    /** Changes by HTTP are made on threads of their own. Not waited for without end: one may be waiting for a loop. */
    private boolean isUnchanged(SnapshotMoment.Step step) throws LogException, InterruptedException {
        if (!administration.lock().tryLock(LOCK_MS, TimeUnit.MILLISECONDS)) {
            return false;
        }
        try {
            step.run();
            return true;
        } finally {
            administration.lock().unlock();
        }
    }
}
