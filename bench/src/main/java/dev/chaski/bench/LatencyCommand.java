package dev.chaski.bench;

import dev.chaski.bench.measure.Report;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code chaski bench latency}. */
@Command(
        name = "latency",
        description = "Publishes and consumes at a fixed rate; measures from when each message was to be sent.")
final class LatencyCommand extends BenchRun {
    @Mixin
    PacedOptions paced = new PacedOptions();

    @Override
    Report measure() {
        paced.check();
        List<String> names = paced.topic.names(1);
        Report report;
        try (Session session = new Session(server, run.threads)) {
            PacedRun pacedRun = new PacedRun(paced, session, names);
            report = new Report("latency", pacedRun.title());
            pacedRun.fill(report, pacedRun.measure(run, Progress.of(run), span -> {}));
        }
        Topics.delete(server, names);
        return report;
    }
}
