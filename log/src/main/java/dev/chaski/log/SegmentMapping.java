package dev.chaski.log;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Who holds a segment: its stream, and its mapping while somebody reads it. Its files go back to the pool when the
 * stream has given it up and the last mapping of it is closed. Knows, too, whether its frames are compressed: they are
 * expanded to be mapped. Any thread.
 */
final class SegmentMapping {
    private final LogContext context;
    private final Segment segment;
    private final AtomicInteger holds = new AtomicInteger(1); // the stream's list, and every mapping
    private volatile @Nullable Mapping mapping; // changes under the lock
    private boolean mappedBefore; // guarded by the lock
    private volatile boolean retired;

    private volatile boolean cold; // the compressed file is what counts
    private volatile boolean thawed; // there is an expanded copy of it
    private volatile boolean neverCold;
    private volatile long usedAtMs;

    SegmentMapping(LogContext context, Segment segment) {
        this.context = context;
        this.segment = segment;
        this.usedAtMs = context.clock.getAsLong();
    }

    /** The mapping, retained for the caller; null where it must be mapped first. Any thread, does not block. */
    @Nullable
    Mapping tryAcquire() {
        Mapping now = mapping;
        return now != null && now.tryRetain() ? now : null;
    }

    /**
     * The mapping, retained for the caller; maps the files where they are not mapped. Loading threads only.
     *
     * @throws IOException where they cannot be mapped, or were freed
     */
    Mapping acquire() throws IOException {
        Mapping now = tryAcquire();
        if (now != null) {
            return now;
        }
        synchronized (this) {
            now = tryAcquire();
            if (now == null) {
                if (!tryHold()) {
                    throw new IOException("segment " + segment.name.text() + " is freed");
                }
                now = map();
                now.retain();
                mapping = now;
                mappedBefore = true;
                context.mapped.add(segment);
            }
            return now;
        }
    }

    private Mapping map() throws IOException {
        try {
            // What this process has just written is in memory; what it wrote long ago may have left it.
            int readyFrom = segment.own && !mappedBefore && !cold ? 0 : segment.records();
            if (cold && !thawed) {
                context.coldStore.thaw(segment);
                thawed = true;
            }
            usedAtMs = context.clock.getAsLong();
            return new SegmentMapper(context, segment).map(readyFrom, this::letGo);
        } catch (IOException | RuntimeException | InternalError e) {
            letGo();
            throw e;
        }
    }

    /** Gives the mapping up; it stays while somebody reads it. Not on an event loop. */
    synchronized void drop() {
        Mapping now = mapping;
        if (now != null) {
            mapping = null;
            usedAtMs = context.clock.getAsLong();
            context.mapped.remove(segment);
            now.release();
        }
    }

    /** Gives the mapping up where nobody has read it for some passes of the housekeeper. */
    synchronized void dropUnused(int passes) {
        Mapping now = mapping;
        if (now == null) {
            return;
        }
        now.unusedPasses = now.isRead() ? 0 : now.unusedPasses + 1;
        if (now.unusedPasses > passes) {
            drop();
        }
    }

    boolean isMapped() {
        return mapping != null;
    }

    /** Whether somebody besides the stream holds the mapping. */
    boolean isRead() {
        Mapping now = mapping;
        return now != null && now.isRead();
    }

    /** When it was last mapped or given up, or made known; milliseconds since 1970. */
    long usedAtMs() {
        return usedAtMs;
    }

    boolean isCold() {
        return cold;
    }

    boolean isThawed() {
        return thawed;
    }

    /** Whether compressing it may be worth it. */
    boolean mayBeFrozen(int bytesMin) {
        return !neverCold && segment.bytes() >= bytesMin;
    }

    /** Notes that compressing it wins too little. */
    void neverFreeze() {
        neverCold = true;
    }

    /**
     * Notes that the compressed file is complete and durable.
     *
     * @param hasFrames whether the file of the frames is still there
     */
    void setCold(boolean hasFrames) {
        thawed = hasFrames;
        cold = true;
    }

    /** Removes the expanded frames of a cold segment, unless somebody has come to read them. */
    synchronized void goCold() throws IOException {
        if (mapping != null || isGone()) {
            return;
        }
        segment.files.closeIfUnused();
        if (!segment.files.areOpen()) {
            context.disk.delete(segment.files.framesPath());
            thawed = false;
        }
    }

    /** Whether it is no longer its stream's: who reads it may go on, nobody begins to. */
    boolean isGone() {
        return retired;
    }

    /** Keeps its files from being used again, until {@link #letGo}; false where its stream has given it up. */
    boolean tryHold() {
        int now = holds.get();
        while (now > 0 && !retired) {
            if (holds.compareAndSet(now, now + 1)) {
                return true;
            }
            now = holds.get();
        }
        return false;
    }

    /** Ends one hold. Not on an event loop. */
    void letGo() {
        if (holds.decrementAndGet() == 0) {
            context.pool.reuse(segment);
        }
    }

    /** Takes it away from its stream: its files are reused as soon as no mapping is left. Once; not on an event loop. */
    void retire() {
        retired = true;
        drop();
        letGo();
    }
}
