package dev.chaski.log.backup;

import dev.chaski.log.BackupFormat;
import dev.chaski.log.Disk;
import dev.chaski.log.DiskFile;
import dev.chaski.log.FolderView;
import dev.chaski.log.FolderView.SegmentEntry;
import dev.chaski.log.LogException;
import dev.chaski.log.RestoreTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Brings a backup back: copies every file into a data folder and compares its checksum on the way. Until it is through, no
 * broker starts on the folder. Used once, by one thread.
 */
public final class Restore {
    private static final int CHUNK_BYTES = 1 << 20;
    /** What the folder gets of its own, and not from the backup. */
    private static final Set<String> OWN = Set.of(BackupFormat.NAME, "blocks");

    private final Path backup;
    private final Disk disk;
    private final BackupProgress progress;
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
    private final List<String> damage = new ArrayList<>();
    private final Set<Path> folders = new LinkedHashSet<>();
    private final List<Path> copies = new ArrayList<>();
    private long allBytes;
    private long doneBytes;

    /**
     * What became of a restore.
     *
     * @param manifest of the backup
     * @param setAside where what was in the folder before is now, or null
     * @param damage what is wrong with the backup: a line for each file
     */
    public record Report(Manifest manifest, @Nullable Path setAside, List<String> damage) {}

    /**
     * A restore.
     *
     * @param backup the backup's folder; only read
     * @param disk the file layer to write to
     * @param progress told how far it is
     */
    public Restore(Path backup, Disk disk, BackupProgress progress) {
        this.backup = backup;
        this.disk = disk;
        this.progress = progress;
    }

    /**
     * Runs it.
     *
     * @param folder the data folder to be
     * @param isForced whether what is in it is set aside; else it must be empty
     * @param toleratesDamage whether files go on to be copied where one is damaged: the broker then serves what is whole
     * @param nowMs the time, milliseconds since 1970
     * @param random for the ids to begin with
     * @return what became of it
     * @throws IOException where a file cannot be read or written, or is damaged: the folder then is half restored, and
     *     no broker starts on it
     * @throws LogException where the backup is none, or the folder not empty, or in use
     */
    public Report run(Path folder, boolean isForced, boolean toleratesDamage, long nowMs, RandomGenerator random)
            throws IOException, LogException {
        BackupFormat.check(backup);
        Manifest manifest = Manifest.read(backup);
        if (folder.toAbsolutePath()
                .normalize()
                .startsWith(backup.toAbsolutePath().normalize())) {
            throw new IOException(folder + " is in the backup itself: name another folder");
        }
        try (RestoreTarget target = RestoreTarget.open(folder, isForced, disk, nowMs)) {
            allBytes = manifest.bytes();
            checkRoom(target.root());
            for (Manifest.Entry entry : manifest.entries().values()) {
                restore(entry, target.root(), toleratesDamage);
            }
            for (Path copy : copies) { // together: the first fsync then does most of the work for all
                sync(copy);
            }
            for (Path each : folders) {
                disk.syncFolder(each);
            }
            target.finish(backup, newestBlock(manifest), nowMs, random);
            return new Report(manifest, target.setAside(), List.copyOf(damage));
        }
    }

    private void sync(Path copy) throws IOException {
        try (DiskFile file = disk.open(copy)) {
            file.sync();
        }
    }

    private static long newestBlock(Manifest manifest) {
        long newest = 0;
        for (String path : manifest.entries().keySet()) {
            SegmentEntry segment = FolderView.entryOf(Path.of(path));
            newest = Math.max(newest, segment == null ? 0 : segment.block());
        }
        return newest;
    }

    private void checkRoom(Path folder) throws IOException {
        long room = disk.usableBytes(folder);
        if (room < allBytes) {
            throw new IOException("there is no room in " + folder + ": the backup has " + allBytes + " bytes, and only "
                    + room + " are free");
        }
    }

    private void restore(Manifest.Entry entry, Path root, boolean toleratesDamage) throws IOException {
        String wrong = copy(entry, root);
        if (wrong == null) {
            return;
        }
        String line = backup.resolve(entry.path()) + " is damaged: " + wrong;
        if (!toleratesDamage) {
            throw new IOException(line + "; chaski verify tells what it concerns, --allow-damage brings back the rest");
        }
        damage.add(line);
    }

    /** Copies a file; returns what is wrong with it, or null. */
    private @Nullable String copy(Manifest.Entry entry, Path root) throws IOException {
        try (DiskFile source = Disk.readOnly().open(backup.resolve(entry.path()))) {
            if (OWN.contains(entry.path())) {
                return copy(entry, source, null);
            }
            Path copy = root.resolve(entry.path());
            makeFolder(root, copy);
            copies.add(copy);
            try (DiskFile target = disk.open(copy)) {
                return copy(entry, source, target);
            }
        } catch (NoSuchFileException e) {
            return "it is missing";
        }
    }

    /** Copies to a file, or to nowhere, and compares. */
    private @Nullable String copy(Manifest.Entry entry, DiskFile source, @Nullable DiskFile target) throws IOException {
        CRC32C crc = new CRC32C();
        long at = 0;
        while (source.read(chunk.clear(), at) > 0) {
            int bytes = chunk.flip().remaining();
            crc.update(chunk.duplicate());
            if (target != null) {
                target.write(chunk, at);
            }
            at += bytes;
            doneBytes += bytes;
            progress.at(doneBytes, allBytes, entry.path());
        }
        if (at != entry.bytes()) {
            return "it has " + at + " bytes, not " + entry.bytes();
        }
        return (int) crc.getValue() == entry.crc() ? null : "it does not match the checksum of the manifest";
    }

    /** Makes the folder of a file; it and those above it are fsynced at the end. */
    private void makeFolder(Path root, Path file) throws IOException {
        Path parent = file.getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            disk.makeFolderUnsynced(parent);
        }
        while (parent != null && folders.add(parent) && !parent.equals(root)) {
            parent = parent.getParent();
        }
    }
}
