package dev.chaski.log.inspect;

import dev.chaski.log.FolderView;
import dev.chaski.log.FolderView.SegmentEntry;
import dev.chaski.log.SegmentView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Looks through the segments of streams. Used once, by one thread. */
final class StreamsLook {
    private final FolderView folder;
    private final boolean verifies;
    private final Progress progress;
    private final List<Damage> damage;
    private long allBytes;
    private long doneBytes;

    StreamsLook(FolderView folder, boolean verifies, Progress progress, List<Damage> damage) {
        this.folder = folder;
        this.verifies = verifies;
        this.progress = progress;
        this.damage = damage;
    }

    List<StreamReport> run(Predicate<Integer> wanted) throws IOException {
        List<Integer> numbers = folder.streams().stream().filter(wanted).toList();
        for (int number : numbers) {
            for (SegmentEntry entry : folder.segments(number)) {
                allBytes += size(entry);
            }
        }
        List<StreamReport> streams = new ArrayList<>();
        for (int number : numbers) {
            streams.add(look(number));
        }
        return streams;
    }

    private static long size(SegmentEntry entry) throws IOException {
        try {
            return Files.size(entry.framesPath());
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    private StreamReport look(int number) throws IOException {
        List<SegmentReport> segments = new ArrayList<>();
        for (SegmentEntry entry : folder.segments(number)) {
            try (SegmentView view = folder.open(entry)) {
                if (view != null && view.state() != SegmentView.State.FREED) {
                    long before = doneBytes;
                    SegmentLook look = new SegmentLook(entry, view, verifies, bytes -> {
                        doneBytes += bytes;
                        progress.at(doneBytes, allBytes, number);
                    });
                    segments.add(look.run());
                    damage.addAll(look.damage());
                    doneBytes = before + size(entry);
                }
            }
            progress.at(doneBytes, allBytes, number);
        }
        return new StreamReport(number, List.copyOf(segments));
    }
}
