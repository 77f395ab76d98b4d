package dev.chaski.client;

import org.jspecify.annotations.Nullable;

/** The server did not answer in time: the message may be stored, or may not be. */
public final class PublishTimeoutException extends ClientException {
    private static final long serialVersionUID = 1L;

    PublishTimeoutException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isRetriable() {
        return true;
    }
}
