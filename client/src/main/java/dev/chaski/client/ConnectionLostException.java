package dev.chaski.client;

import org.jspecify.annotations.Nullable;

/** The connection was lost before the answer came: the message may be stored, or may not be. */
public final class ConnectionLostException extends ClientException {
    private static final long serialVersionUID = 1L;

    ConnectionLostException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isRetriable() {
        return true;
    }
}
