package dev.chaski.client;

import org.jspecify.annotations.Nullable;

/** The producer or consumer was closed before the work was done. What it had not sent is not stored. */
public final class ClientClosedException extends ClientException {
    private static final long serialVersionUID = 1L;

    ClientClosedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isRetriable() {
        return false;
    }
}
