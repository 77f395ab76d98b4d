package dev.chaski.cli.manual;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A manual page for each command: man(7), made from what the command says of itself. One thread. */
public final class ManualPages {
    private static final String SECTION = "1";

    private final CommandLine root;
    private final String version;
    private final String date;

    /**
     * Of a tree of commands.
     *
     * @param root the command that has the others
     * @param version of the program
     * @param date of the pages, {@code YYYY-MM-DD}
     */
    public ManualPages(CommandLine root, String version, String date) {
        this.root = root;
        this.version = version;
        this.date = date;
    }

    /**
     * All pages.
     *
     * @return their texts by file name, such as {@code chaski-pub.1}
     */
    public Map<String, String> all() {
        Map<String, String> pages = new LinkedHashMap<>();
        add(pages, root);
        return pages;
    }

    private void add(Map<String, String> pages, CommandLine command) {
        pages.put(name(command.getCommandSpec()) + "." + SECTION, page(command));
        command.getSubcommands().values().forEach(each -> add(pages, each));
    }

    private static String name(CommandSpec command) {
        return command.qualifiedName("-");
    }

    /**
     * The page of one command.
     *
     * @param command which
     * @return its text
     */
    public String page(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        Roff page = new Roff();
        page.title(name(spec), SECTION, date, "chaski " + version);
        page.section("NAME").line(name(spec) + " - " + Words.brief(spec));
        page.section("SYNOPSIS").bold(spec.qualifiedName()).line(synopsis(spec));
        page.section("DESCRIPTION");
        for (String each : spec.usageMessage().description()) {
            if (each.isEmpty()) {
                page.paragraph();
            } else {
                page.text(Words.plain(each));
            }
        }
        commands(page, command);
        arguments(page, spec);
        Map<String, String> codes = spec.usageMessage().exitCodeList();
        if (!codes.isEmpty()) {
            page.section("EXIT STATUS");
            codes.forEach((code, text) -> page.term(code.strip(), Words.plain(text)));
        }
        String[] footer = spec.usageMessage().footer();
        if (footer.length > 0) {
            page.section("EXAMPLES")
                    .example(Arrays.stream(footer).map(String::strip).toList());
        }
        seeAlso(page, command);
        return page.toString();
    }

    /** What comes after the name. */
    private static String synopsis(CommandSpec spec) {
        String whole = new Help(spec, Help.defaultColorScheme(Ansi.OFF))
                .abbreviatedSynopsis()
                .strip();
        return whole.substring(Math.min(whole.length(), spec.qualifiedName().length()))
                .strip();
    }

    private static void commands(Roff page, CommandLine command) {
        if (command.getSubcommands().isEmpty()) {
            return;
        }
        page.section("COMMANDS");
        command.getSubcommands().values().forEach(each -> {
            CommandSpec spec = each.getCommandSpec();
            page.term(name(spec) + "(" + SECTION + ")", Words.brief(spec));
        });
    }

    private static void arguments(Roff page, CommandSpec spec) {
        if (!spec.positionalParameters().isEmpty()) {
            page.section("ARGUMENTS");
            for (PositionalParamSpec each : spec.positionalParameters()) {
                String text = Words.of(each);
                page.term(each.paramLabel(), text.isEmpty() ? "its name" : text);
            }
        }
        page.section("OPTIONS");
        for (OptionSpec each : spec.options()) {
            if (!each.hidden()) {
                page.term(names(each), Words.of(each));
            }
        }
    }

    private static String names(OptionSpec option) {
        String value = option.arity().max() == 0 ? "" : "=" + option.paramLabel();
        List<String> names = new ArrayList<>(Arrays.asList(option.names()));
        return String.join(", ", names) + value;
    }

    private static void seeAlso(Roff page, CommandLine command) {
        CommandLine parent = command.getParent();
        if (parent == null) {
            return;
        }
        List<String> others = new ArrayList<>(List.of(name(parent.getCommandSpec()) + "(" + SECTION + ")"));
        if (parent.getParent() != null) {
            String own = command.getCommandName();
            parent.getSubcommands().values().stream()
                    .filter(each -> !each.getCommandName().equals(own))
                    .forEach(each -> others.add(name(each.getCommandSpec()) + "(" + SECTION + ")"));
        }
        page.section("SEE ALSO").text(String.join(", ", others));
    }
}
