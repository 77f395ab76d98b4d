package dev.chaski.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code chaski help}: what {@code --help} prints. Runs on the main thread. */
@Command(
        name = "help",
        description = "Print what a command does, and its options.",
        footerHeading = "%nExamples:%n",
        footer = {"  chaski help pub", "  chaski help topic create"})
final class HelpCommand implements Callable<Integer> {
    @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "such as pub, or topic create")
    List<String> command = List.of();

    private final PrintStream out;
    private final PrintStream err;

    HelpCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() {
        switch (String.join(" ", command)) {
            case "serve" -> ServeCommand.help(out);
            case "lookupd" -> LookupdCommand.help(out);
            case "doctor" -> DoctorCommand.help(out);
            default -> {
                CommandLine found = find(CommandTree.whole(), command);
                if (found == null) {
                    err.println(
                            "chaski help: there is no command " + String.join(" ", command) + ". See chaski --help");
                    return ExitCode.USAGE;
                }
                found.usage(out);
            }
        }
        return ExitCode.OK;
    }

    /** A command below a tree by its names; null where there is none. */
    static @Nullable CommandLine find(CommandLine tree, List<String> names) {
        CommandLine found = tree;
        for (String name : names) {
            found = found == null ? null : found.getSubcommands().get(name);
        }
        return found;
    }
}
