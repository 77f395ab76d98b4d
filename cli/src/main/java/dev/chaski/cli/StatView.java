package dev.chaski.cli;

import dev.chaski.cli.nodes.Failure;
import dev.chaski.cli.terminal.Key;
import dev.chaski.cli.terminal.Screen;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is drawn of the rows: which of them, in which order, and what stands above. Used by one thread. */
final class StatView {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());
    private static final String BOLD = "\u001b[1m";
    private static final String REVERSED = "\u001b[7m";
    private static final String RED = "\u001b[31m";
    private static final String PLAIN = "\u001b[0m";
    private static final int FAILURES_SHOWN = 3;

    private final Listing<StatRow> listing = StatRow.listing();
    private final boolean isColoured;
    private final String keys;
    private int column;
    private boolean isReversed;
    private int top;
    private int page = 1;

    /**
     * Shows nothing yet.
     *
     * @param hasKeys whether keys can be pressed
     */
    StatView(boolean isColoured, boolean hasKeys, int column, boolean isReversed) {
        this.isColoured = isColoured;
        this.column = column;
        this.isReversed = isReversed;
        keys = hasKeys ? "q quit, ←→ sort, r reverse, ↑↓ scroll" : "Ctrl-C quits";
    }

    /** The number of a column by its title, -1 where there is none. */
    static int column(String title) {
        List<String> titles = StatRow.listing().titles();
        for (int i = 0; i < titles.size(); i++) {
            if (titles.get(i).replace(' ', '-').equals(title)) {
                return i;
            }
        }
        return -1;
    }

    /** The titles as {@link #column} takes them. */
    static List<String> columns() {
        return StatRow.listing().titles().stream()
                .map(title -> title.replace(' ', '-'))
                .toList();
    }

    /** Texts rise from the top, numbers fall: what is most is looked for. */
    static boolean fallsByNature(int column) {
        String title = StatRow.listing().titles().get(column);
        return !List.of("topic", "channel", "state").contains(title);
    }

    /** Does what a key says; true where it ends. */
    boolean press(Key key) {
        int count = listing.titles().size();
        switch (key) {
            case QUIT -> {
                return true;
            }
            case UP -> top--;
            case DOWN -> top++;
            case PAGE_UP -> top -= page;
            case PAGE_DOWN -> top += page;
            case HOME -> top = 0;
            case END -> top = Integer.MAX_VALUE;
            case LEFT -> sortBy((column + count - 1) % count);
            case RIGHT -> sortBy((column + 1) % count);
            case REVERSE -> isReversed = !isReversed;
            case OTHER -> {}
        }
        return false;
    }

    private void sortBy(int other) {
        column = other;
        isReversed = fallsByNature(other);
        top = 0;
    }

    /** The rows in the order that was chosen; equal ones by name. */
    List<StatRow> sorted(List<StatRow> rows) {
        Comparator<StatRow> by = listing.by(column);
        Comparator<StatRow> byName = Comparator.comparing(StatRow::topic).thenComparing(StatRow::channel);
        return rows.stream()
                .sorted((isReversed ? by.reversed() : by).thenComparing(byName))
                .toList();
    }

    /** The lines of a frame. */
    List<String> frame(StatSample sample, List<StatRow> rows, Screen.Size size) {
        List<String> lines = new ArrayList<>();
        int known = sample.nodesKnown();
        String answering = sample.nodes().size() == known
                ? TextTable.counted(known, "node")
                : sample.nodes().size() + " of " + TextTable.counted(known, "node");
        lines.add(styled(
                BOLD,
                fit(
                        "chaski stat  " + answering + "  " + TIME.format(Instant.ofEpochMilli(sample.timeMs())) + "  "
                                + keys,
                        size.columns())));
        lines.add(fit(totals(rows), size.columns()));
        for (Failure failure : sample.failures().stream().limit(FAILURES_SHOWN).toList()) {
            lines.add(styled(RED, fit(TextTable.printable(failure.what()), size.columns())));
        }
        lines.add("");
        List<String> table = listing.table(sorted(rows)).lines(size.columns());
        lines.add(styled(REVERSED, marked(table.getFirst(), size.columns())));
        page = Math.max(1, size.rows() - lines.size());
        top = Math.clamp(top, 0, Math.max(0, rows.size() - page));
        for (String row : table.subList(1 + top, 1 + Math.min(rows.size(), top + page))) {
            lines.add(fit(row, size.columns()));
        }
        return lines.subList(0, Math.min(lines.size(), size.rows()));
    }

    private static String totals(List<StatRow> rows) {
        long topics = rows.stream().map(StatRow::topic).distinct().count();
        long channels = rows.stream().filter(row -> !row.channel().isEmpty()).count();
        long depth = rows.stream().mapToLong(StatRow::depth).sum();
        long inFlight = rows.stream().mapToLong(StatRow::inFlight).sum();
        return TextTable.counted(topics, "topic") + ", " + TextTable.counted(channels, "channel") + ", "
                + TextTable.grouped(depth) + " waiting, " + TextTable.grouped(inFlight) + " in flight, "
                + sum(rows, StatRow::inRate) + " in/s, " + sum(rows, StatRow::outRate) + " out/s";
    }

    private static String sum(List<StatRow> rows, java.util.function.Function<StatRow, @Nullable Double> rate) {
        double sum = 0;
        boolean isKnown = rows.isEmpty();
        for (StatRow row : rows) {
            Double one = rate.apply(row);
            isKnown |= one != null;
            sum += one == null ? 0 : one;
        }
        return isKnown ? TextTable.grouped(Math.round(sum)) : "-";
    }

    /** The head with an arrow beside the title that it is sorted by, as wide as the screen. */
    private String marked(String head, int width) {
        String title = listing.titles().get(column);
        int at = ("  " + head + "  ").indexOf("  " + title + "  ");
        String arrow = isReversed ? "▼" : "▲";
        String shown = head;
        if (at >= 0) {
            // In the gap: before a number's title, after a text's.
            int gap = fallsByNature(column) ? at - 1 : at + title.length();
            shown = gap < head.length()
                    ? head.substring(0, gap) + arrow + head.substring(gap + 1)
                    : head + " ".repeat(gap - head.length()) + arrow;
        }
        return fit(shown + " ".repeat(Math.max(0, width - shown.length())), width);
    }

    private static String fit(String line, int width) {
        return line.length() <= width ? line : line.substring(0, Math.max(0, width));
    }

    private String styled(String style, String line) {
        return isColoured ? style + line + PLAIN : line;
    }
}
