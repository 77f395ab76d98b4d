package dev.chaski.server.http;

import org.jspecify.annotations.Nullable;

/**
 * Something that can be asked for.
 *
 * @param kind how it is served
 * @param handler answers off the loop; null for a publish, which is answered on it
 */
public record Endpoint(Kind kind, @Nullable Handler handler) {
    /** How an endpoint is served. */
    public enum Kind {
        /** The body is one message. */
        MESSAGE,
        /** The body is many messages. */
        MESSAGES,
        /** The body is a setting's value. */
        SETTING,
        /** The body is one message, which the handler does something with. */
        BODY,
        /** The body does not matter. */
        BODYLESS;

        boolean isPublish() {
            return this == MESSAGE || this == MESSAGES;
        }
    }

    /** Answers a request on a virtual thread. */
    public interface Handler {
        /**
         * The answer.
         *
         * @param request what is asked
         * @return what the client is told
         * @throws Exception where it failed: of a {@link Refused} its answer is sent, else that something went wrong
         */
        Answer answer(Request request) throws Exception;
    }

    /** The kind of failure that is an answer. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient Answer answer;

        /**
         * Refuses.
         *
         * @param answer what the client is told
         */
        public Refused(Answer answer) {
            super(answer.reason(), null, false, false);
            this.answer = answer;
        }

        /**
         * What the client is told.
         *
         * @return the answer
         */
        public Answer answer() {
            return answer;
        }
    }
}
