package dev.chaski.bus;

import java.nio.charset.StandardCharsets;

/** What a topic may be called. */
final class Topics {
    static final int BYTES_MAX = 1_024;

    private Topics() {}

    static void check(String topic) {
        int bytes = topic.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > BYTES_MAX || topic.chars().anyMatch(Character::isISOControl)) {
            throw new BusException(
                    "a topic must have 1 to " + BYTES_MAX + " bytes without control characters, and has " + bytes);
        }
    }
}
