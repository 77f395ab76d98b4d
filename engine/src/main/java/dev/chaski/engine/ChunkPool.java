package dev.chaski.engine;

import java.util.ArrayDeque;

/** Chunks to use again, so that steady delivery makes no garbage. Confined to one loop. */
final class ChunkPool {
    /** About 4 MB: more than the in-flight window of many consumers turns over. */
    private static final int CHUNKS_MAX = 256;

    private final boolean keepsPublishTimes;
    private final ArrayDeque<Chunk> free = new ArrayDeque<>();

    ChunkPool(boolean keepsPublishTimes) {
        this.keepsPublishTimes = keepsPublishTimes;
    }

    Chunk take(long key) {
        Chunk chunk = free.pollLast();
        return (chunk == null ? new Chunk(keepsPublishTimes) : chunk).reset(key);
    }

    void giveBack(Chunk chunk) {
        if (free.size() < CHUNKS_MAX) {
            free.addLast(chunk);
        }
    }
}
