package dev.chaski.cli;

import java.io.PrintStream;
import java.util.concurrent.TimeUnit;

/** A bar that fills while something long runs, on a line of its own; nothing where no person looks. One thread. */
final class ProgressBar {
    private static final int WIDTH = 30;
    private static final int TEXT_MAX = 40;
    private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final PrintStream out;
    private final boolean isShown;
    private long shownNs = System.nanoTime();
    private boolean isDrawn;

    ProgressBar(PrintStream out, boolean isShown) {
        this.out = out;
        this.isShown = isShown;
    }

    /**
     * Shows how far it is, ten times a second at most.
     *
     * @param done of {@code all}
     * @param text what is being done
     */
    void show(long done, long all, String text) {
        long nowNs = System.nanoTime();
        if (!isShown || nowNs - shownNs < STEP_NS) {
            return;
        }
        shownNs = nowNs;
        isDrawn = true;
        double share = all <= 0 ? 1 : Math.min(1, (double) done / all);
        int full = (int) (share * WIDTH);
        String shortened = text.length() > TEXT_MAX ? text.substring(0, TEXT_MAX - 1) + "…" : text;
        out.printf(
                "\r[%s%s] %3d%% %-" + TEXT_MAX + "s",
                "#".repeat(full),
                ".".repeat(WIDTH - full),
                (int) (share * 100),
                shortened);
        out.flush();
    }

    /** Takes the bar away. */
    void clear() {
        if (isDrawn) {
            out.print("\r" + " ".repeat(WIDTH + TEXT_MAX + 8) + "\r");
            out.flush();
            isDrawn = false;
        }
    }
}
