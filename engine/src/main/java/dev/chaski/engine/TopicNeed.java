package dev.chaski.engine;

import dev.chaski.log.LogException;
import dev.chaski.log.Need;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Says which messages of a topic its channels still need. Asks each channel on its loop: not to be used on a loop.
 *
 * <p>An ephemeral channel needs what every other does, as long as the broker runs. It cannot hold much: what waits beyond
 * its limit is skipped by the keeper before it asks here.
 */
final class TopicNeed implements Need {
    private final Topic topic;
    private final CursorFlusher flusher;

    TopicNeed(Topic topic, CursorFlusher flusher) {
        this.topic = topic;
        this.flusher = flusher;
    }

    @Override
    public int needed(long firstOffset, long lastOffset) {
        if (topic.isFrozen() && lastOffset >= topic.startOffset()) {
            return ALL;
        }
        long needed = 0;
        for (Channel channel : topic.channelArray()) {
            if (channel.isUnread(firstOffset, lastOffset)) {
                return ALL;
            }
            needed += ask(channel, c -> c.needed(firstOffset, lastOffset));
        }
        return (int) Math.min(needed, ALL);
    }

    @Override
    public boolean isNeeded(long offset, long deferUntilMs) {
        for (Channel channel : topic.channelArray()) {
            if (ask(channel, c -> c.isNeeded(offset, deferUntilMs))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void makeDurable() throws LogException {
        flusher.flushSafely();
    }

    @Override
    public BitSet whichNeeded(long firstOffset, int count, long deferUntilMs) {
        BitSet needed = new BitSet(count);
        for (Channel channel : topic.channelArray()) {
            needed.or(ask(channel, c -> whichNeeded(c, firstOffset, count, deferUntilMs)));
        }
        return needed;
    }

    private static BitSet whichNeeded(Channel channel, long firstOffset, int count, long deferUntilMs) {
        BitSet needed = new BitSet(count);
        for (int i = 0; i < count; i++) {
            needed.set(i, channel.isNeeded(firstOffset + i, deferUntilMs));
        }
        return needed;
    }

    private static <T> T ask(Channel channel, Function<Channel, T> question) {
        return CompletableFuture.supplyAsync(() -> question.apply(channel), channel.loop())
                .join();
    }
}
