package dev.chaski.log;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Frees a stream's segments that nobody needs, and has sparse ones compacted. Background threads. */
final class StreamFreeing {
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
        try {
            segment.checkpoints.markFreed();
        } catch (IOException e) {
            if (instead != null) {
                instead.retire();
            }
            if (segment.mapping.isGone()) {
                return; // freed by another thread meanwhile
            }
            throw DiskFailure.of(context.disk, segment.files.sidePath(), "cannot free segment", e);
        }
        Segment gone = stream.exchange(segment, instead) ? segment : instead;
        if (gone != null) {
            gone.retire(); // else it was freed, or the stream deleted, meanwhile: what was to replace it is not needed
        }
    }
}
