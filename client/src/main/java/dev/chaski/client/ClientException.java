package dev.chaski.client;

import org.jspecify.annotations.Nullable;

/** Something that went wrong between a client and its servers. Unchecked; each kind is a type of its own. */
public abstract sealed class ClientException extends RuntimeException
        permits ClientClosedException,
                ConnectionLostException,
                InterruptedClientException,
                NotConnectedException,
                NotSentException,
                PublishTimeoutException,
                ServerErrorException {
    private static final long serialVersionUID = 1L;

    ClientException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Whether the same call may succeed a little later without any change. Where a publish is repeated after a
     * {@link ConnectionLostException} or a {@link PublishTimeoutException}, the message may be stored twice.
     *
     * @return true where it is worth another try
     */
    public abstract boolean isRetriable();
}
