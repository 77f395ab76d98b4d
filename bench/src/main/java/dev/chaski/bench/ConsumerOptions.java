package dev.chaski.bench;

import dev.chaski.bench.load.ConsumeConnection;
import dev.chaski.bench.load.ConsumeConnection.Finish;
import dev.chaski.bench.load.ConsumeConnection.Stamp;
import dev.chaski.bench.load.ConsumeConnection.Subscription;
import dev.chaski.bench.load.Goal;
import dev.chaski.bench.load.Hello;
import picocli.CommandLine.Mixin;
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

    @Mixin
    HeartbeatOption heartbeat = new HeartbeatOption();

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

    void check() {
        Check.atLeast("--rdy", rdy, 1);
    }

    /** A connection that subscribes to the channel, and then waits to begin. */
    ConsumeConnection connect(Session session, String topic, Stamp stamp, Goal ready, Goal arrivals) {
        Hello hello = new Hello(heartbeat.intervalMs(), outputBufferBytes, outputBufferTimeoutMs);
        Subscription subscription = new Subscription(topic, channel, rdy, finish, stamp);
        return new ConsumeConnection(session.nextLoop(), session.connect(), hello, subscription, ready, arrivals);
    }
}
