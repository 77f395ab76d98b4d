package dev.chaski.log;

import java.io.IOException;

/** Finds deferred messages by the records of a stream's segments. Background threads; used once. */
final class DeferredSearch {
    private final long firstOffset;
    private final long lastOffset;
    private final StreamLog.DeferredSink sink;

    /** A search in a range of offsets, both ends included. */
    DeferredSearch(long firstOffset, long lastOffset, StreamLog.DeferredSink sink) {
        this.firstOffset = firstOffset;
        this.lastOffset = lastOffset;
        this.sink = sink;
    }

    /** Searches what is published in these segments. */
    void run(SegmentList segments, LogContext context) throws LogException {
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            if (segment.endOffset() > firstOffset && segment.firstOffset() <= lastOffset) {
                run(segment, context);
            }
        }
    }

    private void run(Segment segment, LogContext context) throws LogException {
        Mapping mapping;
        try {
            mapping = segment.mapping.acquire();
        } catch (IOException e) {
            if (segment.mapping.isGone()) {
                return; // freed or deleted meanwhile: nobody needs what was deferred in it
            }
            throw DiskFailure.of(context.disk, segment.files.sidePath(), "cannot read the records of", e);
        }
        try {
            run(segment, mapping);
        } catch (InternalError e) { // what a failed read of a mapped page becomes
            IOException cause = new IOException("a page of the file cannot be read", e);
            throw DiskFailure.of(context.disk, segment.files.sidePath(), "cannot read the records of", cause);
        } finally {
            mapping.release();
        }
    }

    private void run(Segment segment, Mapping mapping) {
        int records = segment.records();
        for (int record = mapping.find(firstOffset, records); record < records; record++) {
            int at = Mapping.recordAt(record);
            long first = mapping.side().getLong(at + SideFormat.FIRST_OFFSET_AT);
            if (first > lastOffset) {
                return;
            }
            long dueMs = mapping.side().getLong(at + SideFormat.DEFER_AT);
            long from = Math.max(first, firstOffset);
            long to = Math.min(mapping.endOffset(record) - 1, lastOffset);
            if (dueMs != 0 && from <= to && !segment.isBad(record)) {
                sink.deferred(from, (int) (to - from + 1), dueMs);
            }
        }
    }
}
