package dev.chaski.log;

import java.io.IOException;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segments whose files are open, no more than the process can afford: who opens another closes those that were not
 * used lately, and pays some 10 µs for each. Any thread; the lock guards the list and is never held over I/O.
 */
final class OpenPairs {
    private static final Logger LOG = LoggerFactory.getLogger(OpenPairs.class);

    /** Two descriptors for each pair, so a fifth of what the process may have: the rest is for connections. */
    private static final int LIMIT_PART = 10;

    private static final int PAIRS_MIN = 32;
    private static final int PAIRS_MAX = 5_000;

    /** Pairs looked at for one that can be closed. */
    private static final int SWEEP_MAX = 256;

    private final int max;
    private final LinkedHashSet<SegmentFiles> open =
            new LinkedHashSet<>(); // those first that were opened or used first

    /**
     * None open.
     *
     * @param max how many may stay open; more are open only while more are used at once
     */
    OpenPairs(int max) {
        this.max = max;
    }

    /** What fits a limit of descriptors. */
    static int affordable(long descriptorsMax) {
        return Math.clamp(descriptorsMax / LIMIT_PART, PAIRS_MIN, PAIRS_MAX);
    }

    synchronized int count() {
        return open.size();
    }

    synchronized void opened(SegmentFiles files) {
        open.add(files);
    }

    synchronized void closed(SegmentFiles files) {
        open.remove(files);
    }

    /** Closes what was not used lately where another pair would be one too many. Holding no pair's lock. */
    void makeRoom() {
        for (int sweep = 0; sweep < SWEEP_MAX && count() >= max; sweep++) {
            SegmentFiles oldest = toEnd();
            if (oldest != null && !oldest.takeUsedLately()) {
                close(oldest);
            }
        }
    }

    /** Closes every pair that nobody is using: the process has run out of descriptors. Holding no pair's lock. */
    void closeUnused() {
        for (int left = count(); left > 0; left--) {
            SegmentFiles oldest = toEnd();
            if (oldest != null) {
                close(oldest);
            }
        }
    }

    private synchronized @Nullable SegmentFiles toEnd() {
        if (open.isEmpty()) {
            return null;
        }
        SegmentFiles oldest = open.getFirst();
        open.addLast(oldest);
        return oldest;
    }

    private static void close(SegmentFiles files) {
        try {
            files.closeIfUnused();
        } catch (IOException e) {
            LOG.warn("cannot close a segment segment={} error={}", files.framesPath(), e.toString());
        }
    }
}
