package dev.chaski.bus.nats;

import dev.chaski.bus.Escapes;

/** What topics and queues are called in NATS, which takes no spaces, wildcards or empty tokens. Any thread. */
final class NatsNames {
    private static final char MARK = '%';
    /** nats-server writes names into patterns of printf (seen with 2.9.10): no percent sign may stand there. */
    private static final char NAME_MARK = '=';
    /** Streams and consumers are folders of the server, whose names have up to 255 bytes with what it adds. */
    private static final int LENGTH_MAX = 200;

    private NatsNames() {}

    /** The topic itself, where NATS takes it: programs that do not know the bus publish there and subscribe to it. */
    static String subject(String topic) {
        String escaped = Escapes.escape(topic, MARK, c -> c > ' ' && c < 0x7F && c != '*' && c != '>');
        StringBuilder subject = new StringBuilder(escaped.length());
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            boolean isFirst = i == 0;
            boolean isLast = i == escaped.length() - 1;
            boolean endsNothing = c == '.' && (isFirst || isLast || escaped.charAt(i - 1) == '.');
            // What begins with $ or _ is the server's.
            boolean isReserved = isFirst && (c == '$' || c == '_');
            subject.append(endsNothing || isReserved ? Escapes.escape(String.valueOf(c), MARK, any -> false) : c);
        }
        return subject.toString();
    }

    static String stream(String topic) {
        return name("bus-", topic);
    }

    static String consumer(String queue) {
        return name("queue-", queue);
    }

    private static String name(String prefix, String text) {
        return Escapes.shorten(prefix + Escapes.escape(text, NAME_MARK, NatsNames::isPlain), LENGTH_MAX);
    }

    private static boolean isPlain(int c) {
        return Character.isLetterOrDigit(c) || c == '-' || c == '_';
    }
}
