package dev.chaski.server.nsq;

import dev.chaski.engine.Topic;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A valid topic name as it stands on the wire, with its topic once that is known. Confined to one loop. */
final class TopicName {
    private final byte[] wire;
    private final String text;
    private @Nullable Topic topic;
    /** Deletions that had been seen when the topic was looked up. */
    private int deletions;

    TopicName(byte[] wire, String text) {
        this.wire = wire;
        this.text = text;
    }

    String text() {
        return text;
    }

    int length() {
        return wire.length;
    }

    /** The topic, or null where it was not looked up yet or topics were deleted since. */
    @Nullable
    Topic topic(int deletionsNow) {
        return deletions == deletionsNow ? topic : null;
    }

    void topic(Topic found, int deletionsBefore) {
        topic = found;
        deletions = deletionsBefore;
    }

    boolean stands(ByteBuffer source, int start, int length) {
        if (length != wire.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (source.get(start + i) != wire[i]) {
                return false;
            }
        }
        return true;
    }
}
