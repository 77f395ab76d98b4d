package dev.chaski.log.backup;

import dev.chaski.log.BackupFormat;
import dev.chaski.log.Disk;
import dev.chaski.log.DiskFile;
import dev.chaski.log.FolderView;
import dev.chaski.log.FolderView.SegmentEntry;
import dev.chaski.log.LogException;
import dev.chaski.log.inspect.Damage;
import dev.chaski.log.inspect.FolderReport;
import dev.chaski.log.inspect.Inspector;
import dev.chaski.log.inspect.Progress;
import dev.chaski.wire.MessageId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Checks every checksum of a data folder, also while a broker runs on it, or of a backup: there those of whole files,
 * too. Changes nothing. Used once, by one thread.
 */
public final class Verification {
    private static final int CHUNK_BYTES = 1 << 20;

    private final Path folder;
    private final BackupProgress files;
    private final Progress records;
    private final List<Damage> damage = new ArrayList<>();
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
    private long doneBytes;

    /**
     * What was found.
     *
     * @param isBackup whether it is a backup
     * @param manifest of the backup; null for a data folder, and where it cannot be read
     * @param content what is in it; null where nothing can be told
     * @param damage all that is damaged
     */
    public record Report(
            boolean isBackup,
            @Nullable Manifest manifest,
            @Nullable FolderReport content,
            List<Damage> damage) {
        /**
         * Whether everything is as it was written.
         *
         * @return false where something is damaged
         */
        public boolean isClean() {
            return damage.isEmpty();
        }
    }

    /**
     * A verification.
     *
     * @param folder a data folder or a backup
     * @param files told how far it is with whole files
     * @param records told how far it is with records
     */
    public Verification(Path folder, BackupProgress files, Progress records) {
        this.folder = folder;
        this.files = files;
        this.records = records;
    }

    /**
     * Runs it.
     *
     * @return what was found
     * @throws LogException where the folder is neither a data folder nor a backup, or a file cannot be read
     */
    public Report run() throws LogException {
        try {
            boolean isBackup = BackupFormat.isOne(folder) || Manifest.isIn(folder);
            Manifest manifest = isBackup ? readManifest() : null;
            if (manifest != null) {
                long allBytes = manifest.bytes();
                for (Manifest.Entry entry : manifest.entries().values()) {
                    check(entry, allBytes);
                }
            }
            FolderReport content = look();
            return new Report(isBackup, manifest, content, List.copyOf(damage));
        } catch (IOException e) {
            throw new LogException(LogException.Kind.IO, "cannot read " + folder, e);
        }
    }

    private @Nullable Manifest readManifest() {
        try {
            return Manifest.read(folder);
        } catch (IOException e) {
            damage.add(Damage.of(folder.resolve(Manifest.FILE), String.valueOf(e.getMessage())));
            return null;
        }
    }

    /** Of a folder whose format file is among the damage nothing more can be told. */
    private @Nullable FolderReport look() throws LogException {
        try {
            FolderReport report = Inspector.open(folder).look(any -> true, true, records);
            damage.addAll(report.damage());
            return report;
        } catch (LogException e) {
            if (damage.isEmpty()) {
                throw e;
            }
            return null;
        }
    }

    private void check(Manifest.Entry entry, long allBytes) throws IOException {
        Path path = folder.resolve(entry.path());
        try (DiskFile file = Disk.readOnly().open(path)) {
            CRC32C crc = new CRC32C();
            long at = 0;
            while (file.read(chunk.clear(), at) > 0) {
                at += chunk.flip().remaining();
                doneBytes += chunk.remaining();
                crc.update(chunk);
                files.at(doneBytes, allBytes, entry.path());
            }
            if (at != entry.bytes()) {
                add(path, "it has " + at + " bytes, not " + entry.bytes() + " as the manifest says");
            } else if ((int) crc.getValue() != entry.crc()) {
                add(path, "it does not match the checksum of the manifest");
            }
        } catch (NoSuchFileException e) {
            add(path, "the file is missing");
        }
    }

    private void add(Path path, String what) {
        SegmentEntry segment = FolderView.entryOf(path);
        damage.add(
                segment == null
                        ? Damage.of(path, what)
                        : new Damage(
                                path,
                                segment.stream(),
                                MessageId.firstOffset(segment.block()),
                                MessageId.firstOffset(segment.block() + 1),
                                0,
                                what));
    }
}
