package dev.chaski.log.backup;

import dev.chaski.log.BackupFormat;
import dev.chaski.log.Disk;
import dev.chaski.log.DiskFile;
import dev.chaski.log.SnapshotFile;
import dev.chaski.log.SnapshotView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Writes a backup of a snapshot: under a name that says that it is not finished, the manifest last, and gives it its own
 * when all of it is durable. Of a file that is not written any more it takes a second name, as long as that works: of the
 * one in an earlier backup, which then is not read, or of the snapshot's. Used once, by one thread.
 */
public final class Backup {
    private static final String UNFINISHED = ".unfinished";

    private final SnapshotView snapshot;
    private final Path target;
    private final Path unfinished;
    private final Disk disk;
    private final BackupProgress progress;
    private final @Nullable Path earlier;
    private final @Nullable Manifest earlierManifest;

    private final Map<String, Manifest.Entry> entries = new LinkedHashMap<>();
    private final Set<Path> folders = new LinkedHashSet<>();
    /** They are fsynced together at the end: the first then does most of the work for all. */
    private final List<Path> copies = new ArrayList<>();
    /** Files that are in the earlier backup as they are now. */
    private final Set<String> unchanged = new HashSet<>();

    private boolean canLinkEarlier = true;
    private boolean canLinkSource = true;
    private long allBytes;
    private long doneBytes;
    private long copiedBytes;
    private long linkedBytes;
    private long keptBytes;

    /**
     * A backup to be written.
     *
     * @param snapshot what of
     * @param target a folder that does not exist
     * @param earlier a whole backup of an earlier time to share files with, or null
     * @param disk the file layer to write to
     * @param progress told how far it is
     * @throws IOException where the earlier one cannot be read
     */
    public Backup(SnapshotView snapshot, Path target, @Nullable Path earlier, Disk disk, BackupProgress progress)
            throws IOException {
        this.snapshot = snapshot;
        this.target = target;
        this.unfinished = unfinished(target);
        this.disk = disk;
        this.progress = progress;
        this.earlier = earlier;
        this.earlierManifest = earlier == null ? null : Manifest.read(earlier);
    }

    /**
     * What a backup is called until it is whole.
     *
     * @param target what it is to be called
     * @return a folder beside it
     */
    public static Path unfinished(Path target) {
        return target.resolveSibling(target.getFileName() + UNFINISHED);
    }

    /**
     * Refuses a place where a backup cannot go; removes what one that was killed has left there.
     *
     * @param target the folder to be
     * @throws IOException where something is there
     */
    public static void checkTarget(Path target) throws IOException {
        if (Files.exists(target)) {
            throw new IOException(target + " exists: each backup is a folder of its own, name one that does not");
        }
        Path unfinished = unfinished(target);
        if (Files.exists(unfinished)) {
            if (!BackupFormat.isOne(unfinished)) {
                throw new IOException(unfinished + " is in the way: move it");
            }
            Trees.remove(unfinished);
        }
    }

    /**
     * The newest whole backup beside a place.
     *
     * @param target where one is to be
     * @return a folder, or null
     * @throws IOException where the folder cannot be read
     */
    public static @Nullable Path newestBeside(Path target) throws IOException {
        Path parent = target.toAbsolutePath().getParent();
        Path newest = null;
        Instant newestAt = Instant.MIN;
        for (Path path : parent == null ? List.<Path>of() : Disk.real().list(parent)) {
            if (BackupFormat.isOne(path) && Manifest.isIn(path)) {
                Instant madeAt = madeAt(path);
                if (madeAt.isAfter(newestAt)) {
                    newest = path;
                    newestAt = madeAt;
                }
            }
        }
        return newest;
    }

    private static Instant madeAt(Path backup) {
        try {
            return Manifest.read(backup).madeAt();
        } catch (IOException e) {
            return Instant.MIN; // damaged: nothing is shared with it
        }
    }

    /**
     * Writes it.
     *
     * @param dataFolder what is said of where it comes from
     * @param version what is said of who made it
     * @param now what is said of when
     * @return what became of it
     * @throws IOException where a file cannot be read or written: what was written is removed, where that works
     */
    public BackupReport write(String dataFolder, String version, Instant now) throws IOException {
        checkTarget(target);
        boolean isDone = false;
        try {
            begin();
            for (SnapshotFile file : snapshot.files()) {
                allBytes += file.bytes();
            }
            for (SnapshotFile file : snapshot.files()) {
                add(file);
            }
            Manifest manifest =
                    new Manifest(now, version, snapshot.momentMs(), snapshot.messages(), dataFolder, entries);
            for (Path copy : copies) {
                sync(copy);
            }
            writeWhole(Manifest.FILE, StandardCharsets.UTF_8.encode(manifest.text()));
            for (Path folder : folders) {
                disk.syncFolder(folder);
            }
            disk.move(unfinished, target);
            disk.syncFolder(parent(target));
            isDone = true;
            return new BackupReport(
                    snapshot.momentMs(),
                    snapshot.messages(),
                    entries.size(),
                    manifest.bytes(),
                    copiedBytes,
                    linkedBytes,
                    keptBytes);
        } finally {
            if (!isDone) {
                removeQuietly();
            }
        }
    }

