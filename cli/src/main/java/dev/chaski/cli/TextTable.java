package dev.chaski.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A table for a terminal: columns as wide as their longest cell, numbers to the right. Used by one thread. */
final class TextTable {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private final boolean[] isNumber;

    /** With a title for each column; those that end in {@code #} hold numbers. */
    TextTable(String... titles) {
        isNumber = new boolean[titles.length];
        List<String> head = new ArrayList<>();
        for (int i = 0; i < titles.length; i++) {
            isNumber[i] = titles[i].endsWith("#");
            head.add(isNumber[i] ? titles[i].substring(0, titles[i].length() - 1) : titles[i]);
        }
        rows.add(head);
    }

    /** Adds a row with a cell for each column. */
    void row(Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(cell instanceof Long || cell instanceof Integer ? grouped(((Number) cell).longValue()) : "" + cell);
        }
        rows.add(row);
    }

    boolean isEmpty() {
        return rows.size() == 1;
    }

    void print(PrintStream out) {
        int[] widths = new int[isNumber.length];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String pad = " ".repeat(widths[i] - row.get(i).length());
                line.append(i == 0 ? "" : GAP).append(isNumber[i] ? pad + row.get(i) : row.get(i) + pad);
            }
            out.println(line.toString().stripTrailing());
        }
    }

    /** A number with commas. */
    static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** A number of bytes that a person can read. */
    static String bytes(long count) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        double value = count;
        int unit = 0;
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0 ? count + " B" : String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
    }
}
