package dev.chaski.engine;

import dev.chaski.log.LogReader;
import dev.chaski.log.Region;
import java.util.function.LongSupplier;

/**
 * What a channel has still to deliver: the log from its read offset on, and what is {@link Pending} below it. Confined to
 * the channel's loop.
 */
final class Backlog {
    /** Bytes of one slice: enough to amortise a write, little enough that many consumers get their turn. */
    private static final int SLICE_BYTES_MAX = 256 << 10;

    /** Takes one slice of the log. */
    interface Slices {
        /** Takes {@code count} adjacent messages; see {@link Consumer#deliver}. */
        void deliver(Region region, int position, int length, int count, int attempts);
    }

    private final Topic topic;
    private final LongSupplier wallMs;
    private final LogReader reader;
    final Pending pending;
    final Redelivery redelivery;
    final FarDeferrals far;
    /** What was imported for other channels. */
    final OffsetRanges passed;

    private boolean isPeeked;
    private long readOffset;

    Backlog(Topic topic, Cursor start, ChunkPool pool, LongSupplier wallMs, Runnable wake) {
        this.topic = topic;
        this.wallMs = wallMs;
        this.pending = new Pending(pool, topic.keepsPublishTimes(), wallMs);
        this.redelivery = new Redelivery(topic, pending, wake);
        this.far = start.far();
        this.passed = start.passed();
        this.readOffset = start.readOffset();
        this.reader = topic.log().reader(readOffset, wake);
        start.forEachUnsettled(pending::recover);
    }

    long readOffset() {
        return readOffset;
    }

    long deferredCount() {
        return pending.deferredCount() + far.count();
    }

    /** Whether a message may be handed over now. */
    boolean canServe() {
        return redelivery.canServe() || peekNew();
    }

    /** Messages that could be handed over now, as far as is known without reading. */
    long ready() {
        return pending.waitingCount() + topic.unread(readOffset, passed);
    }

    /** Whether a message of the log may be handed over now. Deferred ones on the way are put aside. */
    boolean peekNew() {
        while (isPeeked || advance()) {
            if (reader.offset() >= topic.limit()) {
                return false;
            }
            long wanted = passed.pass(topic.emptied().pass(reader.offset()));
            if (wanted != reader.offset()) {
                passOver(wanted);
                continue;
            }
            long deferUntilMs = reader.deferUntilMs();
            if (deferUntilMs == 0 || !putAside(deferUntilMs)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Hands over the next messages of the log, as many as lie side by side.
     *
     * @return how many, 0 where there is none now
     */
    @SuppressWarnings("ReferenceEquality") // a slice lies in one segment
    int deliverNew(int countMax, Subscription to, long deadlineMs, Slices slices) {
        if (!peekNew()) {
            return 0;
        }
        Region region = reader.region();
        region.retain();
        try {
            long first = reader.offset();
            int position = reader.position();
            int length = 0;
            int count = 0;
            do {
                length += reader.frameBytes();
                count++;
                takePeeked();
            } while (count < countMax
                    && length < SLICE_BYTES_MAX
                    && peekNew()
                    && reader.offset() == first + count
                    && reader.region() == region
                    && reader.position() == position + length);
            pending.deliver(first, count, to, deadlineMs);
            pending.notePublishTimes(region, position, first, count);
            slices.deliver(region, position, length, count, 1);
            return count;
        } finally {
            region.release();
        }
    }

    /** Passes over the next message of the log, which then counts as finished; only after {@link #peekNew}. */
    void skipNew() {
        takePeeked();
    }

    /** Forgets everything below an offset and goes on from there. */
    void restart(long offset) {
        pending.clear();
        far.restart(offset);
        passOver(offset);
    }

    /** Drops readers, and with them every hold on segments. */
    void close() {
        reader.close();
        pending.forgetWaiting();
        redelivery.rest();
    }

    /** Goes on at an offset where it has not read so far; what is unsettled below stays. */
    private void passOver(long offset) {
        far.passOver(readOffset, offset);
        readOffset = offset;
        isPeeked = false;
        reader.seek(offset);
    }

    /** Defers the message that the reader stands on, unless it is due and near. */
    private boolean putAside(long dueMs) {
        long nowMs = wallMs.getAsLong();
        long offset = reader.offset();
        boolean isFar = far.take(offset, dueMs, nowMs);
        if (!isFar && dueMs <= nowMs) {
            return false;
        }
        takePeeked();
        if (!isFar) {
            pending.defer(offset, dueMs);
        }
        return true;
    }

    private boolean advance() {
        isPeeked = reader.advance() == LogReader.Step.MESSAGE;
        return isPeeked;
    }

    private void takePeeked() {
        readOffset = reader.offset() + 1;
        isPeeked = false;
    }
}