    private void sync(Path copy) throws IOException {
        try (DiskFile file = disk.open(copy)) {
            file.sync();
        }
    }

    private static Path parent(Path path) {
        Path parent = path.toAbsolutePath().getParent();
        return parent == null ? path : parent;
    }

    private void begin() throws IOException {
        makeFolder(unfinished);
        ByteBuffer format = BackupFormat.file();
        CRC32C crc = new CRC32C();
        crc.update(format.duplicate());
        entries.put(BackupFormat.NAME, new Manifest.Entry(BackupFormat.NAME, format.remaining(), (int) crc.getValue()));
        copiedBytes += format.remaining();
        writeWhole(BackupFormat.NAME, format);
    }

    /** Makes a folder, which is fsynced at the end. */
    private void makeFolder(Path folder) throws IOException {
        Path missing = folder;
        while (!missing.equals(parent(unfinished)) && folders.add(missing)) {
            missing = parent(missing);
        }
        disk.makeFolderUnsynced(folder);
    }

    private void writeWhole(String name, ByteBuffer bytes) throws IOException {
        try (DiskFile file = disk.open(unfinished.resolve(name))) {
            file.write(bytes, 0);
            file.sync();
        }
    }

    private void add(SnapshotFile file) throws IOException {
        Path copy = unfinished.resolve(file.path());
        makeFolder(parent(copy));
        Manifest.Entry known = known(file);
        if (known != null && linkEarlier(known, copy)) {
            entries.put(known.path(), known);
            keptBytes += known.bytes();
            done(file, file.bytes());
        } else if (file.isFinal() && linkSource(file, copy)) {
            entries.put(file.path(), new Manifest.Entry(file.path(), file.bytes(), crcOf(file, true)));
            linkedBytes += file.bytes();
        } else {
            copy(file, copy);
        }
    }

    /** What the earlier backup has of it, where that is the same. */
    private Manifest.@Nullable Entry known(SnapshotFile file) throws IOException {
        Manifest.Entry entry = earlierManifest == null ? null : earlierManifest.entry(file.path());
        if (entry == null || !canLinkEarlier) {
            return null;
        }
        if (file.proof() != null) {
            return unchanged.contains(file.proof()) ? entry : null;
        }
        boolean isSame = file.path().startsWith("streams/")
                && entry.bytes() == file.bytes()
                && entry.crc() == crcOf(file, false);
        if (isSame) {
            unchanged.add(file.path());
        }
        return isSame ? entry : null;
    }

    private boolean linkEarlier(Manifest.Entry known, Path copy) {
        Path file = earlier == null ? null : earlier.resolve(known.path());
        try {
            canLinkEarlier = file != null && Files.size(file) == known.bytes();
            if (canLinkEarlier && file != null) {
                disk.link(file, copy);
            }
        } catch (IOException e) {
            canLinkEarlier = false; // on another file system, or it has been removed
        }
        return canLinkEarlier;
    }

    private boolean linkSource(SnapshotFile file, Path copy) {
        if (canLinkSource) {
            try {
                disk.link(file.source(), copy);
            } catch (IOException e) {
                canLinkSource = false; // on another file system
            }
        }
        return canLinkSource;
    }

    private int crcOf(SnapshotFile file, boolean counts) throws IOException {
        CRC32C crc = new CRC32C();
        file.read((chunk, position) -> {
            int bytes = chunk.remaining();
            crc.update(chunk);
            done(file, counts ? bytes : 0);
        });
        return (int) crc.getValue();
    }

    private void copy(SnapshotFile source, Path copy) throws IOException {
        CRC32C crc = new CRC32C();
        try (DiskFile file = disk.open(copy)) {
            source.read((chunk, position) -> {
                int bytes = chunk.remaining();
                crc.update(chunk.duplicate());
                file.write(chunk, position);
                done(source, bytes);
            });
        }
        copies.add(copy);
        copiedBytes += source.bytes();
        entries.put(source.path(), new Manifest.Entry(source.path(), source.bytes(), (int) crc.getValue()));
    }

    private void done(SnapshotFile file, long bytes) {
        doneBytes += bytes;
        progress.at(doneBytes, allBytes, file.path());
    }

    private void removeQuietly() {
        try {
            Trees.remove(unfinished);
        } catch (IOException e) {
            // It has no manifest, so nobody takes it for whole; the next backup of this name removes it.
            progress.at(doneBytes, allBytes, unfinished + " could not be removed");
        }
    }
}
