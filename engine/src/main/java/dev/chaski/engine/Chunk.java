package dev.chaski.engine;

import org.jspecify.annotations.Nullable;

/**
 * The {@link Span}s of 1,024 adjacent offsets, which is what a cursor is written by. Its memory grows with the spans that
 * have something unsettled: a channel with one message in flight holds 64 slots and not 1,024. Confined to the channel's
 * loop.
 */
final class Chunk {
    static final int OFFSET_BITS = 10;
    static final int SLOTS = 1 << OFFSET_BITS;

    private static final int SPANS = SLOTS / Span.SLOTS;

    private final @Nullable Span[] spans = new Span[SPANS];
    private long key;
    private int spanCount;
    boolean isDirty;

    static long keyOf(long offset) {
        return offset >>> OFFSET_BITS;
    }

    /** Starts a chunk over that has no spans. */
    Chunk reset(long newKey) {
        key = newKey;
        isDirty = false;
        return this;
    }

    long key() {
        return key;
    }

    int spanCount() {
        return spanCount;
    }

    boolean isEmpty() {
        return spanCount == 0;
    }

    /** The span of an offset in this chunk, or null where all of it is settled. */
    @Nullable
    Span span(long offset) {
        return spans[indexOf(Span.keyOf(offset))];
    }

    /** The span of an offset in this chunk, taken from a pool when missing. */
    Span makeSpan(long offset, ChunkPool pool) {
        long spanKey = Span.keyOf(offset);
        Span span = spans[indexOf(spanKey)];
        if (span == null) {
            span = pool.takeSpan().reset(this, spanKey);
            spans[indexOf(spanKey)] = span;
            spanCount++;
        }
        return span;
    }

    /** Gives one span back to a pool. */
    void drop(Span span, ChunkPool pool) {
        spans[indexOf(span.key())] = null;
        spanCount--;
        pool.giveBack(span);
    }

    /** Gives all spans back to a pool. */
    void dropAll(ChunkPool pool) {
        for (Span span : spans) {
            if (span != null) {
                drop(span, pool);
            }
        }
    }

    /** How many messages are not settled. */
    int unsettledCount() {
        int count = 0;
        for (Span span : spans) {
            count += span == null ? 0 : span.unsettledCount();
        }
        return count;
    }

    /** Takes the messages that are not settled. */
    interface Slots {
        /**
         * One of them.
         *
         * @param slot its number in the chunk, 0 to 1,023
         * @param span what is known of it
         * @param spanSlot its number in the span
         */
        void unsettled(int slot, Span span, int spanSlot);
    }

    /** Names every message that is not settled, in order of offset. */
    void forEachUnsettled(Slots each) {
        for (int i = 0; i < SPANS; i++) {
            Span span = spans[i];
            for (int slot = 0; span != null && slot < Span.SLOTS; slot++) {
                if (span.state[slot] != Span.SETTLED) {
                    each.unsettled(i << Span.OFFSET_BITS | slot, span, slot);
                }
            }
        }
    }

    private static int indexOf(long spanKey) {
        return (int) spanKey & (SPANS - 1);
    }
}
