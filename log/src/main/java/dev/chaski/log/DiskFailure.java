package dev.chaski.log;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells a full disk from a broken one. No state. */
final class DiskFailure {
    /** With less room than this, a failed write is put down to a full disk whatever the system's words. */
    private static final long NO_ROOM_BYTES = 64 << 10;

    private DiskFailure() {}

    /**
     * Turns what the operating system said into what the operator reads.
     *
     * @param disk where it happened
     * @param path the file or folder
     * @param what what was tried, as in "cannot append to"
     * @param cause what the operating system said
     * @return FULL or IO
     */
    static LogException of(Disk disk, Path path, String what, IOException cause) {
        if (isFull(disk, path, cause)) {
            return new LogException(
                    LogException.Kind.FULL,
                    what + " " + path + ": the disk is full; make room on its file system",
                    cause);
        }
        return new LogException(
                LogException.Kind.IO,
                what + " " + path + ": " + cause.getMessage() + "; check the disk and the system's log",
                cause);
    }

    /**
     * What an operator can cure without a loss: access to a file that was denied, or too few descriptors. Then nothing
     * is damaged, and nothing may be set aside.
     *
     * @param path what could not be opened
     * @param cause what the operating system said
     * @return why the store is not opened, or null where the cause is another
     */
    static @Nullable LogException curable(Path path, IOException cause) {
        if (cause instanceof AccessDeniedException) {
            return new LogException(
                    LogException.Kind.IO,
                    "cannot open " + path + ": access to " + cause.getMessage()
                            + " is denied; let this user read and write everything in the data folder, and start again",
                    cause);
        }
        if (SparingDisk.saysTooMany(cause.getMessage())) {
            return new LogException(
                    LogException.Kind.IO,
                    "cannot open " + path + ": " + cause.getMessage()
                            + "; raise the limit of open files (ulimit -n), and start again",
                    cause);
        }
        return null;
    }

    private static boolean isFull(Disk disk, Path path, IOException cause) {
        if (saysFull(cause.getMessage())) {
            return true;
        }
        // The system's words are in its own language: look at the room as well.
        Path folder = path.toAbsolutePath().getParent();
        try {
            return folder != null && disk.usableBytes(folder) < NO_ROOM_BYTES;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean saysFull(@Nullable String message) {
        if (message == null) {
            return false;
        }
        String lower = message.toLowerCase(Locale.ROOT);
        return lower.contains("no space left") || lower.contains("quota exceeded");
    }
}
