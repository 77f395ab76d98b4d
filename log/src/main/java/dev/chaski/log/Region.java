package dev.chaski.log;

import java.nio.ByteBuffer;

/**
 * A mapped segment, held while somebody reads it. Its bytes below the published limit never change while it is
 * retained. Any thread.
 */
public interface Region {
    /**
     * The whole mapped segment, big endian. Use absolute reads only: position and limit are shared.
     *
     * @return a read-only direct buffer
     */
    ByteBuffer bytes();

    /**
     * Native address of {@link #bytes} at index 0.
     *
     * @return an address, valid while retained
     */
    long address();

    /** Keeps the segment mapped until {@link #release}: for slices that are still being sent. */
    void retain();

    /** Gives back one {@link #retain}. */
    void release();
}
