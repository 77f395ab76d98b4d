package dev.chaski.bench;

import picocli.CommandLine.Option;

/** How many messages a command publishes. Filled by picocli, then only read. */
final class BatchOption {
    @Option(names = "--batch", paramLabel = "N", description = "1 for PUB, more for MPUB (${DEFAULT-VALUE}).")
    int messages = 1;

    void check() {
        Check.atLeast("--batch", messages, 1);
    }

    @Override
    public String toString() {
        return messages == 1 ? "PUB" : "MPUB of " + messages;
    }
}
