package dev.chaski.cli;

import dev.chaski.bench.BenchCommand;
import dev.chaski.server.config.LookupdOptions;
import dev.chaski.server.config.OptionSet;
import dev.chaski.server.config.OptionTable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The commands; of those that {@link Main} runs only what the list says of them. */
final class CommandTree {
    /** Each is made when it is needed: picocli takes its time with each. In the order of the list. */
    private static final Map<String, Supplier<Object>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("serve", CommandTree::serve);
        COMMANDS.put("lookupd", CommandTree::lookupd);
        COMMANDS.put("pub", () -> new PubCommand(System.in, System.err));
        COMMANDS.put("sub", () -> new SubCommand(System.out, System.err, Signals::onFirst));
        COMMANDS.put("tail", () -> new TailCommand(System.out, System.err, Signals::onFirst));
        COMMANDS.put("to-file", () -> new ToFileCommand(System.out, System.err, Signals::onFirst, Signals::onHangUp));
        COMMANDS.put("to-http", () -> new ToHttpCommand(System.out, System.err, Signals::onFirstOrHangUp));
        COMMANDS.put("bridge", () -> new BridgeCommand(System.out, System.err, Signals::onFirstOrHangUp));
        COMMANDS.put("list", () -> new ListCommand(System.out, System.err));
        COMMANDS.put("stat", () -> new StatCommand(System.in, System.out, System.err, Signals::onFirst));
        COMMANDS.put("topic", () -> AdminCommands.topic(System.in, System.out, System.err, Terminal::isOne));
        COMMANDS.put("channel", () -> AdminCommands.channel(System.in, System.out, System.err, Terminal::isOne));
        COMMANDS.put("doctor", CommandTree::doctor);
        COMMANDS.put("check", () -> described("Start a broker, send a message through it, and stop it."));
        COMMANDS.put("bench", BenchCommand::new);
        COMMANDS.put("inspect", () -> new InspectCommand(System.out, System.err));
        COMMANDS.put("backup", () -> new BackupCommand(System.out, System.err, Signals::onFirst));
        COMMANDS.put("restore", () -> new RestoreCommand(System.out, System.err));
        COMMANDS.put("verify", () -> new VerifyCommand(System.out, System.err));
        COMMANDS.put("import", () -> new ImportCommand(System.out, System.err));
        COMMANDS.put("completion", () -> new CompletionCommand(System.out));
        COMMANDS.put("man", () -> new ManCommand(System.out, System.err));
        COMMANDS.put("help", () -> new HelpCommand(System.out, System.err));
        COMMANDS.put("version", VersionCommand::new);
    }

    private static final int USAGE_WIDTH = 100;

    private CommandTree() {}

    static int run(String[] args) {
        Supplier<Object> named = args.length == 0 ? null : COMMANDS.get(args[0]);
        return (named == null ? whole() : tree(Map.of(args[0], named))).execute(args);
    }

    /** With every command. */
    static CommandLine whole() {
        return tree(COMMANDS);
    }

    private static CommandLine tree(Map<String, Supplier<Object>> commands) {
        CommandLine tree = new CommandLine(new Root());
        commands.forEach((name, command) -> tree.addSubcommand(name, command.get()));
        tree.setUsageHelpWidth(USAGE_WIDTH);
        spaced(tree);
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

    /** An empty line after the description. */
    private static void spaced(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        if (spec.positionalParameters().isEmpty()) {
            spec.usageMessage().optionListHeading("%n");
        } else {
            spec.usageMessage().parameterListHeading("%n");
        }
        command.getSubcommands().values().forEach(CommandTree::spaced);
    }

    private static CommandSpec serve() {
        CommandSpec spec = withOptions(described("Run a broker on this machine."), OptionTable.SET);
        spec.usageMessage()
                .description(
                        "Run a broker on this machine, until it gets SIGTERM or Ctrl-C.",
                        "",
                        "Each option may also be given as an environment variable (--msg-timeout: CHASKI_MSG_TIMEOUT) or in a"
                                + " TOML file (msg_timeout = \"1m\") named by --config. Options win over the environment,"
                                + " and that over the file.")
                .exitCodeList(new TreeMap<>(Map.of(
                        "0", "ended by SIGTERM or SIGINT",
                        "1", "it could not start, or was ended before it had drained",
                        "2", "wrong options")))
                .footer("  chaski serve", "  chaski serve --data-path=/var/lib/chaski --ack=synced");
        return spec;
    }

    private static CommandSpec lookupd() {
        CommandSpec spec =
                withOptions(described("Run a lookup alone, by which consumers find brokers."), LookupdOptions.all());
        spec.usageMessage()
                .description(
                        "Run a lookup without a broker, as nsqlookupd, until it gets SIGTERM or Ctrl-C.",
                        "",
                        "Options are given as those of serve: also as environment variables, or in a TOML file.")
                .exitCodeList(new TreeMap<>(
                        Map.of("0", "ended by SIGTERM or SIGINT", "1", "it could not start", "2", "wrong options")))
                .footer("  chaski lookupd", "  chaski lookupd --broadcast-address=10.0.0.1");
        return spec;
    }

    private static CommandSpec doctor() {
        CommandSpec spec = withOptions(described(DoctorCommand.DESCRIPTION), OptionTable.SET);
        spec.addOption(OptionSpec.builder("--json")
                .description("print one JSON object: status, findings")
                .build());
        spec.usageMessage()
                .description(
                        DoctorCommand.DESCRIPTION,
                        "",
                        "Takes the options of chaski serve, and looks at what they name. Changes nothing.")
                .exitCodeList(
                        new TreeMap<>(Map.of("0", "nothing is marked FAIL", "1", "something is", "2", "wrong options")))
                .footer("  chaski doctor --data-path=/var/lib/chaski");
        return spec;
    }

    /** Those of the broker, for completion and the manual: they are read by a table of their own. */
    private static CommandSpec withOptions(CommandSpec spec, OptionSet set) {
        spec.addOption(OptionSpec.builder("--config")
                .paramLabel("<file>")
                .arity("1")
                .type(Path.class)
                .description("read options from this file")
                .build());
        for (dev.chaski.server.config.Option<?> option : set.all()) {
            String value = option.defaultText().isEmpty() ? "" : " (default: " + option.defaultText() + ")";
            spec.addOption(OptionSpec.builder("--" + option.name())
                    .paramLabel("<value>")
                    .arity("1")
                    .type(String.class)
                    .description((option.description() + value).replace("%", "%%"))
                    .build());
        }
        return spec;
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
            description = "A message broker that NSQ clients use unchanged, durable by default.",
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
