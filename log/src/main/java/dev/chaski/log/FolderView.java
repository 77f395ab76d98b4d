package dev.chaski.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A data folder as somebody sees it who only looks, without its lock, perhaps while a broker runs on it. Any thread;
 * holds no state.
 */
public final class FolderView {
    private final StoreFolder folder;
    private final Disk disk = Disk.readOnly();

    /**
     * Looks into a folder.
     *
     * @param root the data folder
     */
    public FolderView(Path root) {
        this.folder = new StoreFolder(root, disk);
    }

    /**
     * One segment of a stream.
     *
     * @param stream number of the stream
     * @param block the block whose messages it holds
     * @param generation how often it was compacted
     * @param framesPath the file of its frames
     */
    public record SegmentEntry(int stream, long block, int generation, Path framesPath) {}

    /**
     * The records of one generation of the change log.
     *
     * @param generation its number, rising
     * @param file the file
     * @param fileBytes its length, with what is reserved
     * @param records good records
     * @param endPosition where the last good record ends
     * @param syncedPosition records that end at or below it were fsynced
     * @param tornBytes bytes after the last good record that are no zeros
     * @param damage what is wrong with it, or null
     */
    public record Generation(
            long generation,
            Path file,
            long fileBytes,
            long records,
            long endPosition,
            long syncedPosition,
            long tornBytes,
            @Nullable String damage) {}

    /**
     * The version of the folder's layout.
     *
     * @return 1 or more; 0 where the folder does not tell, and so is none of ours
     * @throws IOException where its file cannot be read
     */
    public int format() throws IOException {
        return folder.format();
    }

    /**
     * The newest version of the layout that this program knows.
     *
     * @return 1 or more
     */
    public static int formatMax() {
        return StoreFolder.FORMAT;
    }

    /**
     * The streams that have a folder.
     *
     * @return numbers, rising
     * @throws IOException where a folder cannot be read
     */
    public List<Integer> streams() throws IOException {
        return folder.listStreams();
    }

    /**
     * The segments of a stream: of each block the one that was compacted last.
     *
     * @param stream its number
     * @return segments, by offset
     * @throws IOException where the folder cannot be read
     */
    public List<SegmentEntry> segments(int stream) throws IOException {
        Map<Long, SegmentEntry> found = new TreeMap<>();
        for (Path file : disk.list(folder.stream(stream))) {
            SegmentName name = SegmentName.of(file);
            if (name != null) {
                boolean isCold = file.toString().endsWith(SegmentName.COLD);
                Path frames = isCold ? file : file.resolveSibling(name.text() + SegmentName.FRAMES);
                SegmentEntry entry = new SegmentEntry(stream, name.block(), name.generation(), frames);
                found.merge(name.block(), entry, FolderView::counting);
            }
        }
        return List.copyOf(found.values());
    }

    /** The one that was compacted more often, and of two files with the same frames the compressed one. */
    private static SegmentEntry counting(SegmentEntry a, SegmentEntry b) {
        if (a.generation() != b.generation()) {
            return a.generation() > b.generation() ? a : b;
        }
        return a.framesPath().toString().endsWith(SegmentName.COLD) ? a : b;
    }

    /**
     * Opens a segment.
     *
     * @param entry which
     * @return a view, to be closed; null where the segment is gone by now
     * @throws IOException where it cannot be read
     */
    public @Nullable SegmentView open(SegmentEntry entry) throws IOException {
        SegmentName name = new SegmentName(entry.block(), entry.generation());
        return SegmentView.open(disk, folder.stream(entry.stream()), name);
    }

    /**
     * Reads the change log. A generation that a running broker drops meanwhile is passed over.
     *
     * @param replay takes the good records
     * @return the generations, oldest first
     * @throws IOException where a file cannot be read
     * @throws LogException what taking a record throws
     */
    public List<Generation> changes(ChangeLog.Replay replay) throws IOException, LogException {
        List<Long> numbers = ChangeRecovery.generations(disk, folder.changes());
        List<Generation> generations = new ArrayList<>();
        for (long number : numbers) {
            Path path = folder.changes().resolve(ChangeFormat.fileName(number));
            try (DiskFile file = disk.open(path)) {
                Generation generation = read(path, file, number, number == numbers.getLast(), replay);
                if (generation.damage() != null && !disk.list(folder.changes()).contains(path)) {
                    continue; // dropped, and written over, while it was read
                }
                generations.add(generation);
            } catch (NoSuchFileException e) {
                continue; // dropped since the list was made
            }
        }
        return generations;
    }

    private static Generation read(Path path, DiskFile file, long number, boolean isNewest, ChangeLog.Replay replay)
            throws IOException, LogException {
        ByteBuffer page = ByteBuffer.allocate(ChangeFormat.HEADER_BYTES);
        file.read(page, 0);
        return switch (ChangeFormat.readHeader(page.flip(), number)) {
            case ChangeFormat.Header.Newer newer ->
                new Generation(
                        number,
                        path,
                        file.sizeBytes(),
                        0,
                        0,
                        0,
                        0,
                        "written by a newer version (" + newer.version() + ")");
            case ChangeFormat.Header.Broken _ ->
                new Generation(number, path, file.sizeBytes(), 0, 0, 0, 0, "its first page makes no sense");
            case ChangeFormat.Header.Valid valid -> read(path, file, number, isNewest, valid.synced(), replay);
        };
    }

    private static Generation read(
            Path path, DiskFile file, long number, boolean isNewest, long synced, ChangeLog.Replay replay)
            throws IOException, LogException {
        ChangeScan scan = new ChangeScan(file, number);
        long records = 0;
        while (scan.next()) {
            replay.record(number, scan.record());
            records++;
        }
        long end = scan.position();
        boolean isTorn = scan.end() == ChangeScan.End.TORN;
        long torn = isTorn ? scan.lastNonZero(end) + 1 - end : 0;
        String damage = null;
        if (end < synced) {
            damage = "records after byte " + end + " make no sense, though those up to byte " + synced + " were synced";
        } else if (isTorn && !isNewest) {
            damage = "records after byte " + end + " make no sense, though a newer generation exists";
        }
        return new Generation(number, path, file.sizeBytes(), records, end, synced, torn, damage);
    }

    /**
     * What is wrong with the file that remembers which ids were granted.
     *
     * @return one line, or null
     * @throws IOException where it cannot be read
     */
    public @Nullable String blocksDamage() throws IOException {
        return streams().isEmpty() || BlockGrants.limitIn(folder) >= 0
                ? null
                : "it is missing or damaged: message ids go on above those found";
    }

    /**
     * The segment that a file belongs to.
     *
     * @param file a file of a data folder
     * @return the segment; null where it is none's
     */
    public static @Nullable SegmentEntry entryOf(Path file) {
        SegmentName name = SegmentName.of(file);
        Path parent = file.getParent();
        int stream = parent == null ? 0 : StoreFolder.numberOf(parent);
        return name == null || stream < 1 ? null : new SegmentEntry(stream, name.block(), name.generation(), file);
    }

    /**
     * What was set aside as damaged.
     *
     * @return files and folders, sorted
     * @throws IOException where the folder cannot be read
     */
    public List<Path> quarantine() throws IOException {
        return disk.list(folder.quarantine());
    }
}
