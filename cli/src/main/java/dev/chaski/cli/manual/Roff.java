package dev.chaski.cli.manual;

import java.util.Locale;

/** Text in the macros of man(7), as groff and mandoc read them. One thread. */
final class Roff {
    private static final int ASCII_MAX = 126;
    /** Escapes make some longer. */
    private static final int LINE_MAX = 68;

    private final StringBuilder page = new StringBuilder();

    Roff title(String name, String section, String date, String version) {
        page.append(".TH ")
                .append(escaped(name.toUpperCase(Locale.ROOT)))
                .append(' ')
                .append(section);
        page.append(" \"").append(date).append("\" \"").append(escaped(version)).append("\" Chaski\n");
        return this;
    }

    Roff section(String name) {
        return macro("SH", name);
    }

    Roff paragraph() {
        return macro("PP");
    }

    /** A term, and what it means. */
    Roff term(String term, String text) {
        page.append(".TP\n");
        return macro("B", term).text(text);
    }

    /** Lines as they are, in the type of a terminal. */
    Roff example(Iterable<String> lines) {
        page.append(".EX\n");
        lines.forEach(this::line);
        page.append(".EE\n");
        return this;
    }

    Roff bold(String text) {
        return macro("B", text);
    }

    /** Text that is filled again; broken into lines for those who read the source. */
    Roff text(String text) {
        for (String each : text.split("\n", -1)) {
            StringBuilder line = new StringBuilder();
            for (String word : each.split(" ", -1)) {
                if (line.length() + word.length() >= LINE_MAX) {
                    line(line.toString());
                    line.setLength(0);
                }
                line.append(line.isEmpty() ? "" : " ").append(word);
            }
            line(line.toString());
        }
        return this;
    }

    /** Lines that stay as they are. */
    Roff line(String text) {
        for (String each : text.split("\n", -1)) {
            // A dot or an apostrophe at the beginning would be taken for a macro.
            boolean isMacro = each.startsWith(".") || each.startsWith("'");
            if (!each.isEmpty()) {
                page.append(isMacro ? "\\&" : "").append(escaped(each)).append('\n');
            }
        }
        return this;
    }

    private Roff macro(String name, String... arguments) {
        page.append('.').append(name);
        for (String argument : arguments) {
            page.append(" \"").append(escaped(argument).replace("\"", "\\(dq")).append('"');
        }
        page.append('\n');
        return this;
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\\' -> escaped.append("\\e");
                case '-' -> escaped.append("\\-"); // else a hyphen, which nobody can paste into a shell
                case '\'' -> escaped.append("\\(aq");
                case '`' -> escaped.append("\\(ga");
                case '^' -> escaped.append("\\(ha");
                case '~' -> escaped.append("\\(ti");
                default -> {
                    if (c > ASCII_MAX) {
                        escaped.append(String.format("\\[u%04X]", c));
                    } else {
                        escaped.appendCodePoint(c);
                    }
                }
            }
        });
        return escaped.toString();
    }

    @Override
    public String toString() {
        return page.toString();
    }
}
