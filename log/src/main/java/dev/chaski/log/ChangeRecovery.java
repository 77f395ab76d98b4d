package dev.chaski.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replays the generations of a change log, sets aside what is damaged, and leaves the newest ready for appending. Used
 * once, by the thread that starts the store.
 */
final class ChangeRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeLog.class);
    private static final int COPY_BYTES = 256 << 10;

    private final Disk disk;
    private final Path folder;
    private final Path quarantine;
    private final ChangeLog.Replay replay;
    private final List<ChangeLog.Damage> damage = new ArrayList<>();

    ChangeRecovery(Disk disk, Path folder, Path quarantine, ChangeLog.Replay replay) {
        this.disk = disk;
        this.folder = folder;
        this.quarantine = quarantine;
        this.replay = replay;
    }

    /** The generations in a folder, oldest first. */
    static List<Long> generations(Disk disk, Path folder) throws IOException {
        return disk.list(folder).stream()
                .map(ChangeFormat::generationOf)
                .filter(java.util.OptionalLong::isPresent)
                .map(java.util.OptionalLong::getAsLong)
                .sorted()
                .toList();
    }

    /** What was found to be wrong, oldest first. */
    List<ChangeLog.Damage> damage() {
        return damage;
    }

    /** Replays everything; returns the newest generation, or null where there is none. */
    @Nullable
    ChangeGeneration run() throws IOException, LogException {
        List<Long> generations = generations(disk, folder);
        ChangeGeneration newest = null;
        long previous = -1;
        for (long generation : generations) {
            for (long missing = previous + 1; previous >= 0 && missing < generation; missing++) {
                Path path = folder.resolve(ChangeFormat.fileName(missing));
                report(path, 0, 0, "the file is missing");
            }
            boolean last = generation == generations.getLast();
            ChangeGeneration replayed = replayOne(generation, last);
            if (last) {
                newest = replayed;
            } else {
                replayed.close();
            }
            previous = generation;
        }
        return newest;
    }

    private ChangeGeneration replayOne(long generation, boolean newest) throws IOException, LogException {
        Path path = folder.resolve(ChangeFormat.fileName(generation));
        DiskFile file = disk.open(path);
        try {
            return switch (ChangeScan.header(file, generation)) {
                case ChangeFormat.Header.Newer newer ->
                    throw new LogException(
                            LogException.Kind.NEWER_FORMAT,
                            path + " has change-log format " + newer.version() + ", this version reads up to "
                                    + ChangeFormat.VERSION + ": start the version that wrote it, or a later one");
                case ChangeFormat.Header.Broken broken -> {
                    ChangeScan scan = new ChangeScan(file, generation);
                    setAside(path, file, scan, 0, "its first page makes no sense");
                    file.write(ChangeFormat.header(generation), 0);
                    restart(file, generation, ChangeFormat.HEADER_BYTES);
                    yield opened(generation, path, file, ChangeFormat.HEADER_BYTES);
                }
                case ChangeFormat.Header.Valid valid -> replayRecords(generation, path, file, valid.synced(), newest);
            };
        } catch (IOException | LogException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private ChangeGeneration replayRecords(long generation, Path path, DiskFile file, long synced, boolean newest)
            throws IOException, LogException {
        ChangeScan scan = new ChangeScan(file, generation);
        while (scan.next()) {
            replay.record(generation, scan.record());
        }
        long end = scan.position();
        boolean torn = scan.end() == ChangeScan.End.TORN;
        long garbage = newest || torn ? scan.lastNonZero(end) + 1 - end : 0;
        if (end < synced) {
            setAside(path, file, scan, end, "records that had been synced (up to byte " + synced + ") make no sense");
            restart(file, generation, end);
        } else if (torn && !newest) {
            setAside(path, file, scan, end, "records make no sense though a newer generation exists");
            restart(file, generation, end);
        } else if (garbage > 0) {
            LOG.info("dropped the torn tail of the change log file={} position={} bytes={}", path, end, garbage);
            restart(file, generation, end);
        }
        return opened(generation, path, file, end);
    }

    private static ChangeGeneration opened(long generation, Path path, DiskFile file, long end) throws IOException {
        return new ChangeGeneration(generation, path, file, end, Math.max(end, file.sizeBytes()));
    }

    /** Makes zeros of what follows the last good record, durably: a later record must never join up with old bytes. */
    private static void restart(DiskFile file, long generation, long end) throws IOException {
        file.write(ChangeFormat.syncedMark(generation, end), ChangeFormat.SYNCED_AT);
        ChangeGeneration.zero(file, end, file.sizeBytes());
        file.sync();
    }

    private void setAside(Path path, DiskFile file, ChangeScan scan, long from, String why) throws IOException {
        long to = scan.lastNonZero(from) + 1;
        if (to > from) {
            disk.makeFolder(quarantine);
            try (DiskFile copy = disk.open(freeName(path, from))) {
                ByteBuffer chunk = ByteBuffer.allocate(COPY_BYTES);
                for (long at = from; at < to; at += chunk.limit()) {
                    file.read(chunk.clear().limit((int) Math.min(COPY_BYTES, to - at)), at);
                    copy.write(chunk.flip(), at - from);
                }
                copy.sync();
            }
            disk.syncFolder(quarantine);
        }
        report(path, from, Math.max(0, to - from), why);
    }

    private Path freeName(Path path, long from) throws IOException {
        List<Path> taken = disk.list(quarantine);
        for (int i = 1; ; i++) {
            Path name = quarantine.resolve(path.getFileName() + "-at-" + from + "-" + i);
            if (!taken.contains(name)) {
                return name;
            }
        }
    }

    private void report(Path path, long position, long lostBytes, String why) {
        String message = "change log " + path + " is damaged at byte " + position + ": " + why
                + (lostBytes == 0 ? "" : "; " + lostBytes + " bytes were set aside in " + quarantine);
        LOG.warn("change log damaged file={} position={} lost_bytes={} reason=\"{}\"", path, position, lostBytes, why);
        damage.add(new ChangeLog.Damage(path, position, lostBytes, message));
    }
}
