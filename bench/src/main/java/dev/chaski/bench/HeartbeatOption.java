package dev.chaski.bench;

import java.time.Duration;
import picocli.CommandLine.Option;

/** How often the server asks whether a connection lives. Filled by picocli, then only read. */
final class HeartbeatOption {
    @Option(
            names = "--heartbeat",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "How often the server is to send a heartbeat (${DEFAULT-VALUE}).")
    Duration interval = Duration.ofSeconds(30);

    int intervalMs() {
        return (int) interval.toMillis();
    }
}
