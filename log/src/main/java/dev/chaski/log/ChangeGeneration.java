package dev.chaski.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The file of one generation of the change log, open for appending. Guarded by the change log: its append lock for
 * {@link #append} and {@link #reserve}, its sync lock for the rest.
 */
final class ChangeGeneration {
    /** How far ahead of the records zeros are written: at 40 bytes a finish batch, hours of a full disk. */
    static final int RESERVED_BYTES = 4 << 20;

    /** Zeros written under one hold of the append lock: some 50 µs. */
    private static final int STEP_BYTES = 256 << 10;

    /** What the staging buffer may keep; a larger record's buffer is dropped after use. */
    private static final int STAGED_BYTES_MAX = 1 << 20;

    final long number;
    final Path path;
    private final DiskFile file;
    private final CRC32C crc = new CRC32C();
    private ByteBuffer staged = ByteBuffer.allocateDirect(64 << 10);
    private volatile long end;
    private long reserved;
    private volatile @Nullable LogException failure;

    /**
     * A generation.
     *
     * @param end where its records end
     * @param reserved up to where zeros were written, at least {@code end}
     */
    ChangeGeneration(long number, Path path, DiskFile file, long end, long reserved) {
        this.number = number;
        this.path = path;
        this.file = file;
        this.end = end;
        this.reserved = reserved;
    }

    /** Where the records end. Any thread. */
    long end() {
        return end;
    }

    /** Throws where an fsync failed: nothing more may be called safe in this file. Any thread. */
    void check() throws LogException {
        LogException failed = failure;
        if (failed != null) {
            throw new LogException(failed.kind(), failed.getMessage() + " (it failed before)", failed);
        }
    }

    boolean isFailed() {
        return failure != null;
    }

    /** Notes that an fsync failed. */
    LogException fail(LogException cause) {
        failure = cause;
        return cause;
    }

    /** Writes one record at the end. Nothing moves where that fails: the next one is written over its remains. */
    void append(ByteBuffer record) throws IOException {
        int bytes = ChangeFormat.RECORD_HEADER_BYTES + record.remaining();
        ByteBuffer buffer = staging(bytes);
        buffer.putInt(record.remaining())
                .putInt(ChangeFormat.recordCrc(crc, number, end, record))
                .put(record.duplicate())
                .flip();
        long at = end; // volatile for those who look; only this moves it
        file.write(buffer, at);
        end = at + bytes;
        reserved = Math.max(reserved, at + bytes);
    }

    private ByteBuffer staging(int bytes) {
        if (bytes > STAGED_BYTES_MAX) {
            return ByteBuffer.allocate(bytes);
        }
        if (bytes > staged.capacity()) {
            staged = ByteBuffer.allocateDirect(Integer.highestOneBit(bytes - 1) << 1);
        }
        return staged.clear();
    }

    /**
     * Writes a step of zeros where fewer than {@link #RESERVED_BYTES} are reserved.
     *
     * @return true where another step is needed
     */
    boolean reserve() throws IOException {
        long missing = end + RESERVED_BYTES - reserved;
        if (missing < STEP_BYTES) {
            return false;
        }
        file.write(ByteBuffer.allocate(STEP_BYTES), reserved);
        reserved += STEP_BYTES;
        return true;
    }

    void sync() throws IOException {
        file.sync();
    }

    /** Notes that what lies below a position was fsynced: after that fsync, never before. */
    void markSynced(long synced) throws IOException {
        file.write(ChangeFormat.syncedMark(number, synced), ChangeFormat.SYNCED_AT);
    }

    void close() throws IOException {
        file.close();
    }

    /** Writes zeros over a range of a file. */
    static void zero(DiskFile file, long from, long to) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(STEP_BYTES);
        for (long at = from; at < to; at += STEP_BYTES) {
            file.write(zeros.clear().limit((int) Math.min(STEP_BYTES, to - at)), at);
        }
    }
}
