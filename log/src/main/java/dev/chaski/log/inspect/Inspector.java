package dev.chaski.log.inspect;

import dev.chaski.log.ChangeLog;
import dev.chaski.log.FolderView;
import dev.chaski.log.FolderView.SegmentEntry;
import dev.chaski.log.LogException;
import dev.chaski.log.SegmentView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Looks into a data folder without its lock and without changing anything, also while a broker runs on it: what the
 * broker removes meanwhile is passed over, what it is writing is seen up to the last whole record. Any thread.
 */
public final class Inspector {
    private final Path root;
    private final FolderView folder;

    private Inspector(Path root, FolderView folder) {
        this.root = root;
        this.folder = folder;
    }

    /**
     * Looks into a folder.
     *
     * @param root the data folder
     * @return a look into it
     * @throws LogException where it is none of ours (DAMAGED), of a newer version, or cannot be read
     */
    public static Inspector open(Path root) throws LogException {
        FolderView folder = new FolderView(root);
        int format;
        try {
            format = folder.format();
        } catch (IOException e) {
            throw new LogException(LogException.Kind.IO, "cannot read " + root, e);
        }
        if (format < 1) {
            throw new LogException(
                    LogException.Kind.DAMAGED,
                    root + " is no data folder: " + (Files.isDirectory(root) ? "its file format" : "the folder")
                            + " is missing or says nothing; name the folder that the broker was given as --data-path");
        }
        if (format > FolderView.formatMax()) {
            throw new LogException(
                    LogException.Kind.NEWER_FORMAT,
                    root + " has format " + format + ", this version knows formats up to " + FolderView.formatMax()
                            + ": use the version that wrote it");
        }
        return new Inspector(root, folder);
    }

    /**
     * The folder.
     *
     * @return its path
     */
    public Path root() {
        return root;
    }

    /**
     * Looks at everything.
     *
     * @param wanted which streams, by their number; of the others nothing is read
     * @param verifies whether to read all messages and compare their CRCs
     * @param progress told how far it is
     * @return what is there
     * @throws LogException where a file cannot be read
     */
    public FolderReport look(Predicate<Integer> wanted, boolean verifies, Progress progress) throws LogException {
        try {
            List<Damage> damage = new ArrayList<>();
            List<FolderView.Generation> changes = folder.changes((generation, record) -> {});
            for (FolderView.Generation each : changes) {
                String what = each.damage();
                if (what != null) {
                    damage.add(Damage.of(each.file(), what));
                }
            }
            String blocks = folder.blocksDamage();
            if (blocks != null) {
                damage.add(Damage.of(root.resolve("blocks"), blocks));
            }
            List<StreamReport> streams = new StreamsLook(folder, verifies, progress, damage).run(wanted);
            return new FolderReport(folder.format(), streams, changes, damage, quarantine(), verifies);
        } catch (IOException e) {
            throw new LogException(LogException.Kind.IO, "cannot read " + root, e);
        }
    }

    /**
     * Reads the change log.
     *
     * @param replay takes the good records, oldest first
     * @throws LogException where a file cannot be read, or NEWER_FORMAT
     */
    public void changes(ChangeLog.Replay replay) throws LogException {
        try {
            folder.changes(replay);
        } catch (IOException e) {
            throw new LogException(LogException.Kind.IO, "cannot read the change log of " + root, e);
        }
    }

    /**
     * Reads messages.
     *
     * @param stream number of the stream
     * @param fromOffset the first offset that is wanted
     * @param limit how many messages at most
     * @param bodyBytesMax how much of each body, in bytes
     * @param sink takes them, in order of offset
     * @throws LogException where a file cannot be read
     */
    public void dump(int stream, long fromOffset, long limit, int bodyBytesMax, Dump.Sink sink) throws LogException {
        try {
            Dump dump = new Dump(fromOffset, limit, bodyBytesMax, sink);
            for (SegmentEntry entry : folder.segments(stream)) {
                if (dump.isDone()) {
                    return;
                }
                try (SegmentView view = folder.open(entry)) {
                    if (view != null) {
                        dump.run(view);
                    }
                }
            }
        } catch (IOException e) {
            throw new LogException(LogException.Kind.IO, "cannot read stream " + stream + " of " + root, e);
        }
    }

    private List<SetAside> quarantine() throws IOException {
        List<SetAside> files = new ArrayList<>();
        for (Path entry : folder.quarantine()) {
            try (Stream<Path> all = Files.walk(entry)) {
                for (Path file : all.filter(Files::isRegularFile).toList()) {
                    files.add(new SetAside(file, Files.size(file)));
                }
            }
        }
        return files;
    }
}
