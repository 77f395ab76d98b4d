package dev.chaski.bench;

import dev.chaski.bench.measure.Report;
import dev.chaski.bench.measure.Span;
import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/** Tells how a run goes while it goes. Confined to the thread that runs the measurement. */
final class Progress implements Consumer<Span> {
    private static final Duration TERMINAL_INTERVAL = Duration.ofSeconds(1);

    private final PrintStream target;
    private final boolean lines;
    private final boolean overwrite;
    private final Duration interval;
    private double elapsedS;

    private Progress(PrintStream target, boolean lines, boolean overwrite, Duration interval) {
        this.target = target;
        this.lines = lines;
        this.overwrite = overwrite;
        this.interval = interval;
    }

    /** What the options ask for: lines on standard error, one line that is written over on a terminal, or nothing. */
    static Progress of(RunOptions run) {
        boolean terminal = isTerminal();
        if (run.interval != null) {
            return new Progress(System.err, true, false, run.interval);
        }
        return terminal
                ? new Progress(System.err, true, true, TERMINAL_INTERVAL)
                : new Progress(System.err, false, false, run.duration.plus(run.duration));
    }

    /** Whether a person is looking. */
    // Null under -Djdk.console=java.base, whatever the check thinks.
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /** A line for every interval, whether or not somebody asked. */
    static Progress always(Duration interval) {
        return new Progress(System.err, true, false, interval);
    }

    Duration interval() {
        return interval;
    }

    @Override
    public void accept(Span span) {
        elapsedS += span.seconds();
        if (lines) {
            target.print((overwrite ? "\r\u001b[K" : "") + line(span) + (overwrite ? "" : "\n"));
            target.flush();
        }
    }

    /** Clears the line that is written over. */
    void end() {
        if (overwrite) {
            target.print("\r\u001b[K");
            target.flush();
        }
    }

    private String line(Span span) {
        List<String> parts = new ArrayList<>();
        parts.add(String.format(Locale.ROOT, "%5.0f s", elapsedS));
        if (span.sample().published() > 0) {
            parts.add("published " + perSecond(span, span.sample().published())
                    + latency(span.sample().answer()));
        }
        if (span.sample().consumed() > 0) {
            parts.add("consumed " + perSecond(span, span.sample().consumed())
                    + latency(span.sample().endToEnd()));
        }
        if (span.knowsServer()) {
            parts.add("server " + Report.format(100 * span.serverCores()) + " % CPU, "
                    + Report.format(span.to().serverAnonymousBytes() / (double) (1 << 20)) + " MiB");
        }
        parts.add("generator " + Report.format(100 * span.ownCores()) + " % CPU");
        return String.join(" | ", parts);
    }

    private static String perSecond(Span span, long count) {
        return String.format(Locale.ROOT, "%,.0f/s", span.perSecond(count));
    }

    private static String latency(Histogram latencyNs) {
        return latencyNs.getTotalCount() == 0
                ? ""
                : " p50 " + Report.duration(latencyNs.getValueAtPercentile(50)) + " p99 "
                        + Report.duration(latencyNs.getValueAtPercentile(99));
    }
}
