package dev.chaski.bench;

import dev.chaski.bench.measure.ProcessProbe;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the lookup is, how much is registered there, and how long it is asked. Filled by picocli, then only read. */
final class LookupOptions {
    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description = "The lookup's host (${DEFAULT-VALUE}).")
    String host = "127.0.0.1";

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "4160",
            description = "Its TCP port, where nodes register (${DEFAULT-VALUE}).")
    int port = 4160;

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            defaultValue = "4161",
            description = "Its HTTP port, where it is asked, and where the topics are deleted when the run is over"
                    + " (${DEFAULT-VALUE}).")
    int httpPort = 4161;

    @Option(
            names = "--pid",
            paramLabel = "PID",
            description = "Its process, on this machine: its CPU time and anonymous memory are reported.")
    @Nullable
    Long pid;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "200",
            description = "How many nodes register (${DEFAULT-VALUE}).")
    int nodes = 200;

    @Option(
            names = "--topics",
            paramLabel = "N",
            defaultValue = "10000",
            description = "How many topics, with a channel each (${DEFAULT-VALUE}).")
    int topics = 10_000;

    @Option(names = "--everywhere", description = "Each node has all topics; otherwise each topic is one node's.")
    boolean everywhere;

    @Option(
            names = "--warm-up",
            paramLabel = "TIME",
            defaultValue = "3s",
            converter = DurationConverter.class,
            description = "Time that is not counted, before each kind of question (${DEFAULT-VALUE}).")
    Duration warmUp = Duration.ofSeconds(3);

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description = "How long each kind of question is asked (${DEFAULT-VALUE}).")
    Duration duration = Duration.ofSeconds(10);

    @Option(names = "--json", description = "Print the result as JSON.")
    boolean json;

    void check() {
        Check.atLeast("--nodes", nodes, 1);
        Check.atLeast("--topics", topics, 1);
    }

    /** What looks at the lookup's process, where it is known. */
    @Nullable
    ProcessProbe probe() {
        return pid == null ? null : new ProcessProbe(Path.of("/proc"), pid);
    }
}
