package dev.chaski.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A snapshot as a backup reads it. Any thread; holds no state that changes. */
public final class SnapshotView {
    private final Path root;
    private final StoreFolder folder;
    private final SnapshotCut cut;
    private final Disk disk = Disk.readOnly();

    private SnapshotView(Path root, SnapshotCut cut) {
        this.root = root;
        this.folder = new StoreFolder(root, disk);
        this.cut = cut;
    }

    /**
     * Opens a snapshot.
     *
     * @param root its folder
     * @return the snapshot
     * @throws IOException where its list cannot be read or is not whole
     */
    public static SnapshotView open(Path root) throws IOException {
        String text = Files.readString(root.resolve(SnapshotCut.FILE), StandardCharsets.US_ASCII);
        return new SnapshotView(root, SnapshotCut.read(text));
    }

    /**
     * When it was taken.
     *
     * @return milliseconds since 1970
     */
    public long momentMs() {
        return cut.momentMs();
    }

    /**
     * How many messages its segments hold, those included that compaction dropped.
     *
     * @return 0 or more
     */
    public long messages() {
        return cut.parts().stream().mapToLong(part -> part.all().messages()).sum();
    }

    /**
     * What a backup of it consists of, but for the file that says the format. A file comes after its proof.
     *
     * @return files
     * @throws IOException where a folder cannot be read
     */
    public List<SnapshotFile> files() throws IOException {
        List<SnapshotFile> files = new ArrayList<>();
        for (SnapshotCut.Part part : cut.parts()) {
            addSegment(files, part);
        }
        addChanges(files);
        for (String name : List.of("blocks", "catalog")) {
            Path source = root.resolve(name);
            if (Files.exists(source)) {
                files.add(plain(source, null, Files.size(source), null, false));
            }
        }
        return files;
    }

    private SnapshotFile plain(
            Path source, SnapshotFile.@Nullable Head head, long bytes, @Nullable String proof, boolean isFinal) {
        return new SnapshotFile(relative(source), source, head, bytes, proof, isFinal);
    }

    private String relative(Path source) {
        StringBuilder path = new StringBuilder();
        for (Path name : root.relativize(source)) {
            path.append(path.isEmpty() ? "" : "/").append(name);
        }
        return path.toString();
    }

    private void addSegment(List<SnapshotFile> files, SnapshotCut.Part part) throws IOException {
        Path base = folder.stream(part.stream()).resolve(part.name().text());
        Path side = base.resolveSibling(base.getFileName() + SegmentName.SIDE);
        long sideBytes = Math.min(
                SideFormat.recordPosition(part.all().records()), Math.max(Files.size(side), SideFormat.HEADER_BYTES));
        files.add(plain(side, source -> sideHead(source, part), sideBytes, null, false));
        boolean isOpen = part.state() == SnapshotCut.State.OPEN;
        String ending = part.state() == SnapshotCut.State.COLD ? SegmentName.COLD : SegmentName.FRAMES;
        Path frames = base.resolveSibling(base.getFileName() + ending);
        long bytes = isOpen ? Math.min(part.all().bytes(), Files.size(frames)) : Files.size(frames);
        files.add(plain(frames, null, bytes, relative(side), !isOpen));
    }

    /** The page as it is, but sealed at the end of what counts. */
    private static ByteBuffer sideHead(DiskFile source, SnapshotCut.Part part) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(SideFormat.HEADER_BYTES);
        ByteBuffer identity = ByteBuffer.allocate(SideFormat.IDENTITY_BYTES);
        source.read(identity, 0);
        page.put(0, identity, 0, identity.position());
        page.put(
                SideFormat.checkpointPosition(part.all().sequence()),
                SideFormat.encode(part.all(), part.name().block()),
                0,
                SideFormat.CHECKPOINT_BYTES);
        return page;
    }

    private void addChanges(List<SnapshotFile> files) throws IOException {
        for (long generation : ChangeRecovery.generations(disk, folder.changes())) {
            Path source = folder.changes().resolve(ChangeFormat.fileName(generation));
            boolean isNewest = generation == cut.changes().generation();
            files.add(
                    isNewest
                            ? plain(source, _ -> changesHead(), cut.changes().end(), null, false)
                            : plain(source, null, Files.size(source), null, false));
        }
    }

    private ByteBuffer changesHead() {
        ByteBuffer page = ChangeFormat.header(cut.changes().generation());
        ByteBuffer mark = ChangeFormat.syncedMark(
                cut.changes().generation(), cut.changes().end());
        return page.put(ChangeFormat.SYNCED_AT, mark, 0, ChangeFormat.SYNCED_BYTES);
    }
}
