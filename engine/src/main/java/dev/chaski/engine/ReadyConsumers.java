package dev.chaski.engine;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The consumers of a channel that can take messages: the nearest first, in turn. Confined to the channel's loop. */
final class ReadyConsumers {
    private final List<ArrayDeque<Subscription>> byDistance =
            List.of(new ArrayDeque<>(), new ArrayDeque<>(), new ArrayDeque<>());
    private int size;

    int size() {
        return size;
    }

    /** Adds one that has room, at the end of its line. */
    void offer(Subscription subscription) {
        if (!subscription.isQueued && subscription.room() > 0) {
            subscription.isQueued = true;
            byDistance.get(subscription.consumer().distance()).addLast(subscription);
            size++;
        }
    }

    /** Takes the next one that has room. */
    @Nullable
    Subscription poll() {
        for (int i = 0; i < byDistance.size(); i++) {
            Subscription next = byDistance.get(i).pollFirst();
            while (next != null) {
                next.isQueued = false;
                size--;
                if (next.room() > 0) {
                    return next;
                }
                next = byDistance.get(i).pollFirst();
            }
        }
        return null;
    }
}
