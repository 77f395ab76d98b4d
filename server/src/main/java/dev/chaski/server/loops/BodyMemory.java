package dev.chaski.server.loops;

import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Memory for bodies of which a part has been received, over all connections: each has a limit of its own, and many of
 * them together would take all the memory that reading and answering need too. Any thread.
 */
public final class BodyMemory {
    private static final Logger LOG = LoggerFactory.getLogger(BodyMemory.class);

    private final long bytesMax;
    private final AtomicLong takenBytes = new AtomicLong();
    /** Refusals are told to the operator when their count reaches a power of two. */
    private final AtomicLong refusedCount = new AtomicLong();

    /**
     * Nothing is taken yet.
     *
     * @param bytesMax how much there is, in bytes
     */
    public BodyMemory(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /**
     * How much there is.
     *
     * @return bytes
     */
    public long bytesMax() {
        return bytesMax;
    }

    /**
     * How much is taken.
     *
     * @return bytes
     */
    public long takenBytes() {
        return takenBytes.get();
    }

    /**
     * Takes some, for {@link #give} to give back.
     *
     * @param bytes how many
     * @return false, and nothing is taken, where there is not so much left
     */
    public boolean take(long bytes) {
        if (takenBytes.addAndGet(bytes) <= bytesMax) {
            return true;
        }
        takenBytes.addAndGet(-bytes);
        refused();
        return false;
    }

    /** Somebody could not have what he needs: he is refused. */
    public void refused() {
        long count = refusedCount.incrementAndGet();
        if (Long.bitCount(count) == 1) {
            LOG.warn(
                    "a body is refused, those that are half received take all the memory for them bytes={} limit={}"
                            + " refused_so_far={}; CHASKI_JAVA_OPTS=-XX:MaxDirectMemorySize=... gives more",
                    takenBytes.get(),
                    bytesMax,
                    count);
        }
    }

    /**
     * Gives back what was taken.
     *
     * @param bytes how many
     */
    public void give(long bytes) {
        takenBytes.addAndGet(-bytes);
    }
}
