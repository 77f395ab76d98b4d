package dev.chaski.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A data folder that is being restored. While it is open its lock is held, and until it is finished its format file says
 * so: no broker starts on it, whatever became of the restore. Owned by one thread.
 */
public final class RestoreTarget implements AutoCloseable {
    /**
     * How far above all known blocks a restored folder begins: who was backed up has granted others since, ahead of the
     * clock where it made many segments at a time. 24 days of the clock.
     */
    private static final long BLOCKS_APART = 1L << 24;

    /** And at random among so many more, 97 days, so that two that were restored from one backup do not meet. */
    private static final long BLOCKS_RANDOM = 1L << 26;

    private static final int SMALL_BYTES_MAX = 4096;
    private static final String LOCK = "lock";
    /** What the file system puts into its uppermost folder. */
    private static final String FOUND = "lost+found";

    private static final List<String> MOVED =
            List.of("catalog", "streams", "pool", "changes", "quarantine", "snapshots");
    /** They stay, so that at every moment the folder says what it is, and which ids were granted. */
    private static final List<String> COPIED = List.of(StoreFolder.FORMAT_FILE, "blocks");

    private final Disk disk;
    private final StoreFolder folder;
    private long limitBefore = -1;
    private @Nullable Path setAside;

    private RestoreTarget(Path root, Disk disk) {
        this.disk = disk;
        this.folder = new StoreFolder(root, disk);
    }

    /**
     * Takes a folder, making it when missing.
     *
     * @param root the data folder to be
     * @param isForced what is in it is set aside in a folder inside it; else it must be empty
     * @param disk the file layer
     * @param nowMs the time, milliseconds since 1970: names what is set aside
     * @return to be finished and closed
     * @throws LogException where it is not empty or in use, or cannot be written
     */
    public static RestoreTarget open(Path root, boolean isForced, Disk disk, long nowMs) throws LogException {
        RestoreTarget target = new RestoreTarget(root, disk);
        try {
            List<Path> there = disk.list(root).stream()
                    .filter(path -> !path.endsWith(LOCK) && !path.endsWith(FOUND))
                    .toList();
            if (!there.isEmpty() && !isForced) {
                throw new LogException(
                        LogException.Kind.IO,
                        root + " is not empty: name an empty folder, or set what is in it aside with --force");
            }
            disk.makeFolder(root);
            target.folder.lock();
            target.begin(there, nowMs);
            return target;
        } catch (IOException e) {
            target.close();
            throw DiskFailure.of(disk, root, "cannot restore into", e);
        }
    }

    private void begin(List<Path> there, long nowMs) throws IOException {
        limitBefore = BlockGrants.limitIn(folder);
        if (folder.formatText().startsWith(StoreFolder.RESTORING_COPIES)) {
            removeHalf(there); // of a restore that did not come to its end
            return;
        }
        Path aside = folder.root.resolve("before-restore-" + nowMs);
        for (Path path : named(there, COPIED)) {
            copy(path, aside);
        }
        say(StoreFolder.RESTORING);
        for (Path path : named(there, MOVED)) {
            disk.makeFolder(aside);
            disk.move(path, aside.resolve(String.valueOf(path.getFileName())));
        }
        if (!disk.list(aside).isEmpty()) {
            disk.syncFolder(aside);
            setAside = aside;
        }
        say(StoreFolder.RESTORING_COPIES);
    }

    private void removeHalf(List<Path> there) throws IOException {
        for (Path path : named(there, MOVED)) {
            Snapshots.remove(disk, path);
        }
    }

    private static List<Path> named(List<Path> paths, List<String> names) {
        return paths.stream()
                .filter(path -> names.contains(String.valueOf(path.getFileName())))
                .toList();
    }

    private void copy(Path small, Path aside) throws IOException {
        disk.makeFolder(aside);
        ByteBuffer bytes = ByteBuffer.allocate(SMALL_BYTES_MAX);
        try (DiskFile source = disk.open(small);
                DiskFile copy = disk.open(aside.resolve(String.valueOf(small.getFileName())))) {
            source.read(bytes, 0);
            copy.write(bytes.flip(), 0);
            copy.sync();
        }
    }

    private void say(String format) throws IOException {
        folder.replace(folder.root.resolve(StoreFolder.FORMAT_FILE), StandardCharsets.US_ASCII.encode(format + "\n"));
    }

    /**
     * Where a file belongs.
     *
     * @return the folder
     */
    public Path root() {
        return folder.root;
    }

    /**
     * Where what was there before is now.
     *
     * @return a folder, or null where nothing was there
     */
    public @Nullable Path setAside() {
        return setAside;
    }

    /**
     * Makes the folder one that a broker may start on, once everything in it is durable. Its messages will get ids above
     * all that were ever granted: by what is known of the folder that was backed up and of what was here before, and,
     * since the first has gone on, far above the clock.
     *
     * @param backup the backup it was made of
     * @param newestBlock of the segments in it
     * @param nowMs the time, milliseconds since 1970
     * @param random for how far above
     * @throws LogException where it cannot be written
     */
    public void finish(Path backup, long newestBlock, long nowMs, RandomGenerator random) throws LogException {
        try {
            long known = Math.max(limitBefore, BlockGrants.limitIn(new StoreFolder(backup, disk)));
            known = Math.max(known, newestBlock + 1);
            long first = Math.max(known, BlockGrants.blockAt(nowMs)) + BLOCKS_APART + random.nextLong(BLOCKS_RANDOM);
            folder.replace(folder.blocks(), BlockGrants.fileOf(first));
            say(StoreFolder.FORMAT_PREFIX + StoreFolder.FORMAT);
        } catch (IOException e) {
            throw DiskFailure.of(disk, folder.root, "cannot restore into", e);
        }
    }

    /** Gives the lock back. */
    @Override
    public void close() {
        folder.unlock();
    }
}
