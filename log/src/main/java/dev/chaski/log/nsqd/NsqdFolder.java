package dev.chaski.log.nsqd;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/** Reads a data folder of nsqd and changes nothing in it. Any thread. */
public final class NsqdFolder {
    private static final String META_SUFFIX = ".diskqueue.meta.dat";

    private final Path root;
    private final List<NsqdTopic> topics;
    /** Names of all files, listed once: there are some for each of many thousand channels. */
    private final NavigableSet<String> names = new TreeSet<>();

    private NsqdFolder(Path root, List<NsqdTopic> topics) throws IOException {
        this.root = root;
        this.topics = topics;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
            entries.forEach(entry -> names.add(String.valueOf(entry.getFileName())));
        }
    }

    /**
     * Reads which topics and channels there are.
     *
     * @param root nsqd's {@code -data-path}
     * @return the folder
     * @throws NsqdException where it is no folder of nsqd's, or its list of topics makes no sense
     * @throws IOException where a file cannot be read
     */
    public static NsqdFolder open(Path root) throws IOException {
        return new NsqdFolder(root, TopicList.read(root));
    }

    /**
     * The topics; ephemeral ones leave nothing on disk and are not among them.
     *
     * @return topics, in nsqd's order
     */
    public List<NsqdTopic> topics() {
        return topics;
    }

    /**
     * The process that is using the folder: its files change, and what it has in memory is in none of them.
     *
     * @return the number of a running nsqd, or -1; also -1 where the operating system does not tell
     */
    public long usedBy() {
        return FolderLock.holder(root);
    }

    /**
     * The messages that a topic had not yet given to its channels.
     *
     * @param topic name of the topic
     * @return its queue, to be closed
     * @throws IOException where the folder cannot be read
     */
    public NsqdQueue queue(String topic) throws IOException {
        return new NsqdQueue(QueueFiles.find(root, names, topic));
    }

    /**
     * The messages that wait in a channel; those that were deferred or with a consumer when nsqd was stopped are among
     * them.
     *
     * @param topic name of the topic
     * @param channel name of the channel
     * @return its queue, to be closed
     * @throws IOException where the folder cannot be read
     */
    public NsqdQueue queue(String topic, String channel) throws IOException {
        return queue(topic + ":" + channel);
    }

    /**
     * Queues in the folder that belong to no topic or channel that nsqd remembers: it would not read them either.
     *
     * @return {@code topic} or {@code topic:channel} each, sorted
     */
    public List<String> strangers() {
        Set<String> known = new HashSet<>();
        for (NsqdTopic topic : topics) {
            known.add(topic.name());
            topic.channels().forEach(channel -> known.add(topic.name() + ":" + channel.name()));
        }
        return names.stream()
                .filter(file -> file.endsWith(META_SUFFIX))
                .map(file -> file.substring(0, file.length() - META_SUFFIX.length()))
                .filter(queue -> !known.contains(queue))
                .toList();
    }
}
