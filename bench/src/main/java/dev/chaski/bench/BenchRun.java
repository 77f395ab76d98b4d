package dev.chaski.bench;

import dev.chaski.bench.load.BenchException;
import dev.chaski.bench.measure.Report;
import java.util.function.Supplier;

/** A subcommand that measures something: runs it, prints what it found, and ends with a fitting exit code. */
abstract class BenchRun extends Measurement {
    /** Does the run. */
    abstract Report measure();

    @Override
    public Integer call() {
        return tell(this::measure, run.json);
    }

    /** Measures, prints what was found on standard output, as JSON or for people, and returns the exit code. */
    static int tell(Supplier<Report> measurement, boolean json) {
        try {
            Report report = measurement.get();
            System.out.print(json ? Report.json(report.values()) + "\n" : report.text());
            return report.hasFailed() ? FAILED : 0;
        } catch (BenchException e) {
            return explain(e);
        }
    }

    /** Tells the operator why a run could not be done; returns the exit code. */
    static int explain(BenchException e) {
        System.err.println("chaski bench: " + e.getMessage());
        return e.kind().exitCode();
    }
}
