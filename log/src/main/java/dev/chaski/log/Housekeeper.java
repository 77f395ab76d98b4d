package dev.chaski.log;

import java.io.IOException;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is looked after now and then: room on the disk, ids in reserve, idle streams. Work thread. */
final class Housekeeper {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeper.class);

    private static final int CHECK_MS = 250;
    private static final int IDLE_PASS_MS_MAX = 1000;

    /** Mapped segments beyond this are given back as soon as nobody reads them: the kernel allows 65,530 maps. */
    private static final int MAPPED_MAX = 15_000;

    private final LogContext context;
    private final Collection<StreamLog> streams;
    private final int unusedPasses;

    /**
     * A housekeeper.
     *
     * @param streams those that are open, a live view
     */
    Housekeeper(LogContext context, Collection<StreamLog> streams) {
        this.context = context;
        this.streams = streams;
        this.unusedPasses = context.config.idleCloseMs() / idlePassMs();
    }

    void start() {
        context.backgroundEvery(CHECK_MS, this::check);
        context.backgroundEvery(idlePassMs(), this::closeIdle);
    }

    private int idlePassMs() {
        return Math.clamp(context.config.idleCloseMs() / 4, 1, IDLE_PASS_MS_MAX);
    }

    private void check() {
        context.health.check();
        try {
            if (context.health.isFull()) {
                context.pool.drain();
            } else {
                context.blocks.reserveAhead();
            }
        } catch (LogException e) {
            context.health.writeFailed(e);
        } catch (IOException e) {
            LOG.warn("cannot remove recycled segments error={}", e.toString());
        }
    }

    private void closeIdle() {
        long now = context.clock.getAsLong();
        for (StreamLog stream : streams) {
            stream.closeIdle(now, context.config.idleCloseMs());
            stream.offerCold(now);
        }
        int passes = context.mapped.size() > MAPPED_MAX ? 0 : unusedPasses;
        for (Segment segment : context.mapped) {
            segment.mapping.dropUnused(passes);
        }
    }
}
