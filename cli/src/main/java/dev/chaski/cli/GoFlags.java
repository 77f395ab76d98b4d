package dev.chaski.cli;

import dev.chaski.server.config.HostName;
import dev.chaski.server.config.OptionException;
import dev.chaski.server.config.OptionHelp;
import dev.chaski.server.config.OptionReader;
import dev.chaski.server.config.OptionSet;
import dev.chaski.server.config.Options;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/**
 * A command whose options are those of a server of NSQ, written as Go programs take them, which is why they are read by
 * our own table and not by picocli.
 *
 * @param name of the command
 * @param purpose what it does, in a sentence
 * @param set its options
 */
record GoFlags(String name, String purpose, OptionSet set) {
    /** What is done with the options, and with what was passed over and looks like a mistake. */
    interface Action {
        int run(Options options, List<String> notes);
    }

    /** Answers what asks for help or a version, else reads the options and runs the action. */
    int run(List<String> arguments, Map<String, String> environment, Action action) {
        if (asksForHelp(arguments)) {
            help(System.out);
            return ExitCode.OK;
        }
        if (arguments.contains("--version") || arguments.contains("-version")) {
            System.out.println("chaski " + Version.text());
            return ExitCode.OK;
        }
        OptionReader reader = new OptionReader(HostName.get(), set);
        try {
            Options options = reader.read(arguments, environment);
            return action.run(options, reader.notes());
        } catch (OptionException e) {
            System.err.println("chaski " + name + ": " + e.getMessage());
            return ExitCode.USAGE;
        }
    }

    static boolean asksForHelp(List<String> arguments) {
        return arguments.stream().anyMatch(List.of("--help", "-help", "-h", "help")::contains);
    }

    void help(PrintStream out) {
        out.println(purpose);
        out.println();
        out.println("  chaski " + name + " [--flag=value ...]");
        out.println();
        out.println("Each flag may also be given as an environment variable (--log-level: CHASKI_LOG_LEVEL)");
        out.println("or in a TOML file (log_level = \"debug\") named by --config. Flags win over the environment,");
        out.println("and that over the file.");
        out.println();
        out.println("  --config=<file>");
        out.println("      read options from this file");
        OptionHelp.lines(set).forEach(out::println);
    }
}
