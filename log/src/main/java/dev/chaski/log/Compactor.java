package dev.chaski.log;

import java.io.IOException;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rewrites sealed segments of which hardly anything is needed any more, so that one stuck message does not hold 64 MiB.
 * Offsets and ids stay. The new pair of files comes to its name only when it is complete and fsynced; readers that hold
 * the old one go on with it. {@link #offer} from any thread; the work is done on a thread of its own, one segment of the
 * store at a time.
 */
final class Compactor {
    /** A segment is rewritten when at most one in this many of its bytes is needed. */
    static final int KEPT_PART = 4;

    /** What a rewrite must win, or a quarter of the largest segment: fsyncs of two files and folders cost more else. */
    private static final int WON_BYTES_MIN = 1 << 20;

    /** Messages asked for at a time: each question may be a trip to another thread. */
    private static final int ASKED_MAX = 4096;

    /** How long a segment that could not be rewritten is left alone: a full disk does not have room at once. */
    static final int RETRY_MS = 30_000;

    private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);

    private final LogContext context;
    private final int retryMs;
    private final int wonBytesMin;
    private final AtomicBoolean busy = new AtomicBoolean();

    Compactor(LogContext context, int retryMs) {
        this.context = context;
        this.retryMs = retryMs;
        this.wonBytesMin = Math.min(WON_BYTES_MIN, context.config.segmentBytesMax() / KEPT_PART);
    }

    /**
     * Has a segment rewritten in the background where that seems worth it and nothing else is under way.
     *
     * @param needed how many of its messages are needed, some perhaps counted twice
     */
    void offer(StreamLog stream, Segment segment, Need need, int needed) {
        boolean sparse = needed > 0
                && (long) needed * KEPT_PART <= segment.messages()
                && needed <= segment.compactBelow
                && System.nanoTime() - segment.compactAtNs >= 0
                && segment.bytes() > wonBytesMin;
        if (sparse && busy.compareAndSet(false, true)) {
            int before = segment.compactBelow;
            segment.compactBelow = needed / 2; // no second look before half of that is settled
            context.rewrite(() -> {
                try {
                    if (!run(stream, segment, need)) {
                        segment.compactAtNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(retryMs);
                        segment.compactBelow = before;
                    }
                } finally {
                    busy.set(false);
                }
            });
        }
    }

    /** Returns false where it failed. */
    private boolean run(StreamLog stream, Segment segment, Need need) {
        try {
            Segment fresh = compact(segment, need);
            if (fresh != null) {
                stream.freeing().replace(segment, fresh);
                LOG.debug("segment compacted from={} to={}", segment, fresh);
            }
            return true;
        } catch (IOException e) {
            if (!segment.mapping.isGone() && !context.isClosed()) {
                LOG.warn("cannot compact a segment, it stays as it is segment={} error={}", segment, e.toString());
            }
        } catch (LogException e) {
            LOG.warn("cannot compact a segment segment={} error={}", segment, e.getMessage());
        }
        return false;
    }

    /**
     * Writes what is needed of a segment into a new one of the same block.
     *
     * @return the new segment, or null where it is not worth it
     * @throws IOException where a file cannot be read or written; then nothing has changed
     * @throws LogException where it cannot be made durable what is needed; then nothing has changed
     */
    @Nullable
    Segment compact(Segment old, Need need) throws IOException, LogException {
        Mapping mapping = old.mapping.acquire();
        try {
            BitSet needed = ask(old, mapping, need);
            if (context.isClosed()) {
                return null;
            }
            long kept = new Runs(old, mapping, needed).bytes();
            if (needed.isEmpty() || kept > old.bytes() / KEPT_PART || old.bytes() - kept < wonBytesMin) {
                return null;
            }
            need.makeDurable();
            return rewrite(old, mapping, needed, kept);
        } catch (InternalError e) { // what a failed read of a mapped page becomes
            throw new IOException("a page of the segment cannot be read", e);
        } finally {
            mapping.release();
        }
    }

    /** Asks for all messages, adjacent ones with one due time together. Bit i stands for the block's message i. */
    private BitSet ask(Segment segment, Mapping mapping, Need need) {
        BitSet needed = new BitSet();
        long from = 0;
        int count = 0;
        long dueMs = 0;
        for (int record = 0; record < segment.records() && !context.isClosed(); record++) {
            int at = Mapping.recordAt(record);
            long first = mapping.side().getLong(at + SideFormat.FIRST_OFFSET_AT);
            int more = mapping.side().getShort(at + SideFormat.COUNT_AT);
            long due = mapping.side().getLong(at + SideFormat.DEFER_AT);
            if (count > 0 && (first != from + count || due != dueMs || count + more > ASKED_MAX)) {
                mark(needed, segment, need, from, count, dueMs);
                count = 0;
            }
            if (count == 0) {
                from = first;
                dueMs = due;
            }
            count += more;
        }
        mark(needed, segment, need, from, count, dueMs);
        return needed;
    }

    private static void mark(BitSet needed, Segment segment, Need need, long from, int count, long dueMs) {
        if (count > 0) {
            int index = (int) (from - segment.firstOffset());
            need.whichNeeded(from, count, dueMs).stream().forEach(i -> needed.set(index + i));
        }
    }

    private @Nullable Segment rewrite(Segment old, Mapping mapping, BitSet needed, long kept) throws IOException {
        SegmentName name = new SegmentName(old.name.block(), old.name.generation() + 1);
        SegmentRewrite rewrite = new SegmentRewrite(context, old, name, kept);
        boolean done = false;
        try {
            CRC32C crc = new CRC32C();
            Runs runs = new Runs(old, mapping, needed);
            while (runs.next()) {
                if (old.isBad(runs.record()) || !SideCheck.isSound(mapping.side(), mapping.bytes(), runs.at(), crc)) {
                    return null; // damage is its reader's to report, and stays where it is
                }
                rewrite.add(mapping, runs);
            }
            Segment fresh = rewrite.finish();
            done = true;
            return fresh;
        } finally {
            rewrite.close(done);
        }
    }
}
