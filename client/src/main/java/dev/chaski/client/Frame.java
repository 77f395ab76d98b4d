package dev.chaski.client;

/** What a server sends. */
sealed interface Frame {
    /** The text of a heartbeat. */
    String HEARTBEAT = "_heartbeat_";

    /** The answer to a publish. */
    String OK = "OK";

    /** The answer to CLS. */
    String CLOSE_WAIT = "CLOSE_WAIT";

    /** A reply to a command, or a heartbeat. */
    record Response(String text) implements Frame {}

    /** An error: a code and a reason. */
    record Failure(String text) implements Frame {}

    /** A message. */
    final class Delivery implements Frame {
        private final long timestampNs;
        private final int attempts;
        private final byte[] id;
        private final byte[] body;

        Delivery(long timestampNs, int attempts, byte[] id, byte[] body) {
            this.timestampNs = timestampNs;
            this.attempts = attempts;
            this.id = id;
            this.body = body;
        }

        /** When it was published: nanoseconds since 1970. */
        long timestampNs() {
            return timestampNs;
        }

        int attempts() {
            return attempts;
        }

        /** As it stands on the wire. */
        byte[] id() {
            return id;
        }

        byte[] body() {
            return body;
        }
    }
}
