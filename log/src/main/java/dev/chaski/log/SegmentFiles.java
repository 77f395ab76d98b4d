package dev.chaski.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two files of a segment, opened when they are used and closed when they are not. Any thread, in pairs of
 * {@link #use} and {@link #done}: a counter, and no lock, keeps them open between the two, so that an fsync that takes
 * long holds nobody up.
 */
final class SegmentFiles {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentFiles.class);

    private static final int CLOSED = -1;
    private static final int GONE = -2;

    private final Disk disk;
    private final AtomicInteger users = new AtomicInteger(CLOSED);
    private final OpenPairs openPairs;
    private final Path framesPath;
    private final Path sidePath;
    private final Path coldPath;
    private @Nullable DiskFile frames; // changes under the lock, while nobody uses it
    private @Nullable DiskFile side;
    private volatile boolean isUsedLately;

    /**
     * The files of a segment; opens nothing.
     *
     * @param folder where they are
     * @param name what they are called
     * @param openPairs those that are open in the whole store
     */
    SegmentFiles(Disk disk, Path folder, SegmentName name, OpenPairs openPairs) {
        this.disk = disk;
        this.openPairs = openPairs;
        this.framesPath = folder.resolve(name.text() + SegmentName.FRAMES);
        this.sidePath = folder.resolve(name.text() + SegmentName.SIDE);
        this.coldPath = folder.resolve(name.text() + SegmentName.COLD);
    }

    Path framesPath() {
        return framesPath;
    }

    Path sidePath() {
        return sidePath;
    }

    /** Where the frames are when they are compressed. */
    Path coldPath() {
        return coldPath;
    }

    /** Opens the files where they are not open, and keeps them so until {@link #done}. */
    void use() throws IOException {
        int now = users.get();
        while (now >= 0) {
            if (users.compareAndSet(now, now + 1)) {
                if (!isUsedLately) {
                    isUsedLately = true; // written when it changes only: several threads read it
                }
                return;
            }
            now = users.get();
        }
        openPairs.makeRoom(); // not under the lock, since it takes those of others
        try {
            open();
        } catch (IOException e) {
            if (!SparingDisk.saysTooMany(e.getMessage())) {
                throw e;
            }
            openPairs.closeUnused();
            open();
        }
    }

    private synchronized void open() throws IOException {
        if (users.get() >= 0) {
            use(); // another thread was faster; only this lock turns it into closed again
            return;
        }
        if (users.get() == GONE) {
            throw new IOException(framesPath + " is no longer a segment's");
        }
        DiskFile opened = disk.open(sidePath); // made first: frames alone would look like a loss
        try {
            frames = disk.open(framesPath);
        } catch (IOException e) {
            opened.close();
            throw e;
        }
        side = opened;
        isUsedLately = false;
        openPairs.opened(this);
        users.set(1);
    }

    /** Ends one {@link #use}. */
    void done() {
        users.decrementAndGet();
    }

    /** The frames; between use and done. */
    DiskFile frames() {
        return opened(frames);
    }

    /** The side file; between use and done. */
    DiskFile side() {
        return opened(side);
    }

    private static DiskFile opened(@Nullable DiskFile file) {
        if (file == null) {
            throw new IllegalStateException("used before it was opened");
        }
        return file;
    }

    /** Closes the files unless somebody is using them; the next use opens them again. */
    synchronized void closeIfUnused() throws IOException {
        if (!users.compareAndSet(0, CLOSED)) {
            return;
        }
        openPairs.closed(this);
        DiskFile first = opened(frames);
        DiskFile second = opened(side);
        frames = null;
        side = null;
        try {
            first.close();
        } finally {
            second.close();
        }
    }

    /** Closes the files unless somebody is using them; says so where that fails. */
    void closeQuietly() {
        try {
            closeIfUnused();
        } catch (IOException e) {
            LOG.warn("cannot close a segment segment={} error={}", framesPath, e.toString());
        }
    }

    /**
     * Closes the files for good, so that nobody opens them under a name that is no longer theirs.
     *
     * @return false where somebody is still using them
     */
    synchronized boolean closeForGood() throws IOException {
        closeIfUnused();
        return users.compareAndSet(CLOSED, GONE) || users.get() == GONE;
    }

    /** Whether they were used since they were opened or this was asked last; forgets it. */
    boolean takeUsedLately() {
        boolean was = isUsedLately;
        isUsedLately = false;
        return was;
    }

    boolean areOpen() {
        return users.get() >= 0;
    }
}
