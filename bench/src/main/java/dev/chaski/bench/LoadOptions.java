package dev.chaski.bench;

import picocli.CommandLine.Option;

/** How many publish at once. Filled by picocli, then only read. */
final class LoadOptions {
    @Option(names = "--connections", paramLabel = "N", description = "How many connections publish (${DEFAULT-VALUE}).")
    int connections;

    @Option(
            names = "--pipeline",
            paramLabel = "N",
            description = "Publishes of a connection that may wait for answers (${DEFAULT-VALUE}).")
    int pipeline;

    LoadOptions(int connections, int pipeline) {
        this.connections = connections;
        this.pipeline = pipeline;
    }

    void check() {
        Check.atLeast("--connections", connections, 1);
        Check.atLeast("--pipeline", pipeline, 1);
    }

    @Override
    public String toString() {
        return connections + " connections, " + pipeline + " outstanding each";
    }
}
