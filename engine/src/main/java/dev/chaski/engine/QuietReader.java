package dev.chaski.engine;

import dev.chaski.engine.SeenMessage.Standing;
import dev.chaski.log.LogReader;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Copies single messages out of a topic's log for somebody who only looks. Holds a segment while it is open and nothing
 * after that; waits for what has to be loaded. Confined to one thread, not a loop.
 */
final class QuietReader implements AutoCloseable {
    /** A disk that takes longer for a page is one for which nobody who only looks should wait. */
    private static final long LOAD_TIMEOUT_MS = 5_000;

    private static final long LOAD_LOOK_MS = 100;

    private final int bodyBytesMax;
    private final Semaphore loaded = new Semaphore(0);
    private final LogReader reader;
    private LogReader.Step lastStep = LogReader.Step.END;

    QuietReader(Topic topic, int bodyBytesMax) {
        this.bodyBytesMax = bodyBytesMax;
        this.reader = topic.log().reader(0, loaded::release);
    }

    /** The message at an offset, or null where it is not in the log any more. */
    @Nullable
    SeenMessage at(long offset, Standing standing) throws InterruptedException {
        return next(offset, offset + 1, deferUntilMs -> standing);
    }

    /** The first message at or after an offset, or null where there is none below a limit. */
    @Nullable
    SeenMessage next(long offset, long limit, LongFunction<Standing> standing) throws InterruptedException {
        if (!isAt(offset)) {
            reader.seek(offset);
        }
        if (step() != LogReader.Step.MESSAGE || reader.offset() >= limit) {
            return null;
        }
        return SeenMessage.copy(
                reader.region().bytes(),
                reader.position(),
                reader.offset(),
                standing.apply(reader.deferUntilMs()),
                bodyBytesMax);
    }

    /** Whether the next step leads there anyway. */
    private boolean isAt(long offset) {
        return lastStep == LogReader.Step.MESSAGE && reader.offset() == offset - 1;
    }

    /** Whether the last message looked for could not be loaded in time. */
    boolean isCold() {
        return lastStep == LogReader.Step.COLD;
    }

    private LogReader.Step step() throws InterruptedException {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LOAD_TIMEOUT_MS);
        LogReader.Step step = reader.advance();
        while (step == LogReader.Step.COLD && System.nanoTime() < endNs) {
            // Awake now and then all the same: a wake-up may have come before it was waited for.
            loaded.tryAcquire(LOAD_LOOK_MS, TimeUnit.MILLISECONDS);
            loaded.drainPermits();
            step = reader.advance();
        }
        lastStep = step;
        return step;
    }

    @Override
    public void close() {
        reader.close();
    }
}
