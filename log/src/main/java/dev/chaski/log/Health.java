package dev.chaski.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the store can take messages: what failed and has not been seen to work since. Any thread. */
final class Health {
    private static final Logger LOG = LoggerFactory.getLogger(Health.class);
    private static final int PROBE_BYTES = 4096;

    private final LogConfig config;
    private final Disk disk;
    private volatile @Nullable String full;
    private volatile @Nullable String writeFailure;
    private volatile @Nullable String syncFailure;

    Health(LogConfig config, Disk disk) {
        this.config = config;
        this.disk = disk;
    }

    /** Null when all is well, else one line. */
    @Nullable
    String unhealthy() {
        String line = full;
        if (line == null) {
            line = writeFailure;
        }
        return line == null ? syncFailure : line;
    }

    boolean isFull() {
        return full != null;
    }

    /** Throws FULL where the file system is below its low-water mark. */
    void checkRoom() throws LogException {
        String line = full;
        if (line != null) {
            throw new LogException(LogException.Kind.FULL, line);
        }
    }

    void writeFailed(LogException failure) {
        if (writeFailure == null) {
            LOG.error("write failed error={}", failure.getMessage());
        }
        writeFailure = failure.getMessage();
    }

    void syncFailed(LogException failure) {
        LOG.error("fsync failed error={}", failure.getMessage());
        syncFailure = failure.getMessage();
    }

    void synced() {
        if (syncFailure != null) {
            LOG.info("fsync works again");
            syncFailure = null;
        }
    }

    /** Looks how much room is left, and whether writes work again. Background thread. */
    void check() {
        try {
            long usable = disk.usableBytes(config.folder());
            boolean low = usable < config.diskLowWaterBytes();
            if (low != isFull()) {
                noteRoom(low, usable);
            }
        } catch (IOException e) {
            writeFailure =
                    "cannot ask how much room is left on the file system of " + config.folder() + ": " + e.getMessage();
            return;
        }
        if (writeFailure != null && !isFull()) {
            probe();
        }
    }

    private void noteRoom(boolean low, long usable) {
        if (low) {
            full = "disk full: " + usable + " bytes are left on the file system of " + config.folder()
                    + ", publishing stops below " + config.diskLowWaterBytes() + "; make room";
            LOG.error(
                    "disk below its low-water mark, publishing stops folder={} usableBytes={} lowWaterBytes={}",
                    config.folder(),
                    usable,
                    config.diskLowWaterBytes());
        } else {
            full = null;
            LOG.info("disk has room again folder={} usableBytes={}", config.folder(), usable);
        }
    }

    private void probe() {
        Path path = config.folder().resolve("probe");
        try {
            try (DiskFile file = disk.open(path)) {
                file.write(ByteBuffer.allocate(PROBE_BYTES), 0);
                file.sync();
            } finally {
                disk.delete(path);
            }
            LOG.info("writes work again folder={}", config.folder());
            writeFailure = null;
        } catch (IOException e) {
            writeFailure = DiskFailure.of(disk, path, "cannot write", e).getMessage();
        }
    }
}
