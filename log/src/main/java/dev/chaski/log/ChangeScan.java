package dev.chaski.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Reads the records of one generation, in order, until they end or make no sense. Owned by one thread. */
final class ChangeScan {
    private static final int WINDOW_BYTES = 256 << 10;

    /** How the records end. */
    enum End {
        /** By zeros, or where the file ends after a whole record. */
        CLEAN,
        /** By bytes that are no record, or a cut one. */
        TORN
    }

    private final DiskFile file;
    private final long generation;
    private final CRC32C crc = new CRC32C();
    private ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).limit(0);
    private long windowAt;
    private long position = ChangeFormat.HEADER_BYTES;
    private ByteBuffer record = window;
    private End end = End.CLEAN;

    ChangeScan(DiskFile file, long generation) {
        this.file = file;
        this.generation = generation;
    }

    /** Reads and checks the first page. */
    static ChangeFormat.Header header(DiskFile file, long generation) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(ChangeFormat.HEADER_BYTES);
        file.read(page, 0);
        return ChangeFormat.readHeader(page.flip(), generation);
    }

    /** Moves to the next record; false at the end, of which {@link #end} tells the kind. */
    boolean next() throws IOException {
        if (!load(ChangeFormat.RECORD_HEADER_BYTES)) {
            // Fewer bytes than a header are left: zeros reserved nothing, anything else was cut.
            end = window.limit() > at() && lastNonZero(position) >= 0 ? End.TORN : End.CLEAN;
            return false;
        }
        int length = window.getInt(at() + ChangeFormat.LENGTH_AT);
        int expected = window.getInt(at() + ChangeFormat.CRC_AT);
        if (length == 0 && expected == 0) {
            end = End.CLEAN;
            return false;
        }
        end = End.TORN;
        if (length < 1 || length > ChangeLog.RECORD_BYTES_MAX || !load(ChangeFormat.RECORD_HEADER_BYTES + length)) {
            return false;
        }
        ByteBuffer bytes = window.slice(at() + ChangeFormat.RECORD_HEADER_BYTES, length);
        if (ChangeFormat.recordCrc(crc, generation, position, bytes) != expected) {
            return false;
        }
        record = bytes.asReadOnlyBuffer();
        position += ChangeFormat.RECORD_HEADER_BYTES + length;
        return true;
    }

    /** The record that {@link #next} moved to; valid until the next call. */
    ByteBuffer record() {
        return record;
    }

    /** Where the last good record ends. */
    long position() {
        return position;
    }

    End end() {
        return end;
    }

    /** Index of the last byte at or after a position that is not zero, or -1. */
    long lastNonZero(long from) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(WINDOW_BYTES);
        for (long high = file.sizeBytes(); high > from; ) {
            long low = Math.max(from, high - WINDOW_BYTES);
            int got = file.read(chunk.clear().limit((int) (high - low)), low);
            for (int i = got - 1; i >= 0; i--) {
                if (chunk.get(i) != 0) {
                    return low + i;
                }
            }
            high = low;
        }
        return -1;
    }

    private int at() {
        return (int) (position - windowAt);
    }

    /** Sees to it that the window holds so many bytes from the position on; false where the file ends before. */
    private boolean load(int bytes) throws IOException {
        if (position >= windowAt && at() + bytes <= window.limit()) {
            return true;
        }
        if (bytes > window.capacity()) {
            window = ByteBuffer.allocate(bytes);
        }
        window.clear();
        file.read(window, position);
        window.flip();
        windowAt = position;
        return window.limit() >= bytes;
    }
}
