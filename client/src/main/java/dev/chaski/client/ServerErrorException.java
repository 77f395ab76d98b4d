package dev.chaski.client;

import java.util.Set;

/** The server refused. Its text is a code, such as {@code E_BAD_TOPIC}, and a reason. Nothing was stored. */
public final class ServerErrorException extends ClientException {
    private static final long serialVersionUID = 1L;

    /** What says something of the server's state, and nothing of what was asked. */
    private static final Set<String> PASSING = Set.of("E_PUB_FAILED", "E_MPUB_FAILED", "E_DPUB_FAILED", "E_SUB_FAILED");

    /** The first word of the server's text. */
    private final String code;

    ServerErrorException(String text) {
        super(text, null);
        int space = text.indexOf(' ');
        code = space < 0 ? text : text.substring(0, space);
    }

    /**
     * The code.
     *
     * @return for example {@code E_BAD_TOPIC}
     */
    public String code() {
        return code;
    }

    @Override
    public boolean isRetriable() {
        return PASSING.contains(code);
    }
}
