package dev.chaski.log;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maps the files of a segment. What this process did not write itself is first looked over: where the records do not
 * follow one another, or cannot be read, a repaired copy of them takes their place. Loading threads.
 */
final class SegmentMapper {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentMapper.class);
    private static final int PAGE_BYTES = 4096;

    private final LogContext context;
    private final Segment segment;

    SegmentMapper(LogContext context, Segment segment) {
        this.context = context;
        this.segment = segment;
    }

    /**
     * Maps.
     *
     * @param readyFrom records from this one on need no loading
     * @param whenUnmapped run when it is unmapped
     * @throws IOException where the files cannot be opened or mapped, or a page that must be looked at cannot be read
     */
    Mapping map(int readyFrom, Runnable whenUnmapped) throws IOException {
        Arena arena = Arena.ofShared();
        SegmentFiles files = segment.files;
        files.use();
        try {
            long frameBytes =
                    segment.own ? segment.capacityBytes : files.frames().sizeBytes();
            MemorySegment frames = files.frames().map(Math.min(frameBytes, segment.capacityBytes), arena);
            ByteBuffer side = segment.own ? mapSide(files.side(), arena) : checkedSide(files.side(), frames, arena);
            return new Mapping(arena, frames, side, readyFrom, context.unmapper(), whenUnmapped);
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        } catch (InternalError e) { // what a failed read of a mapped page becomes
            arena.close();
            throw new IOException("a page of the segment cannot be read", e);
        } finally {
            files.done();
            closeUnneeded(files);
        }
    }

    /** What is mapped needs no descriptor, and nothing more is written to what is sealed. */
    private void closeUnneeded(SegmentFiles files) {
        if (segment.isSealed() && segment.checkpoints.isSettled()) {
            files.closeQuietly();
        }
    }

    private ByteBuffer mapSide(DiskFile side, Arena arena) throws IOException {
        return side.map(SideFormat.recordPosition(segment.recordsMax), arena).asByteBuffer();
    }

    private ByteBuffer checkedSide(DiskFile side, MemorySegment frames, Arena arena) throws IOException {
        long bytes = Math.min(side.sizeBytes(), SideFormat.recordPosition(segment.recordsMax));
        ByteBuffer mapped = side.map(bytes, arena).asByteBuffer();
        try {
            return checked(mapped, frames);
        } catch (InternalError e) { // what a failed read of a mapped page becomes
            LOG.error(
                    "pages of a side file cannot be read, their messages are skipped file={}",
                    segment.files.sidePath());
            return checked(readable(mapped), frames);
        }
    }

    private ByteBuffer checked(ByteBuffer side, MemorySegment frames) {
        @Nullable
        ByteBuffer repaired = new SideCheck(segment, side, frames.asByteBuffer(), context.quarantine).repair();
        return repaired == null ? side : repaired;
    }

    /** A copy with zeros, which are no record, in the place of pages that cannot be read. */
    private static ByteBuffer readable(ByteBuffer mapped) {
        ByteBuffer copy = ByteBuffer.allocateDirect(mapped.capacity());
        for (int at = 0; at < mapped.capacity(); at += PAGE_BYTES) {
            try {
                copy.put(at, mapped, at, Math.min(PAGE_BYTES, mapped.capacity() - at));
            } catch (InternalError e) {
                LOG.debug("a page cannot be read position={}", at);
            }
        }
        return copy;
    }
}
