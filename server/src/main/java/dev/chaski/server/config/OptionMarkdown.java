package dev.chaski.server.config;

import dev.chaski.server.config.Option.Group;

/** The options as tables for the documents, which a test holds to this. */
final class OptionMarkdown {
    private OptionMarkdown() {}

    /** Every flag that another server has too, and its effect here. */
    static String flags(OptionSet set, String other) {
        StringBuilder text = new StringBuilder("| flag | default | effect here |\n|---|---|---|\n");
        for (Option<?> option : set.all()) {
            if (!option.isOwn()) {
                String effect = option.difference() == null ? "as in " + other : option.difference();
                row(text, "`--" + option.name() + "`", code(option.defaultText()), effect);
            }
        }
        return text.toString();
    }

    /** Every option with its three names. */
    static String reference(OptionSet set) {
        StringBuilder text = new StringBuilder();
        for (Group group : Group.values()) {
            if (group == Group.WITHOUT_EFFECT || set.all().stream().noneMatch(option -> option.group() == group)) {
                continue;
            }
            text.append("\n### ").append(group.title()).append("\n\n");
            text.append("| flag | in the file | default | what it does |\n|---|---|---|---|\n");
            for (Option<?> option : set.all()) {
                if (option.group() == group) {
                    row(
                            text,
                            "`--" + option.name() + "`",
                            "`" + option.key() + "`",
                            code(option.defaultText()),
                            option.description());
                }
            }
        }
        return text.toString();
    }

    private static String code(String value) {
        return value.isEmpty() ? "" : "`" + value + "`";
    }

    private static void row(StringBuilder text, String... cells) {
        for (String cell : cells) {
            text.append("| ").append(cell.replace("|", "\\|")).append(' ');
        }
        text.append("|\n");
    }
}
