package dev.chaski.client;

import org.jspecify.annotations.Nullable;

/** The thread was interrupted while it waited, and still is. What it had handed over may be done later. */
public final class InterruptedClientException extends ClientException {
    private static final long serialVersionUID = 1L;

    InterruptedClientException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isRetriable() {
        return false;
    }
}
