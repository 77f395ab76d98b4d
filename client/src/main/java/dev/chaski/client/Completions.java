package dev.chaski.client;

import java.util.ArrayList;
import java.util.List;

/**
 * Tells publishes that they are stored. A thread that just waits is woken at once; what others have hung on an answer runs
 * on a virtual thread of its own, since it may block. Those are started by one more, for all answers that came together: it
 * is cheaper there than on the reader, whose this is.
 */
final class Completions {
    private List<Publish> stored = new ArrayList<>();

    void add(Publish publish) {
        if (publish.isAwaited()) {
            publish.succeed();
        } else {
            stored.add(publish);
        }
    }

    /** Begins what was added. */
    void start() {
        List<Publish> batch = stored;
        if (batch.size() == 1) {
            batch.getFirst().succeed();
            batch.clear();
        } else if (!batch.isEmpty()) {
            stored = new ArrayList<>();
            Thread.startVirtualThread(() -> batch.forEach(Publish::succeed));
        }
    }
}
