package dev.chaski.engine;

import java.util.function.Consumer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.LongArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The messages below a channel's read offset that are not finished, in chunks of adjacent offsets: no entry per message
 * and no chunk where all is settled, so one stuck message pins one chunk and nothing else. Confined to the channel's
 * loop.
 */
final class Unsettled {
    private final ChunkPool pool;
    private final Long2ObjectHashMap<Chunk> chunks = new Long2ObjectHashMap<>();
    /** Keys of chunks that changed, perhaps twice where a chunk went and came back. */
    private final LongArrayList dirtyKeys = new LongArrayList();

    private @Nullable Chunk last;

    Unsettled(ChunkPool pool) {
        this.pool = pool;
    }

    /** The chunk of an offset, made when missing and marked for the next cursor write. */
    Chunk touch(long offset) {
        long key = Chunk.keyOf(offset);
        Chunk chunk = find(key);
        if (chunk == null) {
            chunk = pool.take(key);
            chunks.put(key, chunk);
            last = chunk;
        }
        markDirty(chunk);
        return chunk;
    }

    /** The chunk of an offset, or null where all around it is settled. */
    @Nullable
    Chunk at(long offset) {
        return find(Chunk.keyOf(offset));
    }

    byte state(long offset) {
        Chunk chunk = at(offset);
        return chunk == null ? Chunk.SETTLED : chunk.state[Chunk.slotOf(offset)];
    }

    void settle(Chunk chunk, int slot) {
        chunk.settle(slot);
        markDirty(chunk);
        if (chunk.unsettledCount() == 0) {
            drop(chunk);
        }
    }

    /** Forgets everything; the next cursor write must then be a full one. */
    void clear() {
        chunks.values().forEach(pool::giveBack);
        chunks.clear();
        dirtyKeys.clear();
        last = null;
    }

    boolean isDirty() {
        return !dirtyKeys.isEmpty();
    }

    /** Takes the key of one chunk that changed; only where {@link #isDirty}. */
    long pollDirtyKey() {
        long key = dirtyKeys.removeAt(dirtyKeys.size() - 1);
        Chunk chunk = chunks.get(key);
        if (chunk != null) {
            chunk.isDirty = false;
        }
        return key;
    }

    /** Marks everything for the next cursor write. */
    void markAllDirty() {
        chunks.values().forEach(this::markDirty);
    }

    @Nullable
    Chunk chunk(long key) {
        return chunks.get(key);
    }

    int chunkCount() {
        return chunks.size();
    }

    void forEach(Consumer<Chunk> each) {
        chunks.values().forEach(each);
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

    private @Nullable Chunk find(long key) {
        Chunk cached = last;
        if (cached != null && cached.key() == key) {
            return cached;
        }
        Chunk chunk = chunks.get(key);
        if (chunk != null) {
            last = chunk;
        }
        return chunk;
    }

    private void markDirty(Chunk chunk) {
        if (!chunk.isDirty) {
            chunk.isDirty = true;
            dirtyKeys.add(chunk.key());
        }
    }

    private void drop(Chunk chunk) {
        chunks.remove(chunk.key());
        if (last == chunk) {
            last = null;
        }
        pool.giveBack(chunk);
    }
}
