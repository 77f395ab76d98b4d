package dev.chaski.log.nsqd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages that a topic or channel of nsqd left on disk, in order. Owned by one thread. Holds a megabyte, or one
 * message where that is longer.
 *
 * <pre>
 *   0 +-----------+-----------------------+-------+--------------------+------
 *     | length    | published at, ns (8)  | att.  | id (16 characters) | body    length counts all after itself
 *     +-----------+-----------------------+-------+--------------------+------
 * </pre>
 */
public final class NsqdQueue implements AutoCloseable {
    private static final int LENGTH_BYTES = 4;
    private static final int ATTEMPTS_AT = 8;
    private static final int ID_AT = 10;
    private static final int BODY_AT = 26;
    private static final int WINDOW_BYTES = 1 << 20;

    /** No nsqd is told to take longer ones; what claims to be is damage. */
    private static final int MESSAGE_BYTES_MAX = 256 << 20;

    private static final int NOTES_MAX = 100;

    private final Iterator<Map.Entry<Integer, Path>> files;
    private final List<String> notes;
    private final long sizeBytes;
    private long position;
    private long doneBytes;
    private @Nullable FileChannel file;
    private @Nullable Path path;
    private ByteBuffer window = ByteBuffer.allocateDirect(WINDOW_BYTES).limit(0);
    private int start; // of the message, in the window

    NsqdQueue(QueueFiles found) throws IOException {
        this.files = found.files().entrySet().iterator();
        this.notes = new ArrayList<>(found.notes());
        this.position = found.startPosition();
        long bytes = 0;
        for (Path each : found.files().values()) {
            bytes += Files.size(each);
        }
        this.sizeBytes = Math.max(0, bytes - position);
    }

    /**
     * Moves to the next message. What is damaged or torn ends its file: the note says so, and the next file follows.
     *
     * @return false where there is none
     * @throws IOException where a file cannot be read
     */
    public boolean next() throws IOException {
        while (file != null || openNext()) {
            if (readMessage()) {
                return true;
            }
            close();
            position = 0;
        }
        return false;
    }

    private boolean openNext() throws IOException {
        if (!files.hasNext()) {
            return false;
        }
        Path next = files.next().getValue();
        path = next;
        file = FileChannel.open(next, StandardOpenOption.READ);
        window.clear().limit(0);
        return true;
    }

    private boolean readMessage() throws IOException {
        if (!fill(LENGTH_BYTES)) {
            noteCut(window.remaining());
            return false;
        }
        int length = window.getInt(window.position());
        if (length < BODY_AT || length > MESSAGE_BYTES_MAX) {
            note("makes no sense at byte " + position + " (a message of " + Integer.toUnsignedString(length)
                    + " bytes): the rest of it is left out");
            return false;
        }
        if (!fill(LENGTH_BYTES + length)) {
            noteCut(window.remaining());
            return false;
        }
        start = window.position() + LENGTH_BYTES;
        window.position(start + length);
        position += LENGTH_BYTES + length;
        doneBytes += LENGTH_BYTES + length;
        return true;
    }

    private void noteCut(int left) {
        if (left > 0) {
            note("is cut off within a message at byte " + position);
        }
    }

    private void note(String what) {
        if (notes.size() < NOTES_MAX) {
            notes.add((path == null ? "" : path.getFileName()) + " " + what);
        }
    }

    /** Sees to it that so many bytes stand in the window from its position on; false where the file ends before. */
    private boolean fill(int bytes) throws IOException {
        if (window.remaining() >= bytes) {
            return true;
        }
        ByteBuffer target = window;
        if (bytes > window.capacity()) {
            target = ByteBuffer.allocateDirect(bytes);
            target.put(window);
        } else {
            target.compact();
        }
        FileChannel from = file;
        while (from != null && target.hasRemaining() && from.read(target, position + target.position()) >= 0) {
            // reads on until the window is full or the file ends
        }
        window = target.flip();
        return window.remaining() >= bytes;
    }

    /**
     * When the message was published.
     *
     * @return nanoseconds since 1970
     */
    public long timestampNs() {
        return window.getLong(start);
    }

    /**
     * How often it was handed to a consumer.
     *
     * @return 0 to 65,535
     */
    public int attempts() {
        return window.getShort(start + ATTEMPTS_AT) & 0xFFFF;
    }

    /**
     * Its id in nsqd.
     *
     * @return 16 characters
     */
    public String id() {
        byte[] id = new byte[BODY_AT - ID_AT];
        window.get(start + ID_AT, id);
        return new String(id, StandardCharsets.ISO_8859_1);
    }

    /**
     * Its body.
     *
     * @return the bytes, valid until the next call of {@link #next}
     */
    public ByteBuffer body() {
        return window.slice(start + BODY_AT, window.position() - start - BODY_AT);
    }

    /**
     * Bytes that were still to be read when it was opened.
     *
     * @return 0 or more
     */
    public long sizeBytes() {
        return sizeBytes;
    }

    /**
     * Bytes of the messages read so far.
     *
     * @return 0 to {@link #sizeBytes}
     */
    public long doneBytes() {
        return doneBytes;
    }

    /**
     * What was not as nsqd leaves it, so far: missing files, torn tails, damage.
     *
     * @return a line each
     */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /** Closes the open file. */
    @Override
    public void close() throws IOException {
        FileChannel open = file;
        file = null;
        if (open != null) {
            open.close();
        }
    }
}
