package dev.chaski.log.nsqd;

import java.io.IOException;

/** A folder, or a file in it, is not what nsqd writes; the message says where, and what to do. */
public final class NsqdException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * With a message for the operator.
     *
     * @param message which file, what is wrong, what to do
     */
    public NsqdException(String message) {
        super(message);
    }
}
