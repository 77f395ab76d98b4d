package dev.chaski.bench.load;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** Something that is reached when it was counted often enough. Any thread. */
public final class Goal {
    private final AtomicLong left;
    private final long halfLeft;
    private final CompletableFuture<Void> half = new CompletableFuture<>();
    private final CompletableFuture<Void> reached = new CompletableFuture<>();

    /**
     * A goal.
     *
     * @param count how many are needed; 0 is reached at once
     */
    public Goal(long count) {
        left = new AtomicLong(count);
        halfLeft = count / 2;
        if (count <= 0) {
            reached.complete(null);
        }
    }

    /**
     * Counts.
     *
     * @param count how many more
     */
    public void add(long count) {
        long leftNow = left.addAndGet(-count);
        if (leftNow <= halfLeft && leftNow + count > halfLeft) {
            half.complete(null);
        }
        if (leftNow <= 0) {
            reached.complete(null);
        }
    }

    /**
     * How many are missing.
     *
     * @return 0 or more
     */
    public long left() {
        return Math.max(0, left.get());
    }

    /**
     * Completed when half of the way is done.
     *
     * @return never completed exceptionally
     */
    public CompletableFuture<Void> half() {
        return half;
    }

    /**
     * Completed when the goal is reached.
     *
     * @return never completed exceptionally
     */
    public CompletableFuture<Void> reached() {
        return reached;
    }
}
