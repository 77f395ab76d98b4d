package dev.chaski.log;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** An open file of a {@link Disk}. Any thread; writes to one place at one time are the caller's to avoid. */
public interface DiskFile extends AutoCloseable {
    /**
     * Writes all of a buffer.
     *
     * @param source from position to limit
     * @param position byte in the file
     * @throws IOException where not all could be written
     */
    void write(ByteBuffer source, long position) throws IOException;

    /**
     * Reads until the buffer is full or the file ends.
     *
     * @param target from position to limit
     * @param position byte in the file
     * @return bytes read
     * @throws IOException where that fails
     */
    int read(ByteBuffer target, long position) throws IOException;

    /**
     * The file's length.
     *
     * @return bytes
     * @throws IOException where that fails
     */
    long sizeBytes() throws IOException;

    /**
     * Makes the file shorter or longer.
     *
     * @param sizeBytes new length
     * @throws IOException where that fails
     */
    void resize(long sizeBytes) throws IOException;

    /**
     * Makes what was written durable (fdatasync).
     *
     * @throws IOException where that fails
     */
    void sync() throws IOException;

    /**
     * Maps the file for reading.
     *
     * @param sizeBytes how much of it
     * @param arena whose closing unmaps it
     * @return the mapped bytes
     * @throws IOException where that fails
     */
    MemorySegment map(long sizeBytes, Arena arena) throws IOException;

    @Override
    void close() throws IOException;
}
