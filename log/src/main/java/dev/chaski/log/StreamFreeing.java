package dev.chaski.log;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Frees a stream's segments that nobody needs, and has sparse ones compacted. Background threads. */
final class StreamFreeing {
    private static final Logger LOG = LoggerFactory.getLogger(StreamFreeing.class);

    private final LogContext context;
    private final StreamLog stream;

    StreamFreeing(LogContext context, StreamLog stream) {
        this.context = context;
        this.stream = stream;
    }

    /** Frees what it can; see {@link StreamLog#free}. */
    void free(Need need) throws LogException {
        SegmentList list = stream.segments();
        int newest = newestSafe(list);
        for (int i = 0; i < list.size() && !stream.isDeleted(); i++) {
            Segment segment = list.get(i);
            if (!segment.isSealed() || !segment.checkpoints.isSettled()) {
                continue;
            }
            int needed = need.needed(segment.firstOffset(), segment.endOffset() - 1);
            if (needed == 0 && i != newest) {
                need.makeDurable();
                replace(segment, null);
            } else if (needed == 0 && segment.records() > 0) {
                need.makeDurable();
                replace(segment, hollow(segment));
            } else if (needed != Need.ALL && !segment.checkpoints.isBroken()) {
                context.compactor.offer(stream, segment, need, needed);
            }
        }
    }

    /** The newest segment that has synced messages: it keeps the end of the stream from being forgotten. */
    private static int newestSafe(SegmentList list) {
        for (int i = list.size() - 1; i >= 0; i--) {
            Segment segment = list.get(i);
            boolean synced =
                    segment.isSealed() ? segment.checkpoints.isSettled() : segment.checkpoints.syncedRecords() > 0;
            if (segment.messages() > 0 && synced && !segment.checkpoints.isBroken()) {
                return i;
            }
        }
        return -1;
    }

    private Segment hollow(Segment old) throws LogException {
        try {
            return context.maker.makeHollow(old);
        } catch (IOException e) {
            throw DiskFailure.of(context.disk, old.files.sidePath(), "cannot free segment", e);
        }
    }

    /** Takes a segment out, or puts another of its block in its place; its files go when nobody reads them any more. */
    void replace(Segment segment, @Nullable Segment instead) throws LogException {
        context.exchanging.lock();
        try {
            replaceNow(segment, instead);
        } finally {
            context.exchanging.unlock();
        }
    }

    private void replaceNow(Segment segment, @Nullable Segment instead) throws LogException {
        // Before the mark: from it on a start removes the old one. Unmarked, the later generation wins.
        if (instead != null && !stream.exchange(segment, instead)) {
            instead.retire(); // the old one was freed, or the stream deleted, meanwhile
            return;
        }
        try {
            segment.checkpoints.markFreed();
        } catch (IOException e) {
            if (instead == null && segment.mapping.isGone()) {
                return; // freed by another thread meanwhile
            }
            if (instead == null) {
                throw DiskFailure.of(context.disk, segment.files.sidePath(), "cannot free segment", e);
            }
            LOG.warn("cannot mark a segment as freed, its successor counts segment={} error={}", segment, e.toString());
        }
        if (instead != null || stream.exchange(segment, null)) {
            if (instead == null) {
                context.figures.freed(segment.bytes());
            }
            segment.retire();
        }
    }
}
