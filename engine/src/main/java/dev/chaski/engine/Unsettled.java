package dev.chaski.engine;

import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.LongArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The messages below a channel's read offset that are not finished, in chunks of adjacent offsets: no entry per message
 * and no memory where all is settled, so one stuck message pins one span of its chunk and nothing else. Confined to the
 * channel's loop.
 */
final class Unsettled {
    /** Most channels have one or two chunks at a time. */
    private static final int CHUNKS_MIN = 4;

    private final ChunkPool pool;
    private final Long2ObjectHashMap<Chunk> chunks = new Long2ObjectHashMap<>(CHUNKS_MIN, 0.55f);
    /** Keys of chunks that changed. */
    private final LongArrayList dirtyKeys = new LongArrayList();

    private @Nullable Chunk lastChunk;
    private @Nullable Span last;

    Unsettled(ChunkPool pool) {
        this.pool = pool;
    }

    /** The span of an offset, made when missing and marked for the next cursor write. */
    Span touch(long offset) {
        Span span = at(offset);
        if (span == null) {
            span = makeChunk(Chunk.keyOf(offset)).makeSpan(offset, pool);
            last = span;
        }
        markDirty(span.chunk());
        return span;
    }

    /** The span of an offset, or null where all around it is settled. */
    @Nullable
    Span at(long offset) {
        Span cached = last;
        if (cached != null && cached.key() == Span.keyOf(offset)) {
            return cached;
        }
        Chunk chunk = find(Chunk.keyOf(offset));
        Span span = chunk == null ? null : chunk.span(offset);
        if (span != null) {
            last = span;
        }
        return span;
    }

    byte state(long offset) {
        Span span = at(offset);
        return span == null ? Span.SETTLED : span.state[Span.slotOf(offset)];
    }

    void settle(Span span, int slot) {
        span.settle(slot);
        markDirty(span.chunk());
        if (span.unsettledCount() == 0) {
            drop(span);
        }
    }

    /** Forgets everything; the next cursor write must then be a full one. */
    void clear() {
        for (Chunk chunk : chunks.values()) {
            chunk.dropAll(pool);
            pool.giveBack(chunk);
        }
        chunks.clear();
        dirtyKeys.clear();
        lastChunk = null;
        last = null;
    }

    boolean isDirty() {
        return !dirtyKeys.isEmpty();
    }

    /** Takes the key of one chunk that changed, which goes where it is empty; only where {@link #isDirty}. */
    long pollDirtyKey() {
        long key = dirtyKeys.removeAt(dirtyKeys.size() - 1);
        Chunk chunk = chunks.get(key);
        if (chunk != null) {
            chunk.isDirty = false;
            if (chunk.isEmpty()) {
                drop(chunk);
            }
        }
        return key;
    }

    /** Forgets what changed, where no cursor is written. */
    void forgetDirty() {
        while (isDirty()) {
            pollDirtyKey();
        }
    }

    /** Marks everything for the next cursor write. */
    void markAllDirty() {
        chunks.values().forEach(this::markDirty);
    }

    @Nullable
    Chunk chunk(long key) {
        return chunks.get(key);
    }

    /** The keys of all chunks, in no order. */
    long[] keys() {
        long[] keys = new long[chunks.size()];
        int at = 0;
        for (Chunk chunk : chunks.values()) {
            keys[at++] = chunk.key();
        }
        return keys;
    }

    Iterable<Chunk> chunks() {
        return chunks.values();
    }

    /** How many messages of a range of offsets are not settled. */
    int count(long firstOffset, long lastOffset) {
        int count = 0;
        for (long key = Chunk.keyOf(firstOffset); key <= Chunk.keyOf(lastOffset); key++) {
            Chunk chunk = chunks.get(key);
            count += chunk == null ? 0 : chunk.unsettledCount();
        }
        return count;
    }

    private Chunk makeChunk(long key) {
        Chunk chunk = find(key);
        if (chunk == null) {
            chunk = pool.takeChunk(key);
            chunks.put(key, chunk);
            lastChunk = chunk;
        }
        return chunk;
    }

    private @Nullable Chunk find(long key) {
        Chunk cached = lastChunk;
        if (cached != null && cached.key() == key) {
            return cached;
        }
        Chunk chunk = chunks.get(key);
        if (chunk != null) {
            lastChunk = chunk;
        }
        return chunk;
    }

    private void markDirty(Chunk chunk) {
        if (!chunk.isDirty) {
            chunk.isDirty = true;
            dirtyKeys.add(chunk.key());
        }
    }

    /** An empty chunk stays until its key was written: it is small, and may soon be wanted again. */
    private void drop(Span span) {
        span.chunk().drop(span, pool);
        if (last == span) {
            last = null;
        }
    }

    private void drop(Chunk chunk) {
        chunks.remove(chunk.key());
        if (lastChunk == chunk) {
            lastChunk = null;
        }
        pool.giveBack(chunk);
    }
}
