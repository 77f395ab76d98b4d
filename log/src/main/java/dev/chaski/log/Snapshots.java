package dev.chaski.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers who asks for a snapshot: by a file in the folder {@code snapshots}, which only those can make who may write
 * into the data folder. {@link SnapshotRequest} is the other side. One background thread.
 *
 * <pre>
 *  lock            held by who asks, one at a time
 *  NAME.request    made by who asks; removed when it is answered
 *  NAME.new/       being taken
 *  NAME/           taken: to be removed by who asked
 *  NAME.failed     why it was not taken, as text
 * </pre>
 */
final class Snapshots {
    static final String LOCK = "lock";
    static final String REQUEST = ".request";
    static final String UNFINISHED = ".new";
    static final String FAILED = ".failed";

    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);
    private static final Pattern NAMES = Pattern.compile("([0-9a-z-]{1,64})\\" + REQUEST);

    private final LogContext context;
    private final ChangeLog changes;
    private final Collection<StreamLog> streams;

    Snapshots(LogContext context, ChangeLog changes, Collection<StreamLog> streams) {
        this.context = context;
        this.changes = changes;
        this.streams = streams;
    }

    /** Takes those that are asked for. Cheap where none is. */
    void answer(SnapshotMoment moment) throws LogException, InterruptedException {
        Path folder = context.folder.snapshots();
        try {
            for (Path file : context.disk.list(folder)) {
                Matcher name = NAMES.matcher(String.valueOf(file.getFileName()));
                if (name.matches()) {
                    answer(folder, name.group(1), moment);
                }
            }
        } catch (IOException e) {
            throw DiskFailure.of(context.disk, folder, "cannot answer a backup in", e);
        }
    }

    private void answer(Path folder, String name, SnapshotMoment moment) throws IOException, InterruptedException {
        Path unfinished = folder.resolve(name + UNFINISHED);
        Path request = folder.resolve(name + REQUEST);
        long startNs = System.nanoTime();
        try {
            remove(context.disk, unfinished); // of a broker that was killed
            new Snapshot(context, changes, streams).take(unfinished, moment);
            context.disk.move(unfinished, folder.resolve(name));
            context.disk.delete(request);
            LOG.info("snapshot taken name={} ms={}", name, (System.nanoTime() - startNs) / 1_000_000);
        } catch (LogException | IOException e) {
            LOG.error("snapshot not taken name={} error={}", name, e.getMessage());
            context.disk.delete(request); // first: on a full disk there may be no room to say why
            remove(context.disk, unfinished);
            say(folder.resolve(name + FAILED), String.valueOf(e.getMessage()));
        }
    }

    private void say(Path file, String why) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
        try (DiskFile text = context.disk.open(unfinished)) {
            text.write(ByteBuffer.wrap(why.getBytes(StandardCharsets.UTF_8)), 0);
        }
        context.disk.move(unfinished, file);
    }

    /** Removes a file, or a folder with all that is in it. */
    static void remove(Disk disk, Path path) throws IOException {
        List<Path> inside = disk.list(path);
        for (Path each : inside) {
            remove(disk, each);
        }
        disk.delete(path);
    }
}
