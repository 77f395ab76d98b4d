package dev.chaski.client;

import org.jspecify.annotations.Nullable;

/** No server could be reached in time. */
public final class NotConnectedException extends ClientException {
    private static final long serialVersionUID = 1L;

    NotConnectedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isRetriable() {
        return true;
    }
}
