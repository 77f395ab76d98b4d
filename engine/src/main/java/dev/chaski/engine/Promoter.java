package dev.chaski.engine;

import dev.chaski.log.LogException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Searches the log for far deferred messages that come close, and hands them to their channel. The keeper thread. */
final class Promoter {
    private static final Logger LOG = LoggerFactory.getLogger(Promoter.class);
    private static final int PAIRS = 4096;

    private final Channel channel;
    private final Promotion promotion;
    private final long[] found = new long[2 * PAIRS];
    /** Everything before it in the range that is searched was handed over. */
    private long fromOffset;

    private int foundCount;
    private int promoted;
    private int leftCount;
    private long leftDueMs;

    private Promoter(Channel channel, Promotion promotion) {
        this.channel = channel;
        this.promotion = promotion;
    }

    /** Does what is due for a channel. */
    static void run(Channel channel) {
        CompletableFuture<Promotion> begun = new CompletableFuture<>();
        channel.loop().execute(() -> begun.complete(channel.promotions().begin(channel.wallMs())));
        Promotion promotion = begun.join();
        if (promotion != null) {
            new Promoter(channel, promotion).search();
        }
    }

    /** A range that cannot be read stops no other. */
    private void search() {
        for (FarRange next : promotion.ranges()) {
            try {
                search(next);
            } catch (LogException e) {
                LOG.error(
                        "deferred messages not read, tried again soon topic={} channel={} error={}",
                        channel.topic().name(),
                        channel.name(),
                        e.getMessage());
            }
        }
        int count = promoted;
        channel.loop().execute(() -> channel.promotions().end(promotion, count));
    }

    private void search(FarRange next) throws LogException {
        fromOffset = next.fromOffset();
        beginPart();
        channel.topic()
                .log()
                .findDeferred(
                        next.fromOffset(),
                        next.toOffset() - 1,
                        (first, count, dueMs) -> take(next.settledMs(), first, count, dueMs));
        handOver(next.toOffset());
    }

    private void take(long afterMs, long firstOffset, int count, long dueMs) {
        if (dueMs > promotion.untilMs()) {
            leftCount += count;
            leftDueMs = Math.min(leftDueMs, dueMs);
        } else if (dueMs > afterMs) {
            for (long offset = firstOffset; offset < firstOffset + count; offset++) {
                found[2 * foundCount] = offset;
                found[2 * foundCount + 1] = dueMs;
                promoted++;
                if (++foundCount == PAIRS) {
                    handOver(offset + 1);
                }
            }
        }
    }

    private void handOver(long toOffset) {
        if (toOffset > fromOffset) {
            long[] pairs = Arrays.copyOf(found, 2 * foundCount);
            Searched part = new Searched(fromOffset, toOffset, pairs, foundCount, leftCount, leftDueMs);
            fromOffset = toOffset;
            beginPart();
            channel.loop().execute(() -> channel.promotions().searched(promotion, part));
        }
    }

    private void beginPart() {
        foundCount = 0;
        leftCount = 0;
        leftDueMs = Long.MAX_VALUE;
    }
}
