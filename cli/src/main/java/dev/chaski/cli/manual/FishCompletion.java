package dev.chaski.cli.manual;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Completion for the fish shell, of which picocli knows nothing: a line for each command and option. */
public final class FishCompletion {
    private FishCompletion() {}

    /**
     * A script for fish.
     *
     * @param root the command that has the others
     * @return what fish sources
     */
    public static String of(CommandLine root) {
        List<String> lines = new ArrayList<>();
        String name = root.getCommandName();
        lines.add("# Completion of " + name + " for fish. Put it at ~/.config/fish/completions/" + name + ".fish");
        lines.add("complete -c " + name + " -f");
        for (CommandLine command : root.getSubcommands().values()) {
            CommandSpec spec = command.getCommandSpec();
            String first = command.getCommandName();
            lines.add(start(name, "__fish_use_subcommand") + " -a " + first + described(Words.brief(spec)));
            String within = "__fish_seen_subcommand_from " + first;
            if (command.getSubcommands().isEmpty()) {
                add(lines, name, within, spec);
                continue;
            }
            String all = String.join(" ", command.getSubcommands().keySet());
            command.getSubcommands().forEach((second, each) -> {
                String none = within + "; and not __fish_seen_subcommand_from " + all;
                lines.add(start(name, none) + " -a " + second + described(Words.brief(each.getCommandSpec())));
                add(lines, name, within + "; and __fish_seen_subcommand_from " + second, each.getCommandSpec());
            });
        }
        return String.join("\n", lines) + "\n";
    }

    private static void add(List<String> lines, String name, String within, CommandSpec spec) {
        for (PositionalParamSpec each : spec.positionalParameters()) {
            String words = candidates(each);
            if (!words.isEmpty()) {
                lines.add(start(name, within) + " -a " + quoted(words));
            }
        }
        for (OptionSpec option : spec.options()) {
            StringBuilder line = new StringBuilder(start(name, within));
            for (String each : option.names()) {
                line.append(each.startsWith("--") ? " -l " + each.substring(2) : " -s " + each.substring(1));
            }
            if (option.arity().max() > 0) {
                String words = candidates(option);
                line.append(words.isEmpty() ? " -r" : " -x -a " + quoted(words));
                line.append(java.nio.file.Path.class.equals(option.auxiliaryTypes()[0]) ? " -F" : "");
            }
            lines.add(line + described(Words.of(option)));
        }
    }

    private static String candidates(ArgSpec argument) {
        List<String> words = new ArrayList<>();
        if (argument.completionCandidates() != null) {
            argument.completionCandidates().forEach(words::add);
        }
        return String.join(" ", words);
    }

    private static String start(String name, String condition) {
        return "complete -c " + name + " -n " + quoted(condition);
    }

    private static String described(String text) {
        return text.isEmpty() ? "" : " -d " + quoted(text.replace('\n', ' '));
    }

    /** In single quotes fish knows two escapes. */
    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
