package dev.chaski.server.nsq;

/** Reads the body of IDENTIFY and AUTH. */
final class Bodies {
    /** Longest body, in bytes: a stranger may send it, and what is real takes a few hundred. */
    static final int BODY_BYTES_MAX = 64 << 10;

    private Bodies() {}

    /**
     * Copies the body of the command at the input's position; the command is not consumed.
     *
     * @param command its name, for errors
     * @return the body, or an empty array where it is not whole yet
     */
    static byte[] read(Connection client, String command, int lineBytes) throws Refusal {
        Input input = client.input();
        int sizeMax = Math.min(client.limits().maxBodySizeBytes(), BODY_BYTES_MAX);
        int bodyAt = lineBytes + Integer.BYTES;
        if (!input.require(bodyAt)) {
            client.endOfInputError("E_BAD_BODY " + command + " failed to read body size");
            return new byte[0];
        }
        int size = input.bytes().getInt(input.position() + lineBytes);
        if (size > sizeMax) {
            throw Refusal.of("E_BAD_BODY", command + " body too big " + size + " > " + sizeMax);
        }
        if (size <= 0) {
            throw Refusal.of("E_BAD_BODY", command + " invalid body size " + size);
        }
        if (!input.require(bodyAt + size)) {
            client.endOfInputError("E_BAD_BODY " + command + " failed to read body");
            return new byte[0];
        }
        byte[] body = new byte[size];
        input.bytes().get(input.position() + bodyAt, body);
        return body;
    }
}
