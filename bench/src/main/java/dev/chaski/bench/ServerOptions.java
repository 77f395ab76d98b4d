package dev.chaski.bench;

import dev.chaski.bench.measure.ProcessProbe;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the server is. Filled by picocli, then only read. */
final class ServerOptions {
    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description = "The server's host (${DEFAULT-VALUE}).")
    String host = "127.0.0.1";

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "4150",
            description = "Its TCP port (${DEFAULT-VALUE}).")
    int port = 4150;

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            description = "Its HTTP port. With it, the topics of a run are deleted when the run is over.")
    @Nullable
    Integer httpPort;

    @Option(
            names = "--pid",
            paramLabel = "PID",
            description = "Its process, on this machine: its CPU time and anonymous memory are reported.")
    @Nullable
    Long pid;

    /** What looks at the server's process, where it is known. */
    @Nullable
    ProcessProbe probe() {
        return pid == null ? null : new ProcessProbe(Path.of("/proc"), pid);
    }
}
