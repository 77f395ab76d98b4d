package dev.chaski.server.nsq;

/** There is no memory for a command of which a part has been received: the client is told, and closed. */
final class OutOfRoom extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What the client is told. */
    static final String TEXT = "E_NO_MEMORY too much is being received at the same time, try again later";

    OutOfRoom() {
        super(TEXT, null, false, false);
    }
}
