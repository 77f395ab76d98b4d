package dev.chaski.bus.kafka;

import dev.chaski.bus.Escapes;

/** What topics and queues are called in Kafka. Any thread. */
final class KafkaNames {
    private static final int LENGTH_MAX = 249;
    /** What stands before the names of topics that Kafka does not take as they are. */
    private static final String ESCAPED = "bus.x-";
    /** What Kafka's own topics begin with. */
    private static final String INTERNAL = "__";

    private static final char MARK = '_';

    private KafkaNames() {}

    /** The topic itself, where Kafka takes it: programs that do not know the bus read and write there. */
    static String topic(String topic) {
        boolean isTaken = topic.length() <= LENGTH_MAX
                && topic.chars().allMatch(KafkaNames::isLegal)
                && !topic.equals(".")
                && !topic.equals("..")
                && !topic.startsWith(ESCAPED)
                && !topic.startsWith(INTERNAL);
        return isTaken
                ? topic
                : Escapes.shorten(ESCAPED + Escapes.escape(topic, MARK, KafkaNames::isLegal), LENGTH_MAX);
    }

    private static boolean isLegal(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-';
    }

    /** A share group's place may be set while it has no members only, so each topic has its own. */
    static String group(String queue, String topicName) {
        return queue + "@" + topicName;
    }
}
