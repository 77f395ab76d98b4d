package dev.chaski.cli.relay;

import org.jspecify.annotations.Nullable;

/** A message was not taken. The message says by whom, and why. */
public final class RelayException extends Exception {
    private static final long serialVersionUID = 1L;

    RelayException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
