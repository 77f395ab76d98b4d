package dev.chaski.client;

import java.io.IOException;

/** What a server sent is not the NSQ protocol: the connection is of no more use. */
final class ProtocolException extends IOException {
    private static final long serialVersionUID = 1L;

    ProtocolException(String message) {
        super(message);
    }
}
