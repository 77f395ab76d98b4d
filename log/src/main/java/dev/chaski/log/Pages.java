package dev.chaski.log;

import java.nio.ByteBuffer;

/** The pages of a mapped file. Any thread. */
final class Pages {
    private static final int PAGE_BYTES = 4096;

    @SuppressWarnings("UnusedVariable") // that something becomes of them keeps the reads from being optimised away
    private static volatile int read;

    private static final Object NOBODYS = new Object();

    private Pages() {}

    /**
     * Reads a byte of each page of a stretch, so that later reads find it mapped. To do so before a CRC is taken is
     * more than speed: the JVM's own code for CRCs ends the process where a page cannot be read, this throws.
     *
     * @throws InternalError where a page cannot be read
     */
    static void touch(ByteBuffer bytes, int position, int length) {
        int end = position + length;
        int sum = 0;
        for (int at = position; at < end; at += PAGE_BYTES) {
            sum += bytes.get(at);
        }
        read = length > 0 ? sum + bytes.get(end - 1) : sum;
        // Compiled code goes on after a failed read: the error is thrown when the thread comes back from native code,
        // at
        // the latest. This goes there, so that it is now.
        if (Thread.holdsLock(NOBODYS)) {
            throw new IllegalStateException("nobody takes this lock");
        }
    }
}
