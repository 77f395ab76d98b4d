package dev.chaski.server.config;

import dev.chaski.server.config.Option.Group;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The options as a configuration file in which nothing is set, which packages bring and a test holds to this. */
final class OptionSample {
    private static final int WIDTH = 100;

    private OptionSample() {}

    /** Every option with its default behind a {@code #}, and above it what it is for. */
    static String toml(OptionSet set) {
        StringBuilder text = new StringBuilder("""
                # Options of chaski serve, which reads this file where it is told to: chaski serve --config=<this file>
                # Here are the defaults. To set one, take away the # before it.
                # Durations are written as "250ms", "1m30s" or "7d", sizes as "64KiB" or "1MiB". Options on the command line,
                # and then those in the environment (CHASKI_TCP_ADDRESS), win over what is set here.
                """);
        for (Group group : Group.values()) {
            if (group == Group.WITHOUT_EFFECT || set.all().stream().noneMatch(option -> option.group() == group)) {
                continue;
            }
            text.append("\n\n# == ").append(group.title()).append(" ==\n");
            for (Option<?> option : set.all()) {
                if (option.group() == group) {
                    text.append('\n').append(comment(option.description()));
                    text.append('#').append(line(option)).append('\n');
                }
            }
        }
        return text.toString();
    }

    /** The line that sets an option to its default. */
    static String line(Option<?> option) {
        return option.key() + " = " + value(option);
    }

    private static <T> String value(Option<T> option) {
        String text = option.defaultText();
        if (option.kind().shape() == Kind.Shape.LIST) {
            return Arrays.stream(text.split(","))
                    .filter(part -> !part.isEmpty())
                    .map(OptionSample::quoted)
                    .collect(Collectors.joining(", ", "[", "]"));
        }
        if (text.isEmpty() && option.kind().json(option.defaultValue()) instanceof Number) {
            return "0"; // made from the host's name where it is not set
        }
        return text.matches("\\d+|true|false") ? text : quoted(text);
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String comment(String text) {
        StringBuilder lines = new StringBuilder();
        StringBuilder line = new StringBuilder("#");
        for (String word : text.split(" ", -1)) {
            if (line.length() + word.length() + 1 > WIDTH) {
                lines.append(line).append('\n');
                line.setLength(1);
            }
            line.append(' ').append(word);
        }
        return lines.append(line).append('\n').toString();
    }
}
