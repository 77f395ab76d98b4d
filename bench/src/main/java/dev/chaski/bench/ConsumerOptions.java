package dev.chaski.bench;

import dev.chaski.bench.load.ConsumeConnection.Finish;
import dev.chaski.bench.load.Hello;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How messages are taken. Filled by picocli, then only read. */
final class ConsumerOptions {
    @Option(
            names = "--rdy",
            paramLabel = "N",
            defaultValue = "2500",
            description = "RDY of each consumer (${DEFAULT-VALUE}).")
    int rdy = 2500;

    @Option(
            names = "--channel",
            paramLabel = "NAME",
            defaultValue = "bench",
            description = "The channel (${DEFAULT-VALUE}).")
    String channel = "bench";

    @Option(
            names = "--finish",
            paramLabel = "batch|each",
            defaultValue = "batch",
            description = "FINs of what one read brought in one write, or one packet for each (${DEFAULT-VALUE}).")
    Finish finish = Finish.BATCH;

    @Option(
            names = "--heartbeat",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "How often the server is to send a heartbeat (${DEFAULT-VALUE}).")
    Duration heartbeat = Duration.ofSeconds(30);

    @Option(
            names = "--output-buffer-size",
            paramLabel = "BYTES",
            defaultValue = "0",
            description = "What the server may collect for a consumer: 0 as it likes, -1 nothing (${DEFAULT-VALUE}).")
    int outputBufferBytes;

    @Option(
            names = "--output-buffer-timeout",
            paramLabel = "MS",
            defaultValue = "0",
            description = "How long it may collect, in ms: 0 as it likes, -1 not at all (${DEFAULT-VALUE}).")
    int outputBufferTimeoutMs;

    Hello hello() {
        return new Hello((int) heartbeat.toMillis(), outputBufferBytes, outputBufferTimeoutMs);
    }
}
