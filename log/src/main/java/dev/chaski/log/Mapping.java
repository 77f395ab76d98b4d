package dev.chaski.log;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The mapped bytes of a segment and the count of those who read them. Any thread. Born with one hold, its segment's; who
 * gives back the last one has it unmapped by another thread.
 *
 * <p>Which records may be read without waiting for the disk is kept in groups of {@link #GROUP_RECORDS}: the loader
 * marks them, readers look.
 */
final class Mapping implements Region {
    static final int GROUP_SHIFT = 4;
    static final int GROUP_RECORDS = 1 << GROUP_SHIFT;

    private static final VarHandle READY = MethodHandles.arrayElementVarHandle(byte[].class);

    private final Arena arena;
    private final MemorySegment frameBytes;
    private final ByteBuffer frames;
    private final ByteBuffer side;
    private final Executor unmapper;
    private final Runnable whenUnmapped;
    private final AtomicInteger holds = new AtomicInteger(1);
    private final int readyFrom;
    private final byte[] ready;

    /** Passes of the housekeeper through which nobody held it; the housekeeper's own. */
    int unusedPasses;

    /**
     * A mapping.
     *
     * @param arena whose closing unmaps the bytes
     * @param frameBytes the frames
     * @param side the side file, records in order of offset from {@link SideFormat#HEADER_BYTES} on
     * @param readyFrom records from this one on may be read at once
     * @param unmapper runs the closing
     * @param whenUnmapped run after the closing
     */
    Mapping(
            Arena arena,
            MemorySegment frameBytes,
            ByteBuffer side,
            int readyFrom,
            Executor unmapper,
            Runnable whenUnmapped) {
        this.arena = arena;
        this.frameBytes = frameBytes;
        this.frames = frameBytes.asByteBuffer().asReadOnlyBuffer();
        this.side = side;
        this.readyFrom = readyFrom;
        this.ready = new byte[(readyFrom + GROUP_RECORDS - 1) >>> GROUP_SHIFT];
        this.unmapper = unmapper;
        this.whenUnmapped = whenUnmapped;
    }

    @Override
    public ByteBuffer bytes() {
        return frames;
    }

    @Override
    public long address() {
        return frameBytes.address();
    }

    /** The side file. */
    ByteBuffer side() {
        return side;
    }

    @Override
    public void retain() {
        if (!tryRetain()) {
            throw new IllegalStateException("retained after the last release");
        }
    }

    /** Retains unless it is being unmapped. */
    boolean tryRetain() {
        int now = holds.get();
        while (now > 0) {
            if (holds.compareAndSet(now, now + 1)) {
                return true;
            }
            now = holds.get();
        }
        return false;
    }

    @Override
    public void release() {
        int left = holds.decrementAndGet();
        if (left == 0) {
            unmapper.execute(this::unmap);
        } else if (left < 0) {
            throw new IllegalStateException("released more often than retained");
        }
    }

    private void unmap() {
        arena.close();
        whenUnmapped.run();
    }

    /** Whether somebody besides the segment holds it. */
    boolean isRead() {
        return holds.get() > 1;
    }

    /** Whether a record may be read without waiting for the disk. */
    boolean isReady(int record) {
        return record >= readyFrom || (byte) READY.getAcquire(ready, record >>> GROUP_SHIFT) != 0;
    }

    /** Marks the group of a record as ready. */
    void markReady(int record) {
        int group = record >>> GROUP_SHIFT;
        if (group < ready.length) {
            READY.setRelease(ready, group, (byte) 1);
        }
    }

    /** Records from this one on are always ready. */
    int readyFrom() {
        return readyFrom;
    }

    /** One more than the last offset of a record. */
    long endOffset(int record) {
        int at = recordAt(record);
        return side.getLong(at + SideFormat.FIRST_OFFSET_AT) + side.getShort(at + SideFormat.COUNT_AT);
    }

    /**
     * The first record that reaches beyond an offset, by binary search.
     *
     * @param offset where to look
     * @param records how many there are
     * @return its index; {@code records} where there is none
     */
    int find(long offset, int records) {
        int low = 0;
        int high = records;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (endOffset(middle) > offset) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** Where a record begins in {@link #side}. */
    static int recordAt(int record) {
        return SideFormat.HEADER_BYTES + record * SideFormat.RECORD_BYTES;
    }
}
