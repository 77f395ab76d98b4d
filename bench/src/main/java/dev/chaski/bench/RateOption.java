package dev.chaski.bench;

import dev.chaski.bench.load.PublishPlan;
import dev.chaski.bench.load.Schedule;
import dev.chaski.bench.measure.Report;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** At which rate messages are published, if at any. Filled by picocli, then only read. */
final class RateOption {
    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Messages a second in all; unless given, as many as possible.")
    @Nullable
    Double messagesPerS;

    void check() {
        Check.positive("--rate", messagesPerS);
    }

    boolean isGiven() {
        return messagesPerS != null;
    }

    /** A connection's plan with its share of the rate. */
    PublishPlan share(PublishPlan plan, int batch, int connections, int index) {
        return messagesPerS == null ? plan : plan.at(Schedule.share(messagesPerS, batch, connections, index));
    }

    @Override
    public String toString() {
        return messagesPerS == null ? "" : ", " + Report.format(messagesPerS) + " messages a second";
    }
}
