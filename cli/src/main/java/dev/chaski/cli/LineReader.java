package dev.chaski.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The lines of a stream as bytes, whatever their encoding. One thread. */
final class LineReader {
    /** More than a broker takes as one message, however it is set. */
    static final int LINE_BYTES_MAX = 256 << 20;

    private static final int BUFFER_BYTES = 64 << 10;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int at;
    private int limit;
    private long bytesRead;

    LineReader(InputStream in) {
        this.in = in;
    }

    /**
     * The next line, without its line feed, or carriage return and line feed; null at the end. The last may lack them.
     *
     * @throws IOException where it cannot be read, or is longer than {@link #LINE_BYTES_MAX}
     */
    byte @Nullable [] next() throws IOException {
        line.reset();
        boolean isAny = false;
        while (fill()) {
            isAny = true;
            int from = at;
            while (at < limit && buffer[at] != '\n') {
                at++;
            }
            line.write(buffer, from, at - from);
            if (at < limit) {
                at++;
                return ended();
            }
            if (line.size() > LINE_BYTES_MAX) {
                throw new IOException("a line has more than " + LINE_BYTES_MAX + " bytes");
            }
        }
        return isAny ? ended() : null;
    }

    private byte[] ended() {
        byte[] bytes = line.toByteArray();
        boolean hasReturn = bytes.length > 0 && bytes[bytes.length - 1] == '\r';
        return hasReturn ? Arrays.copyOf(bytes, bytes.length - 1) : bytes;
    }

    /** Bytes that were taken from the stream so far. */
    long bytesRead() {
        return bytesRead;
    }

    /** Whether something can be read without waiting; at the end it cannot. */
    boolean hasMore() throws IOException {
        return at < limit || in.available() > 0;
    }

    private boolean fill() throws IOException {
        if (at < limit) {
            return true;
        }
        at = 0;
        limit = Math.max(0, in.read(buffer));
        bytesRead += limit;
        return limit > 0;
    }
}
