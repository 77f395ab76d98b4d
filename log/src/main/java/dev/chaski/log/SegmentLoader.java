package dev.chaski.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The load thread: maps segments, reads their pages in, and verifies what this process did not write itself, a window
 * ahead of the readers. {@link #map} and {@link #load} from any thread; the rest on the load thread.
 */
final class SegmentLoader {
    /** Loaded at a time: some milliseconds of a slow disk, and enough for thousands of messages. */
    static final int WINDOW_BYTES = 4 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(SegmentLoader.class);
    private static final int RETRY_MS = 1000;

    private final LogContext context;
    private final CRC32C crc = new CRC32C();

    SegmentLoader(LogContext context) {
        this.context = context;
    }

    /**
     * A stretch of a segment that is being loaded for one reader. {@code end} is set before {@code done}.
     */
    static final class Window {
        final Segment segment;
        private final @Nullable Mapping mapping;
        private final long offset;
        private final Runnable wake;
        private volatile boolean wanted;
        private volatile boolean done;
        int begin;
        int end;

        private Window(Segment segment, @Nullable Mapping mapping, long offset, boolean wanted, Runnable wake) {
            this.segment = segment;
            this.mapping = mapping;
            this.offset = offset;
            this.wanted = wanted;
            this.wake = wake;
        }

        boolean isDone() {
            return done;
        }

        /**
         * Has the reader woken when it is done.
         *
         * @return false where it was done already, so that no wake-up may come
         */
        boolean wakeWhenDone() {
            wanted = true;
            return !done;
        }

        private void finish() {
            done = true;
            if (wanted) {
                wake.run();
            }
        }
    }

    /** Maps a segment soon. */
    void map(Segment segment) {
        context.load(() -> {
            try {
                segment.mapping.acquire().release();
            } catch (IOException | RuntimeException | InternalError e) {
                warn(segment, e);
            }
        });
    }

    /**
     * Loads from a record on.
     *
     * @param segment where
     * @param mapping the mapping of it that the reader holds, perhaps not the newest; null where it holds none
     * @param offset the first offset that is wanted
     * @param wanted whether the reader waits for it
     * @param wake run when it is there and the reader waits
     */
    Window load(Segment segment, @Nullable Mapping mapping, long offset, boolean wanted, Runnable wake) {
        Window window = new Window(segment, mapping, offset, wanted, wake);
        context.load(() -> run(window));
        return window;
    }

    private void run(Window window) {
        @Nullable Mapping mapping = null;
        try {
            mapping = acquire(window);
            window.begin = mapping.find(window.offset, window.segment.records());
            window.end = prepare(window.segment, mapping, window.begin);
            window.segment.noteLoad(false);
            window.finish();
        } catch (IOException | RuntimeException | InternalError e) { // the last: a failed read of a mapped page
            if (window.segment.mapping.isGone()) {
                window.finish();
                return;
            }
            warn(window.segment, e);
            context.backgroundIn(RETRY_MS, TimeUnit.MILLISECONDS, window::finish); // its reader asks again
        } finally {
            if (mapping != null) {
                mapping.release();
            }
        }
    }

    /** What is made ready is noted in a mapping, so it must be the reader's own: of a compacted segment that is a former one. */
    private static Mapping acquire(Window window) throws IOException {
        Mapping held = window.mapping;
        return held != null && held.tryRetain() ? held : window.segment.mapping.acquire();
    }

    private static void warn(Segment segment, Throwable failure) {
        if (!segment.mapping.isGone() && segment.noteLoad(true)) {
            LOG.warn("cannot map a segment, trying on segment={} error={}", segment, failure.toString());
        }
    }

    /** Makes records ready, and says up to which one. */
    private int prepare(Segment segment, Mapping mapping, int from) {
        int limit = Math.min(segment.records(), mapping.readyFrom());
        int record = from & -Mapping.GROUP_RECORDS;
        long bytes = 0;
        while (record < limit && bytes < WINDOW_BYTES) {
            int end = Math.min(record + Mapping.GROUP_RECORDS, limit);
            if (!mapping.isReady(record)) {
                bytes += prepareGroup(segment, mapping, record, end);
                mapping.markReady(record);
            }
            record = end;
        }
        return record;
    }

    private long prepareGroup(Segment segment, Mapping mapping, int from, int to) {
        long bytes = 0;
        for (int record = from; record < to; record++) {
            int length = mapping.side().getInt(Mapping.recordAt(record) + SideFormat.LENGTH_AT);
            bytes += length;
            if (length > 0) {
                prepareRecord(segment, mapping, record, length);
            }
        }
        return bytes;
    }

    private void prepareRecord(Segment segment, Mapping mapping, int record, int length) {
        int at = Mapping.recordAt(record);
        try {
            if (segment.own && !segment.mapping.isCold()) {
                Pages.touch(mapping.bytes(), (int) mapping.side().getLong(at + SideFormat.POSITION_AT), length);
            } else if (!SideCheck.isSound(mapping.side(), mapping.bytes(), at, crc)) {
                quarantine(segment, mapping, record, at, length);
            }
        } catch (InternalError e) { // what a failed read of a mapped page becomes
            if (segment.addBad(record)) {
                context.quarantine.report(segment + ": record " + record
                        + " cannot be read, its messages are skipped: check the disk and the system's log");
            }
        }
    }

    private void quarantine(Segment segment, Mapping mapping, int record, int at, int length) {
        if (segment.addBad(record)) {
            ByteBuffer side = mapping.side().slice(at, SideFormat.RECORD_BYTES);
            int position = (int) side.getLong(SideFormat.POSITION_AT);
            context.quarantine.report(segment, record, side, mapping.bytes().slice(position, length));
        }
    }
}
