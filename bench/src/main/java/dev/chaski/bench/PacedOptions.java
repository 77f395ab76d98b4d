package dev.chaski.bench;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is published and consumed at a rate. Filled by picocli, then only read. */
final class PacedOptions {
    @Mixin
    ConsumerOptions consumer = new ConsumerOptions();

    @Mixin
    TopicOption topic = new TopicOption();

    @Mixin
    SizeOption size = new SizeOption();

    @Mixin
    BatchOption batch = new BatchOption();

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "5000",
            description = "Messages a second (${DEFAULT-VALUE}).")
    double rate = 5000;

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
        size.check(Long.BYTES);
        batch.check();
        Check.atLeast("--pipeline", pipeline, 1);
        Check.atLeast("--publishers", publishers, 1);
        Check.atLeast("--consumers", consumers, 1);
        consumer.check();
    }
}
