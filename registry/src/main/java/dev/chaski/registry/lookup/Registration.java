package dev.chaski.registry.lookup;

import java.util.Comparator;

/**
 * Something that a lookupd is told of: a topic, or a channel of one.
 *
 * @param topic name of the topic
 * @param channel name of the channel, empty for the topic itself
 */
record Registration(String topic, String channel) implements Comparable<Registration> {
    private static final Comparator<Registration> ORDER =
            Comparator.comparing(Registration::topic).thenComparing(Registration::channel);

    /** A topic stands before its channels. */
    @Override
    public int compareTo(Registration other) {
        return ORDER.compare(this, other);
    }

    String command(String verb) {
        return channel.isEmpty() ? verb + " " + topic + "\n" : verb + " " + topic + " " + channel + "\n";
    }
}
