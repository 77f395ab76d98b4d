package dev.chaski.cli;

import picocli.CommandLine.Option;

/** What the commands share that carry messages on. */
final class RelayOptions {
    private static final int STATUS_EVERY = 250;

    @Option(
            names = "--mode",
            paramLabel = "<mode>",
            defaultValue = "hostpool",
            description =
                    "which of several destinations gets a message: hostpool (the next that works), round-robin (the"
                            + " next), epsilon-greedy (mostly the quickest) or multicast (all) (default: ${DEFAULT-VALUE})")
    String mode = "hostpool";

    @Option(
            names = "--status-every",
            paramLabel = "<n>",
            defaultValue = "" + STATUS_EVERY,
            description = "tell how it goes after so many messages, on a terminal or as --json; 0: never"
                    + " (default: ${DEFAULT-VALUE})")
    long statusEvery = STATUS_EVERY;

    @Option(names = "--json", description = "print that as an object on a line")
    boolean isJson;
}
