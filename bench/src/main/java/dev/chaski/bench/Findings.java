package dev.chaski.bench;

import dev.chaski.bench.load.Sample;
import dev.chaski.bench.measure.Report;

/** What should not have been, told the same way in every report. Stateless. */
final class Findings {
    private Findings() {}

    static void refused(Report report, Sample sample) {
        if (sample.refused() > 0) {
            report.fail("The server refused " + sample.refused() + " FINs: messages timed out and came again.");
        }
    }

    static void missing(Report report, long missing) {
        if (missing > 0) {
            report.fail(missing + " messages were answered and did not arrive within 10 s.");
        }
    }

    static void foreign(Report report, Sample sample) {
        if (sample.foreign() > 0) {
            report.note(sample.foreign() + " messages came that this run did not publish: they are in no latency.");
        }
    }

    static void early(Report report, Sample sample) {
        if (sample.early() > 0) {
            report.fail(sample.early() + " deferred messages came more than a millisecond before they were due.");
        }
    }
}
