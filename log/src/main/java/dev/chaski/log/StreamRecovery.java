package dev.chaski.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    }

    /**
     * Opens them.
     *
     * @return sealed segments, by offset
     * @throws IOException where the folder or a file in it cannot be read
     * @throws LogException NEWER_FORMAT
     */
    List<Segment> run() throws IOException, LogException {
        Map<SegmentName, Found> found = new TreeMap<>();
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

    private List<Segment> open(Map<SegmentName, Found> found) throws IOException, LogException {
        List<Segment> segments = new ArrayList<>();
        for (Map.Entry<SegmentName, Found> entry : found.entrySet()) {
            if (isHalfNamed(entry.getValue()) && !segments.isEmpty() && isLater(entry.getKey(), segments.getLast())) {
                removeHalf(entry.getKey());
                continue;
            }
            Found files = entry.getValue();
            @Nullable
            Segment segment =
                    new SegmentRecovery(context, stream, entry.getKey()).open(files.frames, files.side, files.cold);
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

    private static boolean isHalfNamed(Found files) {
        return (files.frames || files.cold) != files.side;
    }

    private static boolean isLater(SegmentName name, Segment found) {
        return found.name.block() == name.block();
    }

    /** A crash between the two names of a compacted segment: the one it was made of is still whole. */
    private void removeHalf(SegmentName name) throws IOException {
        Path folder = context.folder.stream(stream);
        context.disk.delete(folder.resolve(name.text() + SegmentName.FRAMES));
        context.disk.delete(folder.resolve(name.text() + SegmentName.SIDE));
    }
}
