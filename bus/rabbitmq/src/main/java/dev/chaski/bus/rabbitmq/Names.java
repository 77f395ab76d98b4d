package dev.chaski.bus.rabbitmq;

import dev.chaski.bus.BusException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What things are called in RabbitMQ. */
final class Names {
    /** AMQP's short string. */
    private static final int BYTES_MAX = 255;

    /** A word of a binding that would stand for others, or could be taken for one that was written out. */
    private static final Pattern WILD = Pattern.compile("(?<=^|\\.)(?:[*#]|%(?:25)*2[A3])(?=\\.|$)");

    private Names() {}

    /** The topic; only the words * and #, which a binding takes for any, are written as %2A and %23. */
    static String routingKey(String topic) {
        return checked("topic", WILD.matcher(topic).replaceAll(word -> switch (word.group()) {
            case "*" -> "%2A";
            case "#" -> "%23";
            default -> Matcher.quoteReplacement("%25" + word.group().substring(1));
        }));
    }

    /** The queue that the members of a bus's queue share: {@code QUEUE:TOPIC}. */
    static String queue(String topic, String queue) {
        // What stands before the first colon is the queue, so that no two pairs have one name.
        return checked("queue and topic", queue.replace("%", "%25").replace(":", "%3A") + ":" + topic);
    }

    /** The queue of what was published before anybody subscribed: {@code :TOPIC}. */
    static String first(String topic) {
        return queue(topic, "");
    }

    private static String checked(String what, String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > BYTES_MAX) {
            throw new BusException(
                    "RabbitMQ takes names of " + BYTES_MAX + " bytes, and the " + what + " has " + bytes);
        }
        return name;
    }
}
