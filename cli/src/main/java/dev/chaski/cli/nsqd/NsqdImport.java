package dev.chaski.cli.nsqd;

import dev.chaski.engine.BrokerConfig;
import dev.chaski.engine.ImportException;
import dev.chaski.engine.ImportedTopic;
import dev.chaski.engine.Importer;
import dev.chaski.engine.Surroundings;
import dev.chaski.log.LogException;
import dev.chaski.log.nsqd.NsqdChannel;
import dev.chaski.log.nsqd.NsqdFolder;
import dev.chaski.log.nsqd.NsqdQueue;
import dev.chaski.log.nsqd.NsqdTopic;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings a folder of nsqd into a folder of ours: all of it, or nothing. nsqd's folder is not changed. Owned by the
 * importing thread.
 */
public final class NsqdImport {
    /** More names than this make no message clearer. */
    private static final int NAMES_MAX = 10;

    private final NsqdFolder folder;
    private final Importer importer;
    private final Progress progress;
    private long allBytes;
    private long doneBytes;

    private NsqdImport(NsqdFolder folder, Importer importer, Progress progress) {
        this.folder = folder;
        this.importer = importer;
        this.progress = progress;
    }

    /**
     * Brings topics, channels, whether they are paused, and the messages of each.
     *
     * @param source nsqd's {@code --data-path}; no nsqd may be running on it
     * @param target the broker that is to serve them: it does not run, and has none of the topics in its folder
     * @param progress told how far it is
     * @throws ImportException where it cannot be done
     * @throws IOException where nsqd's folder cannot be read
     * @throws LogException where our folder cannot be opened or written
     */
    public static void run(Path source, BrokerConfig target, Progress progress)
            throws ImportException, IOException, LogException {
        NsqdFolder folder = NsqdFolder.open(source);
        if (folder.usedBy() >= 0) {
            throw new ImportException("nsqd is running on " + source + " (process " + folder.usedBy()
                    + "): stop it first, since what it has in memory is written when it stops");
        }
        try (Importer importer = Importer.open(target, Surroundings.real())) {
            NsqdImport work = new NsqdImport(folder, importer, progress);
            work.refuseCollisions(target.log().folder());
            work.measure();
            work.run();
            importer.commit();
        }
        folder.strangers()
                .forEach(queue ->
                        progress.note(queue + ": left out, since nsqd's list of topics does not name it any more"));
    }

    private void refuseCollisions(Path target) throws ImportException {
        List<String> names = folder.topics().stream()
                .map(NsqdTopic::name)
                .filter(importer::hasTopic)
                .toList();
        if (!names.isEmpty()) {
            throw new ImportException("the data folder " + target + " has topics of these names already: "
                    + String.join(", ", names.subList(0, Math.min(NAMES_MAX, names.size())))
                    + (names.size() > NAMES_MAX ? " and more" : "")
                    + "; delete them there, or import into another folder");
        }
    }

    private void measure() throws IOException {
        for (NsqdTopic topic : folder.topics()) {
            for (NsqdChannel channel : topic.channels()) {
                measure(folder.queue(topic.name(), channel.name()));
            }
            measure(folder.queue(topic.name()));
        }
    }

    private void measure(NsqdQueue opened) throws IOException {
        try (NsqdQueue queue = opened) {
            allBytes += queue.sizeBytes();
        }
    }

    private void run() throws ImportException, IOException, LogException {
        for (NsqdTopic topic : folder.topics()) {
            ImportedTopic imported = importer.topic(topic.name(), topic.isPaused());
            for (NsqdChannel channel : topic.channels()) {
                imported.channel(channel.name(), channel.isPaused());
                bring(topic, channel, imported);
            }
            imported.everybody();
            bring(topic, null, imported);
        }
    }

    private void bring(NsqdTopic topic, @Nullable NsqdChannel channel, ImportedTopic imported)
            throws IOException, LogException {
        String channelName = channel == null ? null : channel.name();
        long count = 0;
        long bodyBytes = 0;
        try (NsqdQueue queue =
                channelName == null ? folder.queue(topic.name()) : folder.queue(topic.name(), channelName)) {
            while (queue.next()) {
                imported.add(queue.body(), queue.timestampNs(), queue.attempts());
                count++;
                bodyBytes += queue.body().remaining();
                progress.at(topic.name(), channelName, doneBytes + queue.doneBytes(), allBytes);
            }
            doneBytes += queue.sizeBytes();
            queue.notes().forEach(progress::note);
        }
        boolean isPaused = channel == null ? topic.isPaused() : channel.isPaused();
        progress.done(topic.name(), channelName, count, bodyBytes, isPaused);
    }
}
