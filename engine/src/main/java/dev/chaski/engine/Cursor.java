package dev.chaski.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A channel's cursor as the change log tells it, put together while it is replayed. One thread. */
final class Cursor {
    /** One message below the read offset that is not finished. */
    private record Entry(long offset, int attempts, long dueMs) {}

    private final TreeMap<Long, List<Entry>> chunks = new TreeMap<>();
    private final Map<Long, List<Entry>> parts = new HashMap<>();
    private final FarDeferrals far;
    private OffsetRanges passed = OffsetRanges.NONE;
    private boolean isReplacement;
    private long readOffset;
    private int epoch;

    Cursor(long startOffset) {
        readOffset = startOffset;
        far = new FarDeferrals(startOffset);
    }

    /** The far deferred messages: to be taken over by the channel. */
    FarDeferrals far() {
        return far;
    }

    /** What the channel passes over. */
    OffsetRanges passed() {
        return passed;
    }

    long readOffset() {
        return readOffset;
    }

    int epoch() {
        return epoch;
    }

    /** The channel was emptied. */
    void empty(int newEpoch, long newReadOffset) {
        epoch = newEpoch;
        readOffset = newReadOffset;
        chunks.clear();
        parts.clear();
        far.restart(newReadOffset);
        isReplacement = false;
    }

    /** Applies a movement whose head was read; the source stands at its chunks. */
    void move(CursorFormat.Head head, ByteBuffer source) {
        if (head.epoch() < epoch) {
            return;
        }
        if (head.isFull()) {
            parts.clear();
            isReplacement = true;
        }
        for (int i = 0; i < head.chunkCount(); i++) {
            long key = source.getLong();
            List<Entry> entries = new ArrayList<>();
            CursorFormat.readEntries(
                    source, key, (offset, attempts, dueMs) -> entries.add(new Entry(offset, attempts, dueMs)));
            parts.put(key, entries);
        }
        if (head.hasFar()) {
            far.read(source);
        } else if (head.hasFarBlocks()) {
            far.readBlocks(source);
        }
        if (!head.hasMore()) {
            // A last part always names those that are still ahead.
            passed = head.hasPassed() ? OffsetRanges.read(source) : OffsetRanges.NONE;
            takeParts();
            epoch = head.epoch();
            readOffset = head.readOffset();
        }
    }

    /** Names every unsettled message, in order of offset. */
    void forEachUnsettled(CursorFormat.Entries each) {
        for (List<Entry> entries : chunks.values()) {
            for (Entry entry : entries) {
                each.unsettled(entry.offset, entry.attempts, entry.dueMs);
            }
        }
    }

    private void takeParts() {
        if (isReplacement) {
            chunks.clear();
            isReplacement = false;
        }
        parts.forEach((key, entries) -> {
            if (entries.isEmpty()) {
                chunks.remove(key);
            } else {
                chunks.put(key, entries);
            }
        });
        parts.clear();
    }
}
