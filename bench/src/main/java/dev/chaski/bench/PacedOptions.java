package dev.chaski.bench;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is published and consumed at a rate. Filled by picocli, then only read. */
final class PacedOptions {
    @Mixin
    ConsumerOptions consumer = new ConsumerOptions();

    @Option(
            names = "--topic",
            paramLabel = "NAME",
            description = "The topic; one that was never used before unless given.")
    @Nullable
    String topic;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "5000",
            description = "Messages a second (${DEFAULT-VALUE}).")
    double rate = 5000;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "200",
            description = "Size of a body (${DEFAULT-VALUE}).")
    int sizeBytes = 200;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "1",
            description = "1 for PUB, more for MPUB (${DEFAULT-VALUE}).")
    int batch = 1;

    @Option(
            names = "--pipeline",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Commands of a publisher that may wait for answers (${DEFAULT-VALUE}).")
    int pipeline = 1000;

    @Option(
            names = "--publishers",
            paramLabel = "N",
            defaultValue = "1",
            description = "Publishing connections (${DEFAULT-VALUE}).")
    int publishers = 1;

    @Option(
            names = "--consumers",
            paramLabel = "N",
            defaultValue = "1",
            description = "Consuming connections (${DEFAULT-VALUE}).")
    int consumers = 1;

    void check() {
        Check.positive("--rate", rate);
        // A body carries the time it was to be sent.
        Check.atLeast("--size", sizeBytes, Long.BYTES);
        Check.atLeast("--batch", batch, 1);
        Check.atLeast("--pipeline", pipeline, 1);
        Check.atLeast("--publishers", publishers, 1);
        Check.atLeast("--consumers", consumers, 1);
        Check.atLeast("--rdy", consumer.rdy, 1);
    }
}
