package dev.chaski.log;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Maps the files of a segment. What this process did not write itself is first looked over: where the records do not
 * follow one another, a repaired copy of them takes their place. Loading threads.
 */
final class SegmentMapper {
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
        } finally {
            files.done();
        }
    }

    private ByteBuffer mapSide(DiskFile side, Arena arena) throws IOException {
        return side.map(SideFormat.recordPosition(segment.recordsMax), arena).asByteBuffer();
    }

    private ByteBuffer checkedSide(DiskFile side, MemorySegment frames, Arena arena) throws IOException {
        long bytes = Math.min(side.sizeBytes(), SideFormat.recordPosition(segment.recordsMax));
        ByteBuffer mapped = side.map(bytes, arena).asByteBuffer();
        @Nullable
        ByteBuffer repaired = new SideCheck(segment, mapped, frames.asByteBuffer(), context.quarantine).repair();
        return repaired == null ? mapped : repaired;
    }
}
