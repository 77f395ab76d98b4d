package dev.chaski.bench;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a run is timed and told. Filled by picocli, then only read. */
final class RunOptions {
    @Option(
            names = "--warm-up",
            paramLabel = "TIME",
            defaultValue = "3s",
            converter = DurationConverter.class,
            description = "Time that is not counted, at the beginning; where the messages are numbered at most half of"
                    + " them (${DEFAULT-VALUE}).")
    Duration warmUp = Duration.ofSeconds(3);

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description = "Time that is counted (${DEFAULT-VALUE}).")
    Duration duration = Duration.ofSeconds(10);

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Print a line on standard error that often; every second on a terminal, else never.")
    @Nullable
    Duration interval;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "Threads of the generator, over which connections are spread (${DEFAULT-VALUE}).")
    int threads = 1;

    @Option(names = "--json", description = "Print the result as JSON.")
    boolean json;
}
