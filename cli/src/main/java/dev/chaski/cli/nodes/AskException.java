package dev.chaski.cli.nodes;

import java.io.IOException;

/** A question that was not answered as it should be. The message says by whom, and why. */
public final class AskException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Kind {
        /** No answer, or none in time. */
        UNREACHABLE,
        /** It answered that there is no such topic, channel or page. */
        NOT_FOUND,
        /** It answered that it will not. */
        REFUSED,
        /** Its answer is none that a broker or lookup gives. */
        MALFORMED
    }

    private final Kind kind;
    private final String what;

    AskException(Kind kind, String what) {
        super(what);
        this.kind = kind;
        this.what = what;
    }

    /**
     * What went wrong, in words.
     *
     * @return the message
     */
    public String what() {
        return what;
    }

    /**
     * What went wrong.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }
}
