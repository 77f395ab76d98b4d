package dev.chaski.engine;

import dev.chaski.log.LogException;
import dev.chaski.wire.MessageId;
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

    private void search() {
        try {
            for (long block : promotion.blocks()) {
                search(block);
            }
        } catch (LogException e) {
            LOG.error(
                    "deferred messages not read, tried again soon topic={} channel={} error={}",
                    channel.topic().name(),
                    channel.name(),
                    e.getMessage());
        }
        int count = promoted;
        channel.loop().execute(() -> channel.promotions().end(promotion, count));
    }

    private void search(long block) throws LogException {
        leftCount = 0;
        leftDueMs = Long.MAX_VALUE;
        long first = Math.max(MessageId.firstOffset(block), promotion.fromOffset());
        long last = Math.min(MessageId.firstOffset(block + 1), promotion.toOffset()) - 1;
        channel.topic().log().findDeferred(first, last, this::take);
        handOver();
        int left = leftCount;
        long due = leftDueMs;
        channel.loop().execute(() -> channel.promotions().searched(promotion, block, left, due));
    }

    private void take(long firstOffset, int count, long dueMs) {
        if (dueMs > promotion.untilMs()) {
            leftCount += count;
            leftDueMs = Math.min(leftDueMs, dueMs);
        } else if (dueMs > promotion.afterMs()) {
            for (long offset = firstOffset; offset < firstOffset + count; offset++) {
                found[2 * foundCount] = offset;
                found[2 * foundCount + 1] = dueMs;
                promoted++;
                if (++foundCount == PAIRS) {
                    handOver();
                }
            }
        }
    }

    private void handOver() {
        int count = foundCount;
        long[] pairs = Arrays.copyOf(found, 2 * count);
        foundCount = 0;
        channel.loop().execute(() -> channel.promotions().take(promotion, pairs, count));
    }
}
