package dev.chaski.engine;

import java.util.ArrayDeque;

/** Chunks and their spans to use again, so that steady delivery makes no garbage. Confined to one loop. */
final class ChunkPool {
    /** About 4 MB: more than the in-flight window of many consumers turns over. */
    private static final int SPANS_MAX = 2_560;
    /** As many: each span may be the only one of its chunk. */
    private static final int CHUNKS_MAX = SPANS_MAX;

    private final boolean keepsPublishTimes;
    private final ArrayDeque<Chunk> chunks = new ArrayDeque<>();
    private final ArrayDeque<Span> spans = new ArrayDeque<>();

    ChunkPool(boolean keepsPublishTimes) {
        this.keepsPublishTimes = keepsPublishTimes;
    }

    Chunk takeChunk(long key) {
        Chunk chunk = chunks.pollLast();
        return (chunk == null ? new Chunk() : chunk).reset(key);
    }

    /** Takes a span, which is still to be reset. */
    Span takeSpan() {
        Span span = spans.pollLast();
        return span == null ? new Span(keepsPublishTimes) : span;
    }

    /** Takes a chunk without spans. */
    void giveBack(Chunk chunk) {
        if (chunks.size() < CHUNKS_MAX) {
            chunks.addLast(chunk);
        }
    }

    void giveBack(Span span) {
        if (spans.size() < SPANS_MAX) {
            spans.addLast(span);
        }
    }
}
