package dev.chaski.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Opens the segments that earlier processes left in the folder of one stream. Used once, by one thread. */
final class StreamRecovery {
    private final LogContext context;
    private final int stream;

    StreamRecovery(LogContext context, int stream) {
        this.context = context;
        this.stream = stream;
    }

    /** Which files of a segment are there. */
    private static final class Found {
        boolean frames;
        boolean side;
        boolean cold;

        List<Path> paths(Path base) {
            List<Path> paths = new ArrayList<>();
            add(frames, base, SegmentName.FRAMES, paths);
            add(side, base, SegmentName.SIDE, paths);
            add(cold, base, SegmentName.COLD, paths);
            return paths;
        }

        private static void add(boolean isThere, Path base, String ending, List<Path> paths) {
            if (isThere) {
                paths.add(base.resolveSibling(base.getFileName() + ending));
            }
        }
    }

    /**
     * Opens them.
     *
     * @return sealed segments, by offset
     * @throws IOException where the folder cannot be read
     * @throws LogException NEWER_FORMAT, or IO where access is denied or descriptors are too few
     */
    List<Segment> run() throws IOException, LogException {
        NavigableMap<SegmentName, Found> found = new TreeMap<>();
        Path folder = context.folder.stream(stream);
        List<Path> entries = context.disk.list(folder);
        if (entries.isEmpty()) {
            context.disk.makeFolder(folder); // fails where something else is in its place
            context.disk.delete(folder); // what a deleted stream left
        }
        for (Path file : entries) {
            if (file.toString().endsWith(SegmentRewrite.UNFINISHED)) {
                context.disk.delete(file);
                continue;
            }
            SegmentName name = SegmentName.of(file);
            if (name != null) {
                Found files = found.computeIfAbsent(name, any -> new Found());
                if (file.toString().endsWith(SegmentName.SIDE)) {
                    files.side = true;
                } else if (file.toString().endsWith(SegmentName.COLD)) {
                    files.cold = true;
                } else {
                    files.frames = true;
                }
            }
        }
        return open(found);
    }

    private List<Segment> open(NavigableMap<SegmentName, Found> found) throws LogException {
        List<Segment> segments = new ArrayList<>();
        for (Map.Entry<SegmentName, Found> entry : found.entrySet()) {
            SegmentName name = entry.getKey();
            boolean isLeftOver = isHalfNamed(entry.getValue())
                    && (!segments.isEmpty() && isLater(name, segments.getLast()) || isReplaced(name, found));
            @Nullable Segment segment = open(name, entry.getValue(), isLeftOver);
            if (segment == null) {
                continue;
            }
            // Of one block the later generation counts: it came to its name only when it was complete.
            if (!segments.isEmpty() && segments.getLast().name.block() == segment.name.block()) {
                segments.removeLast().retire();
            }
            segments.add(segment);
        }
        return segments;
    }

    /** One segment that cannot be read costs its own messages, not those of the others. */
    private @Nullable Segment open(SegmentName name, Found files, boolean isLeftOver) throws LogException {
        try {
            if (isLeftOver) {
                removeHalf(name);
                return null;
            }
            return new SegmentRecovery(context, stream, name).open(files.frames, files.side, files.cold);
        } catch (IOException e) {
            Path base = context.folder.stream(stream).resolve(name.text());
            LogException curable = DiskFailure.curable(base, e);
            if (curable != null) {
                throw curable;
            }
            context.quarantine.setAside(
                    base + " cannot be read (" + e + "), so its messages are lost",
                    String.valueOf(stream),
                    files.paths(base));
            return null;
        }
    }

    /** Whether a segment of the same block was completed after it: then its own files were being removed. */
    private static boolean isReplaced(SegmentName name, NavigableMap<SegmentName, Found> found) {
        Map.Entry<SegmentName, Found> later = found.higherEntry(name);
        return later != null && later.getKey().block() == name.block() && !isHalfNamed(later.getValue());
    }

    private static boolean isHalfNamed(Found files) {
        return (files.frames || files.cold) != files.side;
    }

    private static boolean isLater(SegmentName name, Segment found) {
        return found.name.block() == name.block();
    }

    /** A crash between the two names of a compacted segment, or of the one it was made of: the other is whole. */
    private void removeHalf(SegmentName name) throws IOException {
        Path folder = context.folder.stream(stream);
        context.disk.delete(folder.resolve(name.text() + SegmentName.FRAMES));
        context.disk.delete(folder.resolve(name.text() + SegmentName.SIDE));
    }
}
