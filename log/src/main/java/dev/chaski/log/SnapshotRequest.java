package dev.chaski.log;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of a data folder, taken by the broker that runs on it, or here where none runs. It holds the space of its
 * files until it is closed; what another that was killed left behind is removed. Owned by one thread, but for
 * {@link #close}.
 */
public final class SnapshotRequest implements AutoCloseable {
    private static final int POLL_MS = 20;
    /** How often it is tried whether the broker still holds the folder. */
    private static final long TRY_NS = TimeUnit.SECONDS.toNanos(1);

    private final Path root;
    private final Path folder;
    private final String name;
    private final FileChannel lock;

    private SnapshotRequest(Path root, FileChannel lock) {
        this.root = root;
        this.folder = root.resolve("snapshots");
        this.name = ProcessHandle.current().pid() + "-" + System.currentTimeMillis();
        this.lock = lock;
    }

    /**
     * Prepares to ask. One at a time for a data folder.
     *
     * @param root the data folder
     * @return to be closed
     * @throws LogException where it is no data folder, another backup is under way, or it cannot be written
     */
    public static SnapshotRequest begin(Path root) throws LogException {
        checkFolder(root);
        Path folder = root.resolve("snapshots");
        try {
            Files.createDirectories(folder); // of a broker of a version without it
            FileChannel lock = FileChannel.open(
                    folder.resolve(Snapshots.LOCK),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    LinkOption.NOFOLLOW_LINKS);
            if (!tryLock(lock)) {
                lock.close();
                throw new LogException(
                        LogException.Kind.LOCKED, "another backup of " + root + " is under way: wait until it is done");
            }
            SnapshotRequest request = new SnapshotRequest(root, lock);
            request.removeAll();
            return request;
        } catch (IOException e) {
            throw DiskFailure.of(Disk.real(), folder, "cannot ask for a snapshot in", e);
        }
    }

    private static void checkFolder(Path root) throws LogException {
        try {
            int format = new StoreFolder(root, Disk.readOnly()).liveFormat();
            if (format < 1) {
                throw new LogException(
                        LogException.Kind.DAMAGED,
                        root + " is no data folder: name the one that the broker was given as --data-path");
            }
        } catch (IOException e) {
            throw new LogException(LogException.Kind.IO, "cannot read " + root, e);
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

    /**
     * Has the snapshot taken.
     *
     * @param waitMs how long a broker may take to answer, in milliseconds
     * @return the snapshot, complete
     * @throws LogException where it was refused or not answered
     * @throws InterruptedException where the thread is to end
     */
    public SnapshotView take(long waitMs) throws LogException, InterruptedException {
        Path request = folder.resolve(name + Snapshots.REQUEST);
        try {
            Files.createFile(request);
            await(request, waitMs);
            return SnapshotView.open(folder.resolve(name));
        } catch (IOException e) {
            throw DiskFailure.of(Disk.real(), folder, "cannot take a snapshot in", e);
        }
    }

    private void await(Path request, long waitMs) throws IOException, LogException, InterruptedException {
        long startNs = System.nanoTime();
        long triedNs = startNs - TRY_NS;
        while (!isAnswered()) {
            long nowNs = System.nanoTime();
            if (nowNs - triedNs >= TRY_NS) {
                triedNs = nowNs;
                if (takeHere()) {
                    continue;
                }
            }
            if (!Files.exists(request) && !isAnswered()) {
                throw new LogException(LogException.Kind.IO, "the broker could not take a snapshot: see its log");
            }
            if (nowNs - startNs > TimeUnit.MILLISECONDS.toNanos(waitMs)) {
                Files.deleteIfExists(request);
                throw new LogException(
                        LogException.Kind.IO,
                        "the process that holds " + root + " has not taken a snapshot within " + waitMs / 1000
                                + " s: is it stopped, or a version without backups?");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    private boolean isAnswered() throws IOException, LogException {
        Path failed = folder.resolve(name + Snapshots.FAILED);
        if (Files.exists(failed)) {
            throw new LogException(
                    LogException.Kind.IO,
                    "the broker could not take a snapshot: " + Files.readString(failed, StandardCharsets.UTF_8));
        }
        return Files.isDirectory(folder.resolve(name));
    }

    /** Takes it where no broker runs, of what the next start would find; false where one does. */
    private boolean takeHere() throws LogException, InterruptedException {
        if (isHeld(root)) {
            return false;
        }
        checkOwner();
        try (LogStore store = LogStore.open(LogConfig.of(root), Disk.real(), System::currentTimeMillis)) {
            store.changes().replay((generation, record) -> {});
            store.answerSnapshots(SnapshotMoment.Step::run);
            return true;
        } catch (LogException e) {
            if (e.kind() == LogException.Kind.LOCKED) {
                return false; // it has just started
            }
            throw e;
        }
    }

    /** Looks at the lock without making anything in the folder. */
    private static boolean isHeld(Path root) throws LogException {
        Path path = root.resolve("lock");
        if (!Files.exists(path)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            return !tryLock(channel);
        } catch (IOException e) {
            throw DiskFailure.of(Disk.real(), path, "cannot look at", e);
        }
    }

    /** Files that another user makes here would keep the broker from starting. */
    private void checkOwner() throws LogException {
        try {
            String owner = Files.getOwner(root).getName();
            String user = System.getProperty("user.name", owner);
            boolean isPosix = Files.getFileStore(root).supportsFileAttributeView("posix");
            if (isPosix && !owner.equals(user)) {
                throw new LogException(
                        LogException.Kind.IO,
                        root + " belongs to " + owner + " and no broker runs on it: run this as " + owner
                                + ", else files would be " + user + "'s and the broker could not open them");
            }
        } catch (IOException e) {
            throw new LogException(LogException.Kind.IO, "cannot read " + root, e);
        }
    }

    /** What others left that were killed: they no longer hold the lock. */
    private void removeAll() throws IOException {
        for (Path each : Disk.real().list(folder)) {
            if (!each.endsWith(Snapshots.LOCK)) {
                remove(each);
            }
        }
    }

    /** Follows no link out of the folder. */
    private static void remove(Path path) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(path)) {
            all = walk.toList().reversed();
        }
        for (Path each : all) {
            Files.deleteIfExists(each);
        }
    }

    /**
     * Removes the snapshot, with its hold on the space of its files. Any thread.
     *
     * @throws LogException where it cannot be removed
     */
    @Override
    public synchronized void close() throws LogException {
        if (!lock.isOpen()) {
            return;
        }
        try {
            Files.deleteIfExists(folder.resolve(name + Snapshots.REQUEST));
            removeAll();
            lock.close();
        } catch (IOException e) {
            throw DiskFailure.of(Disk.real(), folder, "cannot remove a snapshot in", e);
        }
    }
}
