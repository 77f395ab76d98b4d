package dev.chaski.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of freed segments, kept to be used again: writing over pages that exist costs less than half of writing fresh
 * ones. Any thread; the lock guards the lists and is never held over I/O.
 */
final class SegmentPool {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentPool.class);
    private static final int IN_USE_RETRY_MS = 100;

    private final LogContext context;
    private final Map<Long, Deque<Spare>> spares = new HashMap<>(); // by room for frames
    private long spareBytes;
    private long lastNumber;

    SegmentPool(LogContext context) {
        this.context = context;
    }

    /**
     * Two files that are nobody's.
     *
     * @param frames file with room for frames
     * @param side side file
     * @param capacityBytes length of the frames' file
     */
    record Spare(Path frames, Path side, long capacityBytes) {}

    /** Takes what an earlier process left in the pool's folder, and removes what is no pair. */
    void open() throws IOException {
        Path folder = context.folder.pool();
        List<Path> files = context.disk.list(folder);
        for (Path file : files) {
            String name = String.valueOf(file.getFileName());
            boolean isFrames = name.endsWith(SegmentName.FRAMES);
            String base = isFrames || name.endsWith(SegmentName.SIDE) ? name.substring(0, name.length() - 4) : "";
            boolean paired = !base.isEmpty()
                    && files.contains(folder.resolve(base + (isFrames ? SegmentName.SIDE : SegmentName.FRAMES)));
            if (!paired) {
                context.disk.delete(file);
            } else if (isFrames) {
                adopt(file, folder.resolve(base + SegmentName.SIDE), numberOf(base));
            }
        }
    }

    private void adopt(Path frames, Path side, long number) throws IOException {
        long bytes;
        try (DiskFile file = context.disk.open(frames)) {
            bytes = file.sizeBytes();
        }
        lastNumber = Math.max(lastNumber, number);
        if (!add(new Spare(frames, side, bytes))) {
            context.disk.delete(frames);
            context.disk.delete(side);
        }
    }

    private static long numberOf(String base) {
        try {
            return Long.parseLong(base);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private synchronized boolean add(Spare spare) {
        if (!fits(spare.capacityBytes)) {
            return false;
        }
        spares.computeIfAbsent(spare.capacityBytes, size -> new ArrayDeque<>()).add(spare);
        spareBytes += spare.capacityBytes;
        return true;
    }

    private synchronized boolean fits(long capacityBytes) {
        return SegmentSizes.isRegular(context.config, capacityBytes)
                && spareBytes + capacityBytes <= context.config.recycledBytesMax();
    }

    /** Files with exactly this room, now the caller's; null where there are none. */
    synchronized @Nullable Spare take(long capacityBytes) {
        Deque<Spare> fitting = spares.get(capacityBytes);
        Spare spare = fitting == null ? null : fitting.poll();
        if (spare != null) {
            spareBytes -= capacityBytes;
        }
        return spare;
    }

    private synchronized long nextNumber() {
        return ++lastNumber;
    }

    /** Bytes of the files kept. */
    synchronized long bytes() {
        return spareBytes;
    }

    /** Takes or removes the files of a segment that nobody holds any more; later, on another thread. */
    void reuse(Segment segment) {
        context.background(() -> reuseNow(segment));
    }

    private void reuseNow(Segment segment) {
        try {
            mark(segment);
            if (!segment.files.closeForGood()) {
                context.backgroundIn(IN_USE_RETRY_MS, TimeUnit.MILLISECONDS, () -> reuseNow(segment));
                return;
            }
            Path frames = segment.files.framesPath();
            Path side = segment.files.sidePath();
            if (isReusable(segment)) {
                keep(frames, side, segment.capacityBytes);
            } else {
                context.disk.delete(frames);
                if (segment.mapping.isCold()) {
                    context.disk.delete(segment.files.coldPath());
                }
                context.disk.delete(side);
            }
        } catch (IOException e) {
            LOG.warn("cannot free a segment, the next start will file={} error={}", segment, e.toString());
        }
    }

    /** The files do not go at one moment: what a crash leaves of them must not look like a loss. */
    private static void mark(Segment segment) {
        try {
            segment.checkpoints.markFreedUnsynced();
        } catch (IOException e) {
            LOG.debug("cannot mark a segment as freed segment={} error={}", segment, e.toString());
        }
    }

    private boolean isReusable(Segment segment) throws IOException {
        return !segment.mapping.isCold()
                && (segment.isComplete() || hasFullLength(segment))
                && !segment.checkpoints.isBroken()
                && !context.health.isFull()
                && fits(segment.capacityBytes)
                && !context.disk.hasOtherNames(segment.files.framesPath())
                && !context.disk.hasOtherNames(segment.files.sidePath());
    }

    /** What was opened from an earlier process may have been cut to size. */
    private boolean hasFullLength(Segment segment) throws IOException {
        try (DiskFile file = context.disk.open(segment.files.framesPath())) {
            return file.sizeBytes() == segment.capacityBytes;
        }
    }

    private void keep(Path frames, Path side, long capacityBytes) throws IOException {
        String name = SegmentName.padded(nextNumber(), 10, 12);
        Path folder = context.folder.pool();
        Path keptFrames = folder.resolve(name + SegmentName.FRAMES);
        Path keptSide = folder.resolve(name + SegmentName.SIDE);
        context.disk.move(frames, keptFrames); // first: a side file alone never looks like a loss
        context.disk.move(side, keptSide);
        if (!add(new Spare(keptFrames, keptSide, capacityBytes))) {
            context.disk.delete(keptFrames);
            context.disk.delete(keptSide);
        }
    }

    /** Removes every file kept: when the disk is full, they are the first to go. */
    void drain() throws IOException {
        for (Spare spare = takeAny(); spare != null; spare = takeAny()) {
            context.disk.delete(spare.frames);
            context.disk.delete(spare.side);
        }
    }

    private synchronized @Nullable Spare takeAny() {
        for (Deque<Spare> same : spares.values()) {
            Spare spare = same.poll();
            if (spare != null) {
                spareBytes -= spare.capacityBytes;
                return spare;
            }
        }
        return null;
    }
}
