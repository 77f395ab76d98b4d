package dev.chaski.engine;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;

/**
 * A moment in which no event loop does anything: each comes to the end of its turn and waits there. Used once, by one
 * thread that is no loop; {@link #close} lets them go on. A loop waits a second at most, whatever happens to that thread.
 */
final class Standstill implements AutoCloseable {
    private static final long ARRIVAL_S = 10;
    private static final long REST_S = 1;

    private final CountDownLatch arrived;
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicBoolean isBroken = new AtomicBoolean();

    /**
     * Asks the loops to stand still.
     *
     * @param last the last thing that each does, given its number
     */
    Standstill(List<LoopContext> contexts, IntConsumer last) {
        arrived = new CountDownLatch(contexts.size());
        for (int i = 0; i < contexts.size(); i++) {
            int index = i;
            contexts.get(i).loop.execute(() -> {
                try {
                    last.accept(index);
                } finally {
                    arrived.countDown();
                    rest();
                }
            });
        }
    }

    private void rest() {
        try {
            if (!over.await(REST_S, TimeUnit.SECONDS)) {
                isBroken.set(true);
            }
        } catch (InterruptedException e) {
            isBroken.set(true);
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until each loop has come, however long that takes; false where they did not all come in time. */
    boolean await() throws InterruptedException {
        if (!arrived.await(ARRIVAL_S, TimeUnit.SECONDS)) {
            isBroken.set(true);
            over.countDown();
            arrived.await(); // what it does last must not happen after this
        }
        return isWhole();
    }

    /** Whether all still do. */
    boolean isWhole() {
        return !isBroken.get();
    }

    @Override
    public void close() {
        over.countDown();
    }
}
