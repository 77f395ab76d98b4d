package dev.chaski.client;

import org.jspecify.annotations.Nullable;

/** The message was not sent: no server could be reached in time, or too much was before it. It is not stored. */
public final class NotSentException extends ClientException {
    private static final long serialVersionUID = 1L;

    NotSentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isRetriable() {
        return true;
    }
}
