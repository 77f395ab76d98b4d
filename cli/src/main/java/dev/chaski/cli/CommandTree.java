package dev.chaski.cli;

import dev.chaski.bench.BenchCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/** The commands; of those that {@link Main} runs only what the list says of them. */
final class CommandTree {
    private CommandTree() {}

    static int run(String[] args) {
        return commandLine().execute(args);
    }

    static CommandLine commandLine() {
        CommandLine tree = new CommandLine(new Root());
        tree.addSubcommand("serve", described("Run a broker on this machine."));
        tree.addSubcommand("pub", new PubCommand(System.in, System.err));
        tree.addSubcommand("tail", new TailCommand(System.out, System.err, Signals::onFirst));
        tree.addSubcommand("check", described("Start a broker, send a message through it, and stop it."));
        tree.addSubcommand("bench", new BenchCommand());
        tree.addSubcommand("inspect", new InspectCommand(System.out, System.err));
        tree.addSubcommand("import", new ImportCommand(System.out, System.err));
        tree.addSubcommand("version", new VersionCommand());
        tree.setExecutionStrategy(new CommandLine.RunLast());
        tree.setParameterExceptionHandler((e, arguments) -> {
            CommandLine command = e.getCommandLine();
            command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + e.getMessage());
            CommandLine.UnmatchedArgumentException.printSuggestions(e, command.getErr());
            command.getErr().println("See chaski --help");
            return ExitCode.USAGE;
        });
        tree.setExecutionExceptionHandler((e, command, result) -> {
            command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + e.getMessage());
            return ExitCode.FAILED;
        });
        return tree;
    }

    /** For the list of commands; {@link Main} runs it. */
    private static CommandSpec described(String description) {
        CommandSpec spec = CommandSpec.create();
        spec.usageMessage().description(description);
        return spec;
    }

    /** Prints the list of commands where none is named. */
    @Command(
            name = "chaski",
            mixinStandardHelpOptions = true,
            versionProvider = VersionCommand.Provider.class,
            description = {"A message broker that NSQ clients use unchanged, durable by default.", ""},
            commandListHeading = "%nCommands:%n",
            footer = {"", "Start with: chaski serve"})
    static final class Root implements Runnable {
        @CommandLine.Spec
        CommandSpec spec = CommandSpec.create();

        @Override
        public void run() {
            spec.commandLine().usage(spec.commandLine().getOut());
        }
    }
}
