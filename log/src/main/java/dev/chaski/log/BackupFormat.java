package dev.chaski.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file by which a folder says that it is a backup, and which keeps a broker from taking it for its own. No state. */
public final class BackupFormat {
    /** Its name. */
    public static final String NAME = StoreFolder.FORMAT_FILE;

    private BackupFormat() {}

    /**
     * What is in it.
     *
     * @return its bytes
     */
    public static ByteBuffer file() {
        return StandardCharsets.US_ASCII.encode(StoreFolder.BACKUP_PREFIX + StoreFolder.FORMAT + "\n");
    }

    /**
     * Whether a folder is a backup, whole or not.
     *
     * @param folder the folder
     * @return true where it says so
     * @throws IOException where it cannot be read
     */
    public static boolean isOne(Path folder) throws IOException {
        return Files.isRegularFile(folder.resolve(NAME)) && new StoreFolder(folder, Disk.readOnly()).backupFormat() > 0;
    }

    /**
     * Refuses a backup whose files this version does not know.
     *
     * @param backup its folder
     * @throws IOException where it cannot be read
     * @throws LogException NEWER_FORMAT, or DAMAGED where it is no backup
     */
    public static void check(Path backup) throws IOException, LogException {
        int version = new StoreFolder(backup, Disk.readOnly()).backupFormat();
        if (version > StoreFolder.FORMAT) {
            throw new LogException(
                    LogException.Kind.NEWER_FORMAT,
                    backup + " has format " + version + ", this version knows formats up to " + StoreFolder.FORMAT
                            + ": use the version that made it");
        }
        if (version < 1) {
            throw new LogException(
                    LogException.Kind.DAMAGED, backup + " is no backup: name a folder that chaski backup has made");
        }
    }
}
