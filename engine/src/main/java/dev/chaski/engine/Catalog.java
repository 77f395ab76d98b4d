package dev.chaski.engine;

import dev.chaski.log.Disk;
import dev.chaski.log.DiskFile;
import dev.chaski.log.LogException;
import dev.chaski.wire.Names;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;

/**
 * A second, small record of which topics and channels there are, so that a lost or damaged change log costs positions
 * and not names. Text, a line each, rewritten whole and put in place by a rename:
 *
 * <pre>
 *  topic 12 paused orders
 *  channel 12 7 open billing
 * </pre>
 *
 * One thread.
 */
final class Catalog {
    private static final String FILE = "catalog";
    private static final String PAUSED = "paused";
    private static final String OPEN = "open";

    private final Disk disk;
    private final Path folder;

    Catalog(Disk disk, Path folder) {
        this.disk = disk;
        this.folder = folder;
    }

    void write(Collection<Topic> topics) throws LogException {
        StringBuilder text = new StringBuilder();
        for (Topic topic : topics) {
            if (topic.isEphemeral()) {
                continue;
            }
            text.append("topic ").append(topic.number()).append(' ').append(word(topic.isPausedNow()));
            text.append(' ').append(topic.name()).append('\n');
            for (Channel channel : topic.channelArray()) {
                if (!channel.isEphemeral()) {
                    text.append("channel ").append(topic.number()).append(' ').append(channel.number());
                    text.append(' ')
                            .append(word(channel.isPausedNow()))
                            .append(' ')
                            .append(channel.name());
                    text.append('\n');
                }
            }
        }
        Path next = folder.resolve(FILE + ".next");
        try {
            disk.delete(next);
            try (DiskFile file = disk.open(next)) {
                file.write(ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8)), 0);
                file.sync();
            }
            disk.move(next, folder.resolve(FILE));
            disk.syncFolder(folder);
        } catch (IOException e) {
            throw new LogException(LogException.Kind.IO, "cannot write " + folder.resolve(FILE), e);
        }
    }

    /** Adds what the catalog knows and the topics do not. Their channels start at the earliest message. */
    int addMissing(Map<Integer, TopicState> topics) throws LogException {
        int added = 0;
        for (String line : read().lines().toList()) {
            String[] words = line.split(" ");
            if (words.length == 4 && words[0].equals("topic") && Names.isValid(words[3])) {
                added += addTopic(topics, Integer.parseInt(words[1]), words[2], words[3]);
            } else if (words.length == 5 && words[0].equals("channel") && Names.isValid(words[4])) {
                added += addChannel(topics, words);
            }
        }
        return added;
    }

    private static int addTopic(Map<Integer, TopicState> topics, int number, String paused, String name) {
        if (topics.containsKey(number)) {
            return 0;
        }
        TopicState state = new TopicState(number, name);
        state.pause(paused.equals(PAUSED), 0);
        topics.put(number, state);
        return 1;
    }

    private static int addChannel(Map<Integer, TopicState> topics, String[] words) {
        TopicState topic = topics.get(Integer.parseInt(words[1]));
        int number = Integer.parseInt(words[2]);
        if (topic == null || topic.channels().containsKey(number)) {
            return 0;
        }
        TopicState.ChannelState channel = new TopicState.ChannelState(words[4], 0);
        channel.isPaused = words[3].equals(PAUSED);
        topic.channels().put(number, channel);
        return 1;
    }

    private String read() throws LogException {
        Path path = folder.resolve(FILE);
        try {
            if (!disk.list(folder).contains(path)) {
                return "";
            }
            try (DiskFile file = disk.open(path)) {
                ByteBuffer bytes = ByteBuffer.allocate((int) file.sizeBytes());
                file.read(bytes, 0);
                return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
            }
        } catch (IOException e) {
            throw new LogException(LogException.Kind.IO, "cannot read " + path, e);
        }
    }

    private static String word(boolean isPaused) {
        return isPaused ? PAUSED : OPEN;
    }
}
