package dev.chaski.server.config;

import dev.chaski.server.config.Option.Group;
import java.util.ArrayList;
import java.util.List;

/** The options as text for a terminal, group by group. */
public final class OptionHelp {
    private static final int WIDTH = 100;
    private static final int INDENT = 6;

    private OptionHelp() {}

    /**
     * All options of a broker with what they are for, what they take, and their defaults.
     *
     * @return lines of at most 100 characters
     */
    public static List<String> lines() {
        return lines(OptionTable.SET);
    }

    /**
     * Options with what they are for, what they take, and their defaults.
     *
     * @param set the options
     * @return lines of at most 100 characters
     */
    public static List<String> lines(OptionSet set) {
        List<String> lines = new ArrayList<>();
        for (Group group : Group.values()) {
            if (set.all().stream().noneMatch(option -> option.group() == group)) {
                continue;
            }
            lines.add("");
            lines.add(group.title() + ":");
            for (Option<?> option : set.all()) {
                if (option.group() == group) {
                    lines.add("  " + flag(option));
                    lines.addAll(wrap(description(option)));
                }
            }
        }
        return lines;
    }

    private static String flag(Option<?> option) {
        Kind<?> kind = option.kind();
        return switch (kind.shape()) {
            case SWITCH -> "--" + option.name() + "[=" + kind.placeholder() + "]";
            case VALUE, LIST -> "--" + option.name() + "=<" + kind.placeholder() + ">";
        };
    }

    private static String description(Option<?> option) {
        String text = option.description();
        return option.defaultText().isEmpty() ? text : text + " (default " + option.defaultText() + ")";
    }

    private static List<String> wrap(String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(" ".repeat(INDENT));
        for (String word : text.split(" ", -1)) {
            if (line.length() + word.length() + 1 > WIDTH) {
                lines.add(line.toString().stripTrailing());
                line.setLength(INDENT);
            }
            line.append(word).append(' ');
        }
        lines.add(line.toString().stripTrailing());
        return lines;
    }
}
