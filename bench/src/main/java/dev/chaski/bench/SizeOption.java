package dev.chaski.bench;

import picocli.CommandLine.Option;

/** How large messages are. Filled by picocli, then only read. */
final class SizeOption {
    @Option(names = "--size", paramLabel = "BYTES", description = "Size of a body (${DEFAULT-VALUE}).")
    int bytes = 200;

    void check(int bytesMin) {
        Check.atLeast("--size", bytes, bytesMin);
    }
}
