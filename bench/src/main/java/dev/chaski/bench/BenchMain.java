package dev.chaski.bench;

import picocli.CommandLine;

/** The load generator alone, without the rest of the chaski command. */
public final class BenchMain {
    private BenchMain() {}

    /**
     * Runs a subcommand.
     *
     * @param args as after {@code chaski bench}
     */
    public static void main(String[] args) {
        System.exit(execute(args));
    }

    static int execute(String... args) {
        return new CommandLine(new BenchCommand()).execute(args);
    }
}
