package dev.chaski.cli;

import dev.chaski.cli.nodes.Administration.Action;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** {@code chaski topic} and {@code chaski channel}: a command for each thing that can be done. They ask a person where there is one. */
final class AdminCommands {
    private static final String WHERE = " at every broker that has it";

    private AdminCommands() {}

    static CommandLine topic(InputStream in, PrintStream out, PrintStream err, BooleanSupplier isPerson) {
        CommandSpec group = group("topic", "Make, look at, pause, empty and delete topics.");
        for (Action action : Action.values()) {
            ChangeCommand command = new ChangeCommand.OfTopics(action, out, err, new Confirmation(in, err, isPerson));
            group.addSubcommand(word(action), change(command, action, "topic", "orders"));
        }
        group.addSubcommand("show", new CommandLine(new ShowCommand.OfTopic(out, err)));
        return new CommandLine(group);
    }

    static CommandLine channel(InputStream in, PrintStream out, PrintStream err, BooleanSupplier isPerson) {
        CommandSpec group = group("channel", "Make, look at, pause, empty and delete channels.");
        for (Action action : Action.values()) {
            ChangeCommand command = new ChangeCommand.OfChannels(action, out, err, new Confirmation(in, err, isPerson));
            group.addSubcommand(word(action), change(command, action, "channel", "orders billing"));
        }
        group.addSubcommand("show", new CommandLine(new ShowCommand.OfChannel(out, err)));
        return new CommandLine(group);
    }

    static String word(Action action) {
        return action.name().toLowerCase(Locale.ROOT);
    }

    private static CommandSpec group(String name, String description) {
        CommandSpec group = CommandSpec.forAnnotatedObject(new Group()).name(name);
        group.usageMessage().description(description).commandListHeading("%nCommands:%n");
        return group;
    }

    private static CommandLine change(ChangeCommand command, Action action, String what, String example) {
        CommandSpec spec = CommandSpec.forAnnotatedObject(command);
        if (action != Action.DELETE && action != Action.EMPTY) {
            spec.remove(spec.findOption("--yes"));
        }
        spec.usageMessage().description(description(action, what));
        spec.usageMessage().footer("  chaski " + what + " " + word(action) + " " + example);
        return new CommandLine(spec);
    }

    private static String[] description(Action action, String what) {
        return switch (action) {
            case CREATE ->
                what.equals("topic")
                        ? new String[] {"Make topics at every broker and lookup that is named or known."}
                        : new String[] {"Make channels at every broker that has the topic, and at the lookups."};
            case DELETE ->
                new String[] {
                    "Delete " + what + "s" + WHERE + ", with all that waits in them, and at the lookups.",
                    "",
                    "A producer or consumer that goes on using the name makes it again."
                };
            case EMPTY -> new String[] {"Drop all messages that wait in a " + what + "," + WHERE + "."};
            case PAUSE ->
                new String[] {
                    what.equals("topic")
                            ? "Keep what is published from the channels" + WHERE + "."
                            : "Keep a channel's messages from its consumers" + WHERE + "."
                };
            case UNPAUSE -> new String[] {"Let a paused " + what + " go on" + WHERE + "."};
        };
    }

    /** Prints what there is where nothing is named. */
    @CommandLine.Command(mixinStandardHelpOptions = true, versionProvider = VersionCommand.Provider.class)
    static final class Group implements Runnable {
        @CommandLine.Spec
        CommandSpec spec = CommandSpec.create();

        @Override
        public void run() {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "say what to do: " + String.join(", ", spec.subcommands().keySet()));
        }
    }
}
