package dev.chaski.server.http;

import org.jspecify.annotations.Nullable;

/**
 * Something that can be asked for.
 *
 * @param kind how it is served
 * @param handler answers off the loop; null for a publish, which is answered on it
 */
record Endpoint(Kind kind, @Nullable Handler handler) {
    /** How an endpoint is served. */
    enum Kind {
        /** The body is one message. */
        MESSAGE,
        /** The body is many messages. */
        MESSAGES,
        /** The body is a setting's value. */
        SETTING,
        /** The body does not matter. */
        BODYLESS;

        boolean isPublish() {
            return this == MESSAGE || this == MESSAGES;
        }
    }

    /** Answers a request on a virtual thread. */
    interface Handler {
        /** The answer. */
        Answer answer(Request request) throws Exception;
    }

    /** The kind of failure that is an answer. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient Answer answer;

        Refused(Answer answer) {
            super(answer.reason(), null, false, false);
            this.answer = answer;
        }

        Answer answer() {
            return answer;
        }
    }
}
