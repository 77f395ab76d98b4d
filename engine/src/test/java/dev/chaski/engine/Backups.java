package dev.chaski.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chaski.log.Disk;
import dev.chaski.log.LogException;
import dev.chaski.log.SnapshotRequest;
import dev.chaski.log.backup.Backup;
import dev.chaski.log.backup.BackupProgress;
import dev.chaski.log.backup.BackupReport;
import dev.chaski.log.backup.Restore;
import dev.chaski.log.backup.Verification;
import dev.chaski.log.inspect.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;

/** Backs data folders up and brings them back, as the commands do. */
final class Backups {
    private Backups() {}

    /** A backup of a folder, sharing files with the newest beside it; the broker on it takes the snapshot. */
    static BackupReport take(Path folder, Path target) throws IOException, LogException, InterruptedException {
        try (SnapshotRequest request = SnapshotRequest.begin(folder)) {
            return new Backup(
                            request.take(60_000), target, Backup.newestBeside(target), Disk.real(), BackupProgress.NONE)
                    .write(folder.toString(), "test", Instant.now());
        }
    }

    static void assertClean(Path folder) throws LogException {
        assertThat(new Verification(folder, BackupProgress.NONE, Progress.NONE)
                        .run()
                        .damage())
                .as("damage in %s", folder)
                .isEmpty();
    }

    static void restore(Path backup, Path folder) throws IOException, LogException {
        Restore.Report report = new Restore(backup, Disk.real(), BackupProgress.NONE)
                .run(folder, false, false, System.currentTimeMillis(), new Random());
        assertThat(report.damage()).isEmpty();
    }
}
