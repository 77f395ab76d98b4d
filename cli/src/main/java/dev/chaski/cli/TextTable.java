package dev.chaski.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A table for a terminal: columns as wide as their longest cell, numbers to the right. Where there is less room, texts are
 * cut, and then the last columns are left out. Used by one thread.
 */
final class TextTable {
    private static final String GAP = "  ";
    private static final String CUT = "…";
    /** Below this a text says nothing. */
    private static final int TEXT_WIDTH_MIN = 10;
    /** Rates above this are shown without decimals. */
    private static final double WHOLE_MIN = 10;

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
            row.add(text(cell));
        }
        rows.add(row);
    }

    private static String text(Object cell) {
        return switch (cell) {
            case Long number -> grouped(number);
            case Integer number -> grouped(number);
            case Double number -> rate(number);
            default -> printable(cell.toString());
        };
    }

    boolean isEmpty() {
        return rows.size() == 1;
    }

    void print(PrintStream out) {
        lines(Integer.MAX_VALUE).forEach(out::println);
    }

    /** Prints, fitted to so many characters; says what was left out. */
    void print(PrintStream out, int widthMax) {
        List<String> lines = lines(widthMax);
        lines.forEach(out::println);
        int left = shown(widthMax);
        if (left < isNumber.length) {
            out.println("(no room for: " + String.join(", ", rows.getFirst().subList(left, isNumber.length)) + ")");
        }
    }

    /** The titles and the rows, fitted to so many characters. */
    List<String> lines(int widthMax) {
        int[] widths = widths(shown(widthMax));
        shrink(widths, widthMax);
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String cell = cut(row.get(i), widths[i]);
                String pad = " ".repeat(widths[i] - cell.length());
                line.append(i == 0 ? "" : GAP).append(isNumber[i] ? pad + cell : cell + pad);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    /** How many columns have room, at least the first. */
    private int shown(int widthMax) {
        int count = isNumber.length;
        while (count > 1) {
            int[] widths = widths(count);
            for (int i = 0; i < count; i++) {
                widths[i] = isNumber[i] ? widths[i] : Math.min(widths[i], TEXT_WIDTH_MIN);
            }
            if (total(widths) <= widthMax) {
                return count;
            }
            count--;
        }
        return count;
    }

    private int[] widths(int count) {
        int[] widths = new int[count];
        for (List<String> row : rows) {
            for (int i = 0; i < count; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        return widths;
    }

    private static long total(int[] widths) {
        long total = (long) GAP.length() * (widths.length - 1);
        for (int width : widths) {
            total += width;
        }
        return total;
    }

    /** Takes from the widest text, one character after the other. */
    private void shrink(int[] widths, int widthMax) {
        for (long over = total(widths) - widthMax; over > 0; over--) {
            int widest = -1;
            for (int i = 0; i < widths.length; i++) {
                boolean canShrink = !isNumber[i] && widths[i] > TEXT_WIDTH_MIN;
                widest = canShrink && (widest < 0 || widths[i] > widths[widest]) ? i : widest;
            }
            if (widest < 0) {
                return;
            }
            widths[widest]--;
        }
    }

    private static String cut(String cell, int width) {
        return cell.length() <= width ? cell : cell.substring(0, width - 1) + CUT;
    }

    /** What others say of themselves must not move the cursor of somebody's terminal, or end the line. */
    static String printable(String text) {
        if (text.codePoints().noneMatch(Character::isISOControl)) {
            return text;
        }
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (Character.isISOControl(c)) {
                shown.append(String.format("\\u%04x", c));
            } else {
                shown.appendCodePoint(c);
            }
        });
        return shown.toString();
    }

    /** A number with commas. */
    static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** One thing or many: "1 topic", "2,000 topics". */
    static String counted(long number, String noun) {
        return grouped(number) + " " + noun + (number == 1 ? "" : "s");
    }

    /** A number per second, with a decimal where it is small. */
    private static String rate(double number) {
        return String.format(Locale.ROOT, number == 0 || number >= WHOLE_MIN ? "%,.0f" : "%,.1f", number);
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
