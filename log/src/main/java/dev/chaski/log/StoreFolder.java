package dev.chaski.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where everything is in a data folder, and the lock on it. Any thread.
 *
 * <pre>
 *  lock                             held while a process uses the folder
 *  format                           version of the layout, as text
 *  blocks                           all granted blocks are below the number in it
 *  streams/0003/0000000771/         stream 771; 256 streams to a folder
 *      0000a93f2-0.seg  .idx        frames and side file of a segment
 *  pool/                            files of freed segments, to be used again
 *  changes/                         the change log
 *  quarantine/                      damaged bytes, for a person to look at
 *  snapshots/                       what backups ask for, and are given
 * </pre>
 */
final class StoreFolder {
    static final int FORMAT = 1;

    static final String FORMAT_FILE = "format";
    static final String FORMAT_PREFIX = "chaski-log ";
    /** In a backup, which no broker may take for its folder. */
    static final String BACKUP_PREFIX = "chaski-backup ";
    /** While a backup is being restored. */
    static final String RESTORING = "chaski-restore unfinished";
    /** Of which this much is done: what was there before is out of the way. */
    static final String RESTORING_COPIES = RESTORING + ", copying";

    private static final int FORMAT_BYTES_MAX = 64;
    private static final int STREAMS_PER_FOLDER_SHIFT = 8;
    private static final int GROUP_DIGITS = 4;
    private static final int STREAM_DIGITS = 10;

    final Path root;
    private final Disk disk;
    private @Nullable FileChannel lockFile;

    StoreFolder(Path root, Disk disk) {
        this.root = root;
        this.disk = disk;
    }

    Path stream(int number) {
        return streams().resolve(group(number)).resolve(SegmentName.padded(number, 10, STREAM_DIGITS));
    }

    private static String group(int number) {
        return SegmentName.padded(number >>> STREAMS_PER_FOLDER_SHIFT, 10, GROUP_DIGITS);
    }

    private Path streams() {
        return root.resolve("streams");
    }

    Path pool() {
        return root.resolve("pool");
    }

    Path changes() {
        return root.resolve("changes");
    }

    Path quarantine() {
        return root.resolve("quarantine");
    }

    Path snapshots() {
        return root.resolve("snapshots");
    }

    Path blocks() {
        return root.resolve("blocks");
    }

    /** The numbers of the streams that have a folder, rising. */
    List<Integer> listStreams() throws IOException {
        List<Integer> numbers = new ArrayList<>();
        for (Path group : disk.list(streams())) {
            for (Path folder : disk.list(group)) {
                int number = numberOf(folder);
                if (number > 0 && group.endsWith(group(number))) {
                    numbers.add(number);
                }
            }
        }
        return numbers;
    }

