package dev.chaski.engine;

import dev.chaski.engine.SeenMessage.Standing;
import java.util.ArrayList;
import java.util.List;

/**
 * Sees what is published to a topic, from now on or a little before, whatever its channels do. Consumes nothing, and holds nothing of the log
 * between two reads: what was freed meanwhile is passed over. Confined to one thread, not a loop.
 */
public final class TopicTail {
    private final Topic topic;
    private long nextOffset;

    TopicTail(Topic topic) {
        this.topic = topic;
        this.nextOffset = topic.acknowledgedEnd();
    }

    /**
     * The next messages, as far as they are as safe as their producers were told. Waits for the disk where they are not in
     * memory, and for nothing else.
     *
     * @param countMax most messages
     * @param bytesMax most bytes of bodies together, but for the first
     * @param bodyBytesMax most bytes of each body
     * @return copies, in order; empty where nothing is new
     * @throws InterruptedException where the thread is interrupted
     */
    public List<SeenMessage> read(int countMax, int bytesMax, int bodyBytesMax) throws InterruptedException {
        long end = topic.acknowledgedEnd();
        if (nextOffset >= end || isOver()) {
            return List.of();
        }
        List<SeenMessage> messages = new ArrayList<>();
        int bytes = 0;
        try (QuietReader reader = new QuietReader(topic, bodyBytesMax)) {
            while (messages.size() < countMax && bytes < bytesMax) {
                SeenMessage message = reader.next(nextOffset, end, TopicTail::standing);
                if (message == null) {
                    nextOffset = reader.isCold() ? nextOffset : end;
                    break;
                }
                messages.add(message);
                bytes += message.storedBytes();
                nextOffset = message.offset() + 1;
            }
        }
        return messages;
    }

    private static Standing standing(long deferUntilMs) {
        return deferUntilMs == 0 ? Standing.NEW : Standing.deferred(deferUntilMs);
    }

    /**
     * Gives up what is older than the newest messages.
     *
     * @param newestCount how many are still wanted
     * @return how many are not read for it
     */
    public long skip(int newestCount) {
        long from = Math.max(nextOffset, topic.acknowledgedEnd() - newestCount);
        long skipped = topic.log().messageCount(nextOffset, from);
        nextOffset = from;
        return skipped;
    }

    /**
     * Begins again before the newest messages, as far as they are still there.
     *
     * @param newestCount how many are wanted; 0 leaves it as it is
     */
    public void rewind(int newestCount) {
        long end = topic.acknowledgedEnd();
        long low = topic.log().firstOffset();
        long high = end;
        // Offsets have gaps, which may be wide: the last offset with so many messages above it is searched for.
        while (low < high) {
            long middle = low + (high - low + 1) / 2;
            if (topic.log().messageCount(middle, end) >= newestCount) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        nextOffset = Math.min(nextOffset, low);
    }

    /**
     * Whether nothing more comes.
     *
     * @return true where the topic was deleted
     */
    public boolean isOver() {
        return topic.isDeleted();
    }
}
