package dev.chaski.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Counts what was carried on, and tells it: on a line that changes where a person looks, as JSON where a program asked for
 * it. Failures are told to everybody, but not each. Any thread: every method holds its lock.
 */
final class RelayStatus {
    private static final double MS = 1e6;
    private static final double S = 1e9;
    private static final long FAILURE_STEP_NS = TimeUnit.SECONDS.toNanos(5);

    private final String command;
    private final PrintStream out;
    private final PrintStream err;
    private final long every;
    private final boolean isShown;
    private final @Nullable ObjectMapper json;
    private final long startNs = System.nanoTime();
    private long sent;
    private long failed;
    private long leftOut;
    private long tookNs;
    private long sentBefore;
    private long shownNs = startNs;
    private long failureNs = startNs - FAILURE_STEP_NS;
    private long failuresUntold;
    private boolean isLineOpen;

    /**
     * Nothing so far.
     *
     * @param every after so many messages it is told; 0: never
     * @param isJson as JSON on {@code out}; else for a person on {@code err}
     */
    RelayStatus(String command, PrintStream out, PrintStream err, long every, boolean isJson) {
        this.command = command;
        this.out = out;
        this.err = err;
        this.every = every;
        isShown = !isJson && Terminal.isOne();
        json = isJson ? new ObjectMapper() : null;
    }

    synchronized void sent(long lastedNs) {
        sent++;
        tookNs += lastedNs;
        if (every > 0 && sent % every == 0) {
            tell();
        }
    }

    synchronized void leftOut() {
        leftOut++;
    }

    synchronized void failed(String why) {
        failed++;
        failuresUntold++;
        long nowNs = System.nanoTime();
        if (nowNs - failureNs >= FAILURE_STEP_NS) {
            failureNs = nowNs;
            String more = failuresUntold == 1 ? "" : " (and " + (failuresUntold - 1) + " more failed)";
            failuresUntold = 0;
            endLine();
            err.println("chaski " + command + ": " + why + "; the message goes back to its channel" + more);
        }
    }

    private void tell() {
        long nowNs = System.nanoTime();
        double rate = (sent - sentBefore) * S / Math.max(1, nowNs - shownNs);
        double meanMs = tookNs / MS / Math.max(1, sent - sentBefore);
        ObjectMapper mapper = json;
        if (mapper != null) {
            out.println(mapper.createObjectNode()
                    .put("sent", sent)
                    .put("failed", failed)
                    .put("left_out", leftOut)
                    .put("rate", rate)
                    .put("mean_ms", meanMs));
            out.flush();
        } else if (isShown) {
            err.print(String.format(
                    Locale.ROOT,
                    "\r%,d sent, %,d failed, %,d left out, %.0f/s, %.1f ms each   ",
                    sent,
                    failed,
                    leftOut,
                    rate,
                    meanMs));
            err.flush();
            isLineOpen = true;
        }
        sentBefore = sent;
        shownNs = nowNs;
        tookNs = 0;
    }

    /** Ends the line that changes. */
    synchronized void endLine() {
        if (isLineOpen) {
            err.println();
            isLineOpen = false;
        }
    }
}