    /** The number of a stream by its folder, 0 where that is none. */
    static int numberOf(Path folder) {
        try {
            String name = String.valueOf(folder.getFileName());
            return name.length() == STREAM_DIGITS ? Integer.parseInt(name) : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Makes the names of a stream's files durable, and its own. */
    void syncStream(int number) throws IOException {
        disk.syncFolder(stream(number));
        disk.syncFolder(streams().resolve(group(number)));
        disk.syncFolder(streams());
    }

    /** Takes the lock, makes what is missing, and checks the version. */
    void open() throws LogException {
        try {
            disk.makeFolder(root);
        } catch (IOException e) {
            throw DiskFailure.of(disk, root, "cannot make the data folder", e);
        }
        lock();
        try {
            checkFormat();
            disk.makeFolder(streams());
            disk.makeFolder(pool());
            disk.makeFolder(snapshots());
            disk.syncFolder(root);
        } catch (LogException e) {
            unlock();
            throw e;
        } catch (IOException e) {
            unlock();
            throw DiskFailure.of(disk, root, "cannot open the data folder", e);
        }
    }

    /** Takes the lock. */
    void lock() throws LogException {
        Path path = root.resolve("lock");
        try {
            FileChannel channel = FileChannel.open(
                    path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
            if (!tryLock(channel)) {
                String owner = Files.readString(path, StandardCharsets.US_ASCII).strip();
                channel.close();
                throw new LogException(
                        LogException.Kind.LOCKED,
                        "data folder " + root.toAbsolutePath() + " is in use by another process"
                                + (owner.isEmpty() ? "" : " (" + owner + ")")
                                + ": stop that one first, or give this one a folder of its own");
            }
            lockFile = channel;
            ByteBuffer owner = StandardCharsets.US_ASCII.encode(
                    "pid " + ProcessHandle.current().pid() + "\n");
            int ownerBytes = owner.remaining();
            channel.write(owner, 0);
            channel.truncate(ownerBytes); // now, not before: on a full disk its space would be gone
        } catch (IOException e) {
            throw DiskFailure.of(disk, path, "cannot lock the data folder with", e);
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            @Nullable FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // held by this very process
        }
    }

    private void checkFormat() throws IOException, LogException {
        Path path = root.resolve(FORMAT_FILE);
        String text = read(path);
        if (text.isEmpty() && disk.list(streams()).isEmpty()) {
            replace(path, StandardCharsets.US_ASCII.encode(FORMAT_PREFIX + FORMAT + "\n"));
            return;
        }
        refuseOther(text);
        int version = versionOf(text, FORMAT_PREFIX);
        if (version > FORMAT) {
            throw new LogException(
                    LogException.Kind.NEWER_FORMAT,
                    "data folder " + root.toAbsolutePath() + " has format " + version
                            + ", this version knows formats up to " + FORMAT + ": run the newer version that wrote it");
        }
        if (version < 1) {
            throw new LogException(
                    LogException.Kind.DAMAGED,
                    path + " does not say a format (\"" + FORMAT_PREFIX + FORMAT + "\") though the folder has streams:"
                            + " restore the file, or use another folder");
        }
    }

    private void refuseOther(String text) throws LogException {
        if (text.startsWith(BACKUP_PREFIX)) {
            throw new LogException(
                    LogException.Kind.DAMAGED,
                    root.toAbsolutePath() + " is a backup: bring it back with chaski restore, and use what that makes");
        }
        if (text.startsWith(RESTORING)) {
            throw new LogException(
                    LogException.Kind.DAMAGED,
                    root.toAbsolutePath() + " is half restored: run chaski restore --force again, to its end");
        }
    }

    /** The version that the folder, or a backup of one, says; or 0. */
    int format() throws IOException {
        String text = formatText();
        return Math.max(versionOf(text, FORMAT_PREFIX), versionOf(text, BACKUP_PREFIX));
    }

    /** The version of a folder that a broker may run on, or 0. */
    int liveFormat() throws IOException {
        return versionOf(formatText(), FORMAT_PREFIX);
    }

    /** The version of a backup, or 0. */
    int backupFormat() throws IOException {
        return versionOf(formatText(), BACKUP_PREFIX);
    }

    /** What the file says that tells the version; empty where it is missing. */
    String formatText() throws IOException {
        return disk.list(root).contains(root.resolve(FORMAT_FILE)) ? read(root.resolve(FORMAT_FILE)) : "";
    }

    private static int versionOf(String text, String prefix) {
        try {
            return text.startsWith(prefix)
                    ? Integer.parseInt(text.substring(prefix.length()).strip())
                    : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private String read(Path path) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(FORMAT_BYTES_MAX);
        try (DiskFile file = disk.open(path)) {
            file.read(bytes, 0);
        }
        return StandardCharsets.US_ASCII.decode(bytes.flip()).toString();
    }

    /** Replaces a small file durably: it has the old bytes or the new ones at every moment. */
    void replace(Path path, ByteBuffer bytes) throws IOException {
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        try (DiskFile file = disk.open(fresh)) {
            file.resize(0);
            file.write(bytes, 0);
            file.sync();
        }
        disk.move(fresh, path);
        disk.syncFolder(root);
    }

    /** Gives the lock back. */
    void unlock() {
        FileChannel channel = lockFile;
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e); // the system takes the lock back with the process at last
            }
        }
    }
}
