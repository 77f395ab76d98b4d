package dev.chaski.engine;

import dev.chaski.log.LogException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two threads: one makes cursors durable and does nothing else, so that nothing delays it; the other frees segments,
 * looks for deferred messages that come close, limits ephemeral channels, shortens the change log, keeps the catalog and
 * takes snapshots. Started and stopped by {@link Broker}.
 */
final class Keeper {
    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

    /** Finishes younger than this may be forgotten when the process is killed. */
    private static final long FLUSH_MS = 50;

    private static final long CHORES_MS = 250;
    /** Rounds after which topics are visited in which nothing moved: their deferred messages come close all the same. */
    private static final int LOOK_AT_ALL_EVERY = 8;

    private final Administration administration;
    private final CursorFlusher flusher;
    private final Catalog catalog;
    private final SnapshotTaker snapshots;
    private final Thread flushing = Thread.ofPlatform().name("chaski-cursors").unstarted(this::flush);
    private final Thread chores = Thread.ofPlatform().name("chaski-keeper").unstarted(this::keep);
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch lastFlush = new CountDownLatch(1);
    private boolean isShortenFailing;

    Keeper(Administration administration, CursorFlusher flusher, Catalog catalog, SnapshotTaker snapshots) {
        this.administration = administration;
        this.flusher = flusher;
        this.catalog = catalog;
        this.snapshots = snapshots;
    }

    void start() {
        flushing.start();
        chores.start();
    }

    /** Stops after a last flush. */
    void stop() throws InterruptedException {
        stopping.countDown();
        chores.join();
        lastFlush.countDown();
        flushing.join();
    }

    private void flush() {
        try {
            while (!lastFlush.await(FLUSH_MS, TimeUnit.MILLISECONDS)) {
                guarded(flusher::flush);
            }
            flusher.flush();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void keep() {
        try {
            boolean isLast = false;
            for (int round = 0; !isLast; round++) {
                isLast = stopping.await(CHORES_MS, TimeUnit.MILLISECONDS);
                boolean looksAtAll = round % LOOK_AT_ALL_EVERY == 0;
                guarded(this::shorten);
                guarded(this::writeCatalog);
                guarded(snapshots::answer);
                for (Topic topic : administration.topics().values()) {
                    if (topic.isWorthKeeping() || looksAtAll) {
                        guarded(() -> keep(topic));
                    }
                }
            }
            writeCatalog();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A mistake in one chore, or with one topic, must not end the others. */
    private static void guarded(Chore chore) throws InterruptedException {
        try {
            chore.run();
        } catch (LogException | RuntimeException | InternalError e) { // the last: a failed read of a mapped page
            LOG.error("a chore failed, it is tried again", e);
        }
    }

    private interface Chore {
        void run() throws InterruptedException, LogException;
    }

    private void shorten() throws InterruptedException {
        try {
            flusher.shorten();
            isShortenFailing = false;
        } catch (LogException e) {
            if (!isShortenFailing) {
                isShortenFailing = true;
                LOG.error("change log not shortened, tried again error={}", e.getMessage());
            }
        }
    }

    private void keep(Topic topic) throws LogException {
        long keepMax = administration.config().memQueueSize();
        for (Channel channel : topic.channelArray()) {
            if (channel.isEphemeral()) {
                channel.loop().execute(() -> channel.skipOverflow(keepMax));
            }
            if (channel.isPromotionDue(administration.nowMs())) {
                Promoter.run(channel);
            }
        }
        if (topic.isWorthKeeping()) {
            topic.countKeeping();
            administration.noteReleased(topic);
            free(topic);
        }
    }

    private void free(Topic topic) {
        try {
            topic.log().free(new TopicNeed(topic, flusher));
        } catch (LogException e) {
            topic.stir();
            LOG.error("segments not freed topic={} error={}", topic.name(), e.getMessage());
        }
    }

    private void writeCatalog() {
        if (administration.catalogStale().compareAndSet(true, false)) {
            try {
                catalog.write(administration.topics().values());
            } catch (LogException e) {
                administration.catalogStale().set(true);
                LOG.error("catalog not written error={}", e.getMessage());
            }
        }
    }
}
