package dev.chaski.bench;

import picocli.CommandLine.Option;

/** How to ask what a command does. Filled by picocli. */
final class HelpOptions {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this help.")
    boolean help;
}
