package dev.chaski.engine;

import java.util.Map;
import java.util.TreeMap;

/** A topic as the change log tells it, put together while it is replayed. One thread. */
final class TopicState {
    /** A channel as the change log tells it. */
    static final class ChannelState {
        final String name;
        final Cursor cursor;
        boolean isPaused;

        ChannelState(String name, long startOffset) {
            this.name = name;
            this.cursor = new Cursor(startOffset);
        }
    }

    private final int number;
    private final String name;
    private final Map<Integer, ChannelState> channels = new TreeMap<>();
    private boolean isPaused;
    private long releasedOffset;
    private OffsetRanges emptied = OffsetRanges.NONE;

    TopicState(int number, String name) {
        this.number = number;
        this.name = name;
    }

    int number() {
        return number;
    }

    String name() {
        return name;
    }

    /** Channels by their number. */
    Map<Integer, ChannelState> channels() {
        return channels;
    }

    boolean isPaused() {
        return isPaused;
    }

    /** From where on nothing is released while the topic is frozen. */
    long releasedOffset() {
        return releasedOffset;
    }

    void pause(boolean paused, long offset) {
        isPaused = paused;
        releasedOffset = offset;
    }

    void release(long offset) {
        releasedOffset = offset;
    }

    /** What was dropped before it was released. */
    OffsetRanges emptied() {
        return emptied;
    }

    void empty(long fromOffset, long toOffset) {
        emptied = emptied.with(fromOffset, toOffset);
        releasedOffset = toOffset;
    }
}
