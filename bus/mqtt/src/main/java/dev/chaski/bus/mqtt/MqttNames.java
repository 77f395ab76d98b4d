package dev.chaski.bus.mqtt;

/** What topics and queues are called in MQTT (5.0, sections 4.7 and 4.8.2). Any thread. */
final class MqttNames {
    /** Mosquitto takes 200; what stands behind them is written without levels. */
    private static final int LEVELS_MAX = 100;

    private MqttNames() {}

    /** The topic itself, where MQTT takes it: programs that do not know the bus publish there and subscribe to it. */
    static String topic(String topic) {
        StringBuilder name = new StringBuilder(topic.length());
        int levels = 1;
        for (int i = 0; i < topic.length(); i++) {
            char c = topic.charAt(i);
            boolean isLevel = c == '/';
            boolean isReserved = isWildcard(c) || c == '$' && i == 0;
            append(name, c, isReserved || isLevel && levels == LEVELS_MAX);
            levels += isLevel && levels < LEVELS_MAX ? 1 : 0;
        }
        return name.toString();
    }

    /** What is subscribed to: as one of a queue's members, or without a queue alone. */
    static String filter(String queue, String topic) {
        return queue.isEmpty() ? topic(topic) : "$share/" + share(queue) + "/" + topic(topic);
    }

    private static String share(String queue) {
        StringBuilder name = new StringBuilder(queue.length());
        for (int i = 0; i < queue.length(); i++) {
            char c = queue.charAt(i);
            append(name, c, isWildcard(c) || c == '/');
        }
        return name.toString();
    }

    private static boolean isWildcard(char c) {
        return c == '+' || c == '#' || c == '%';
    }

    private static void append(StringBuilder name, char c, boolean isEscaped) {
        if (isEscaped) {
            name.append('%').append(Integer.toHexString(c));
        } else {
            name.append(c);
        }
    }
}
